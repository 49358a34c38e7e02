//! Every variable that the code reads is declared in the template, and every declared one is read.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use testkit::Template;

use crate::contract_faults::repository;

/// How a variable is read from an `Environment`.
const READS: [&str; 4] = ["required(\"", "optional(\"", "url(\"", "number(\""];
/// Read everywhere, but never set by the template: the runtime sets them, or only tests and the local run do.
const NOT_DEPLOYED: [&str; 3] = ["AWS_", "LEDGER_", "VENDOR_HOST_OVERRIDE"];

/// The variables that the sources of a crate name.
fn variables_of(folder: &Path) -> BTreeSet<String> {
    let mut variables = BTreeSet::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            variables.append(&mut variables_of(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs") && !path.ends_with("tests.rs") {
            variables.append(&mut variables_in(&std::fs::read_to_string(&path).unwrap()));
        }
    }
    variables
}

fn variables_in(source: &str) -> BTreeSet<String> {
    let code = source.split("#[cfg(test)]").next().unwrap_or_default();
    let quoted = READS
        .iter()
        .flat_map(|read| code.split(read).skip(1))
        .chain(code.split("const ").skip(1).filter_map(constant));
    let names = quoted.filter_map(|rest| rest.split('"').next());
    let is_variable = |name: &&str| name.len() > 3 && name.chars().all(|letter| letter.is_ascii_uppercase() || letter == '_');
    let deployed = |name: &&str| !NOT_DEPLOYED.iter().any(|prefix| name.starts_with(prefix));
    names.filter(is_variable).filter(deployed).map(str::to_owned).collect()
}

/// `const NAME: &str = "VALUE"`, since some variables are named by a constant.
fn constant(rest: &str) -> Option<&str> {
    let (declaration, value) = rest.split_once("= \"")?;
    declaration.ends_with(": &str ").then_some(value)
}

#[test]
fn what_the_code_reads_is_declared() {
    let root = repository();
    let template = Template::of_repository().unwrap();
    let functions = template.functions().unwrap();
    for function in &functions {
        for variable in variables_of(&root.join("functions").join(&function.binary).join("src")) {
            assert!(function.environment.contains_key(&variable), "{} reads {variable}", function.id);
        }
    }
    let declared: BTreeMap<_, _> = functions.iter().flat_map(|function| &function.environment).collect();
    for folder in ["admin", "keys", "lambda-kit", "mail", "report", "store", "vendors", "web", "work"] {
        for variable in variables_of(&root.join("shared").join(folder).join("src")) {
            assert!(declared.contains_key(&variable), "shared/{folder} reads {variable}");
        }
    }
}

#[test]
fn what_is_declared_is_read() {
    let root = repository();
    let template = Template::of_repository().unwrap();
    let folders = ["admin", "keys", "lambda-kit", "mail", "vendors", "work"].map(|folder| root.join("shared").join(folder).join("src"));
    let shared: BTreeSet<String> = folders.iter().flat_map(|folder| variables_of(folder)).collect();
    for function in template.functions().unwrap() {
        let own = variables_of(&root.join("functions").join(&function.binary).join("src"));
        for variable in function.environment.keys() {
            assert!(
                own.contains(variable) || shared.contains(variable),
                "nobody reads {variable} of {}",
                function.id
            );
        }
    }
}
