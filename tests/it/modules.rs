//! Which modules of a crate import each other in a circle: two that do are one room with two doors.
//!
//! Counted is every path in code (imports and inline, not in tests, texts or comments) that begins with `crate`,
//! `super`, `self` or a child's name. It leads to the module that defines the item: what a parent only passes on
//! (`pub use`) is followed to where it comes from. A crate's root is its face and no module, and a folder and its own
//! parent file are one room, so neither makes a circle.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use crate::contract_faults::repository;

/// Circles that are there for now: crate, modules, and why.
const ALLOWED: &[(&str, &[&str], &str)] = &[
    (
        "functions/invite-sender",
        &["confirm", "handler"],
        "`park` stands in the handler until parking is the order's own",
    ),
    (
        "infra/local",
        &["tour::sights", "tour::tenant"],
        "until the tour is a crate of its own beside the tests",
    ),
];
const MOST_ALLOWED: usize = 3;

/// A module's place in its crate; empty for the root.
type Module = Vec<String>;

/// One path in code, segment by segment.
type Segments = Vec<String>;

#[derive(Default)]
struct Sources {
    /// Code without texts, comments and tests.
    code: BTreeMap<Module, String>,
    /// What a module passes on, by name: where it comes from.
    passed_on: BTreeMap<(Module, String), Segments>,
}

#[test]
fn no_modules_import_each_other_in_a_circle() {
    let mut found = BTreeSet::new();
    for source in crates() {
        let name = source.parent().unwrap().strip_prefix(repository()).unwrap().display().to_string();
        let name = name.trim_start_matches('/').to_owned();
        for circle in circles(&Sources::read(&source).edges()) {
            found.insert((name.clone(), circle));
        }
    }
    let modules = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let allowed: BTreeSet<(String, Vec<String>)> = ALLOWED
        .iter()
        .map(|(name, names, _why)| ((*name).to_owned(), modules(names)))
        .collect();
    let excess: Vec<_> = found.difference(&allowed).collect();
    assert!(excess.is_empty(), "these import each other in a circle: {excess:#?}");
    let gone: Vec<_> = allowed.difference(&found).collect();
    assert!(
        gone.is_empty(),
        "these circles are mended and need no permission any more: {gone:#?}"
    );
    assert!(allowed.len() <= MOST_ALLOWED);
}

/// The source folders of everything that is deployed or run by hand.
fn crates() -> Vec<PathBuf> {
    ["functions", "shared", "infra"]
        .iter()
        .flat_map(|folder| fs::read_dir(Path::new(&repository()).join(folder)).unwrap())
        .map(|entry| entry.unwrap().path().join("src"))
        .filter(|source| source.is_dir())
        .collect()
}

impl Sources {
    fn read(source: &Path) -> Self {
        let mut sources = Self::default();
        sources.read_folder(source, &Module::new());
        let files = sources.code.clone();
        for (parent, code) in &files {
            for name in test_modules(code) {
                sources.code.remove(&child(parent, &name));
            }
        }
        for (module, code) in &sources.code.clone() {
            for tree in passed_on(code) {
                for path in sources.absolute(module, tree) {
                    let name = path.last().cloned().unwrap_or_default();
                    sources.passed_on.insert((module.clone(), name), path);
                }
            }
        }
        sources
    }

    fn read_folder(&mut self, folder: &Path, parent: &Module) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            if path.is_dir() {
                self.read_folder(&path, &child(parent, &name));
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let module = match name.as_str() {
                    "lib" | "main" | "mod" => parent.clone(),
                    _ => child(parent, &name),
                };
                // A binary beside a library has the library's root for its own.
                if name != "main" || !folder.join("lib.rs").exists() {
                    self.code.insert(module, product_code(&fs::read_to_string(&path).unwrap()));
                }
            }
        }
    }

    /// From the crate's root, if it leads into the crate at all.
    fn absolute(&self, module: &Module, tree: Vec<Segments>) -> Vec<Segments> {
        let absolute = |path: Segments| {
            let first = path.first()?.as_str();
            match first {
                "crate" => Some(path.get(1..)?.to_vec()),
                "self" => Some([module.as_slice(), path.get(1..)?].concat()),
                "super" => {
                    let ups = path.iter().take_while(|segment| *segment == "super").count();
                    let base = module.get(..module.len().checked_sub(ups)?)?;
                    Some([base, path.get(ups..)?].concat())
                }
                name => self
                    .code
                    .contains_key(&child(module, name))
                    .then(|| [module.as_slice(), path.as_slice()].concat()),
            }
        };
        tree.into_iter().filter_map(absolute).collect()
    }

    /// The module that defines what an absolute path names.
    fn definer(&self, path: &[String]) -> Module {
        let mut module = Module::new();
        for segment in path {
            let deeper = child(&module, segment);
            if self.code.contains_key(&deeper) {
                module = deeper;
                continue;
            }
            return match self.passed_on.get(&(module.clone(), segment.clone())) {
                Some(origin) if origin != path => self.definer(origin),
                _ => module,
            };
        }
        module
    }

    fn edges(&self) -> BTreeMap<Module, BTreeSet<Module>> {
        let of_module = |(module, code): (&Module, &String)| {
            let used = paths(code, |name| {
                matches!(name, "crate" | "super" | "self") || self.code.contains_key(&child(module, name))
            });
            let definers = self.absolute(module, used).into_iter().map(|path| self.definer(&path));
            let others = definers.filter(|other| !module.starts_with(other) && !other.starts_with(module));
            (module.clone(), others.collect())
        };
        self.code.iter().filter(|(module, _)| !module.is_empty()).map(of_module).collect()
    }
}

