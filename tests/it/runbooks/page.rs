//! The pages, and the commands on them.

use std::path::{Path, PathBuf};

/// A command as somebody would paste it, without its comments, and whose page it stands on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Command {
    pub(super) page: String,
    pub(super) text: String,
}

pub(super) fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Every command of every page: the lines of fenced blocks, and what a sentence names by its first word.
pub(super) fn commands() -> Vec<Command> {
    let mut pages: Vec<PathBuf> = std::fs::read_dir(repository().join("infra/runbooks"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    pages.sort();
    pages.iter().flat_map(|page| of_page(page)).collect()
}

fn of_page(path: &Path) -> Vec<Command> {
    let page = path.file_name().unwrap().to_string_lossy().into_owned();
    let text = std::fs::read_to_string(path).unwrap();
    let mut found = Vec::new();
    // Every second part stands between fences.
    for (number, part) in text.split("```").enumerate() {
        let here: Vec<String> = if number % 2 == 1 { of_block(part) } else { of_sentences(part) };
        found.extend(here.into_iter().map(|text| Command { page: page.clone(), text }));
    }
    found
}

fn of_block(block: &str) -> Vec<String> {
    let (language, block) = block.split_once('\n').unwrap();
    assert_eq!(language, "sh", "a block of another kind is no command, and has no case here");
    let lines = block.replace("\\\n", " ");
    let commands = lines.lines().map(without_comment).map(str::trim).filter(|line| !line.is_empty());
    commands.map(str::to_owned).collect()
}

fn of_sentences(text: &str) -> Vec<String> {
    let quoted = text.split('`').skip(1).step_by(2);
    let commands = quoted.filter(|quoted| ["aws ", "cargo "].iter().any(|program| quoted.starts_with(program)));
    commands.map(str::to_owned).collect()
}

fn without_comment(line: &str) -> &str {
    if line.trim_start().starts_with('#') {
        return "";
    }
    line.split_once("  # ").map_or(line, |(command, _)| command)
}

#[test]
fn every_page_has_commands_that_are_looked_at() {
    let commands = commands();
    let pages: std::collections::BTreeSet<&str> = commands.iter().map(|command| command.page.as_str()).collect();
    assert_eq!(pages.len(), 14, "{pages:?}");
}