fn child(parent: &[String], name: &str) -> Module {
    [parent, &[name.to_owned()]].concat()
}

/// Where a module's imports lead in the end.
fn reached<'a>(edges: &'a BTreeMap<Module, BTreeSet<Module>>, start: &'a Module) -> BTreeSet<&'a Module> {
    let mut reached = BTreeSet::new();
    let mut open = vec![start];
    while let Some(module) = open.pop() {
        open.extend(edges.get(module).into_iter().flatten().filter(|next| reached.insert(*next)));
    }
    reached
}

/// Every group of modules in which each leads to each other one.
fn circles(edges: &BTreeMap<Module, BTreeSet<Module>>) -> BTreeSet<Vec<String>> {
    let reaches: BTreeMap<&Module, BTreeSet<&Module>> = edges.keys().map(|module| (module, reached(edges, module))).collect();
    let circle = |module: &&Module| -> Vec<String> {
        let members = reaches[*module].iter().filter(|other| reaches[**other].contains(*module));
        members.map(|member| member.join("::")).collect()
    };
    let circles = reaches.keys().map(circle);
    circles.filter(|members| members.len() > 1).collect()
}

/// The modules that a file declares for its tests, in files of their own.
fn test_modules(code: &str) -> Vec<String> {
    let declared = code.split("#[cfg(test)]").skip(1).filter_map(|after| after.split_once("mod "));
    declared
        .filter_map(|(before, after)| (before.trim().is_empty() || before.trim().starts_with("pub")).then_some(after))
        .filter_map(|after| after.split_once(';'))
        .map(|(name, _)| name.trim().to_owned())
        .filter(|name| is_word(name))
        .collect()
}

/// Code without texts, comments and the tests at its end.
fn product_code(text: &str) -> String {
    let code = without_texts(text);
    let tests = ["mod tests {", "pub(crate) mod tests {"]
        .iter()
        .filter_map(|start| code.find(&format!("#[cfg(test)]\n{start}")))
        .min();
    tests.map_or(code.clone(), |end| code[..end].to_owned())
}

fn without_texts(text: &str) -> String {
    let mut code = String::new();
    let mut rest = text;
    while let Some(next) = rest.chars().next() {
        let skipped = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if let Some(raw) = rest.strip_prefix("r#\"") {
            raw.find("\"#").map_or(rest.len(), |end| "r#\"".len() + end + "\"#".len())
        } else if next == '"' {
            text_length(rest)
        } else if next == '\'' && character_length(rest) > 0 {
            character_length(rest)
        } else {
            code.push(next);
            next.len_utf8()
        };
        rest = &rest[skipped..];
    }
    code
}

/// Length of the text in double quotes that `rest` begins with.
fn text_length(rest: &str) -> usize {
    let mut escaped = false;
    for (at, character) in rest.char_indices().skip(1) {
        match character {
            '"' if !escaped => return at + 1,
            _ => escaped = character == '\\' && !escaped,
        }
    }
    rest.len()
}

/// Length of the character that `rest` begins with; zero: a lifetime.
fn character_length(rest: &str) -> usize {
    let mut inner = rest.char_indices().skip(1);
    match (inner.next(), inner.next()) {
        (Some((_, '\\')), Some(_)) => inner.find(|(_, character)| *character == '\'').map_or(0, |(at, _)| at + 1),
        (Some(_), Some((at, '\''))) => at + 1,
        _ => 0,
    }
}

/// The trees of `pub use …;`, whatever the visibility.
fn passed_on(code: &str) -> Vec<Vec<Segments>> {
    let uses = code.match_indices("use ").filter(|(at, _)| {
        let before = code[..*at].trim_end();
        let line = before.rsplit(['\n', ';', '}']).next().unwrap_or_default().trim();
        line.starts_with("pub")
    });
    uses.map(|(at, _)| tree(&mut &code[at + 4..])).collect()
}

/// Every path in code whose first segment is wanted, `pub use` aside.
fn paths(code: &str, wanted: impl Fn(&str) -> bool) -> Vec<Segments> {
    let mut found = Vec::new();
    for statement in code.split(';') {
        let start = statement.rsplit(['}', '{']).next_back().unwrap_or(statement).trim_start();
        if start.starts_with("pub") && statement.trim_start().contains(" use ") {
            continue;
        }
        for (at, _) in statement.match_indices("::") {
            let before = &statement[..at];
            let begin = before.rfind(|c: char| !(c.is_alphanumeric() || c == '_')).map_or(0, |end| end + 1);
            let is_first = !before[..begin].ends_with(':');
            if is_first && wanted(&before[begin..]) {
                found.extend(tree(&mut &statement[begin..]));
            }
        }
    }
    found
}

/// The paths of an import tree: `a::{b, c::d}` is `a::b` and `a::c::d`.
fn tree(rest: &mut &str) -> Vec<Segments> {
    *rest = rest.trim_start();
    if let Some(inside) = rest.strip_prefix('{') {
        *rest = inside;
        let mut paths = Vec::new();
        loop {
            *rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == ',');
            let before = rest.len();
            if rest.is_empty() || rest.starts_with('}') {
                *rest = rest.get(1..).unwrap_or_default();
                return paths;
            }
            paths.extend(tree(rest));
            if rest.len() == before {
                return paths;
            }
        }
    }
    let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
    let (segment, behind) = rest.split_at(end);
    *rest = behind;
    if segment.is_empty() {
        return vec![Segments::new()];
    }
    let Some(mut deeper) = rest.strip_prefix("::") else {
        if let Some(alias) = rest.strip_prefix(" as ") {
            *rest = alias.trim_start_matches(|c: char| c.is_alphanumeric() || c == '_');
        }
        return vec![vec![segment.to_owned()]];
    };
    let paths = tree(&mut deeper);
    *rest = deeper;
    paths.into_iter().map(|path| [vec![segment.to_owned()], path].concat()).collect()
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || c == '_')
}

/// The sources of an invented crate.
fn invented(files: &[(&str, &str)]) -> BTreeSet<Vec<String>> {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let file = folder.path().join(name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }
    circles(&Sources::read(folder.path()).edges())
}

#[test]
fn a_circle_is_found_however_it_is_written() {
    let lib = ("lib.rs", "mod a;\nmod b;\npub use b::{Other, Thing};\n");
    let circle = BTreeSet::from([vec!["a".to_owned(), "b".to_owned()]]);
    for (a, b) in [
        ("use crate::b::Thing;", "use crate::a::x;"),
        ("use crate::{Thing, other};", "fn f() { crate::a::x() }"),
        ("use super::b;", "use crate::{a::{self, y}};"),
        ("fn f(thing: crate::Other<'_>) -> char { '\\'' }", "use super::a as first;"),
    ] {
        assert_eq!(invented(&[lib, ("a.rs", a), ("b.rs", b)]), circle, "{a} {b}");
    }
    let folder = [
        ("lib.rs", "mod a;\nmod b;\n"),
        ("a/mod.rs", "mod inner;\nuse inner::f;"),
        ("a/inner.rs", "use crate::b::x;"),
    ];
    let back = ("b.rs", "use crate::a::inner::f;");
    assert_eq!(
        invented(&[&folder[..], &[back]].concat()),
        BTreeSet::from([vec!["a::inner".to_owned(), "b".to_owned()]])
    );
}

#[test]
fn what_only_looks_like_a_circle_is_none() {
    let lib = ("lib.rs", "mod a;\nmod b;\npub use a::Thing;\npub struct Face;\n");
    let a = ("a.rs", "use crate::b::x;");
    for b in [
        "// crate::a::x\nconst X: &str = \"crate::a::x\";",
        "use crate::Face;\nuse std::a::b;",
        "fn f() {}\n#[cfg(test)]\nmod tests {\n    use crate::a::x;\n}\n",
        "#[cfg(test)]\nmod tests;\n",
    ] {
        let files = [lib, a, ("b.rs", b), ("b/tests.rs", "use crate::a::x;")];
        let files = if b.ends_with("mod tests;\n") { &files[..] } else { &files[..3] };
        assert!(invented(files).is_empty(), "{b}");
    }
    let face = [
        ("lib.rs", "mod a;\n"),
        ("a/mod.rs", "mod inner;\nuse inner::f;\npub const X: u8 = 1;"),
        ("a/inner.rs", "use super::X;"),
    ];
    assert!(invented(&face).is_empty());
}
