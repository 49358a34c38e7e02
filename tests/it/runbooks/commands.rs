//! Each command is of a kind that a test here knows.

use super::page::commands;

/// What the README of the runbooks defines for the shell.
pub(super) const SHELL_FUNCTIONS: [&str; 4] = ["resource", "queue_arn", "waiting", "errors"];
/// What every shell has, after a pipe or before all.
const OF_THE_SHELL: [&str; 4] = ["export", "grep", "tail", "date"];

/// The programs that a command line runs, each with its words: after a pipe, in a function, and within `$(…)`, in whose place
/// `_` stands.
pub(super) fn programs(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut open = vec![(String::new(), false)];
    let (mut is_single, mut before) = (false, ' ');
    for character in text.chars() {
        let depth = open.len();
        let (words, is_double) = open.last_mut().unwrap();
        match character {
            '\'' if !*is_double => is_single = !is_single,
            '"' if !is_single => *is_double = !*is_double,
            '(' if !is_single && before == '$' => {
                words.pop();
                open.push((String::new(), false));
            }
            ')' if !is_single && !*is_double && depth > 1 => {
                found.extend(open.pop().map(|(words, _)| words));
                open.last_mut().unwrap().0.push('_');
            }
            '|' | ';' | '{' | '}' | '(' | ')' if !is_single && !*is_double => found.push(std::mem::take(words)),
            other => words.push(other),
        }
        before = character;
    }
    found.extend(open.into_iter().map(|(words, _)| words));
    let trimmed = found.iter().map(|words| words.trim().to_owned());
    trimmed.filter(|words| !words.is_empty()).collect()
}

#[test]
fn a_command_that_no_test_knows_stands_on_no_page() {
    for command in commands() {
        for program in programs(&command.text) {
            let name = program.split_whitespace().next().unwrap();
            let is_ours = program.starts_with("cargo run -p operator -- ");
            let is_known = SHELL_FUNCTIONS.contains(&name) || OF_THE_SHELL.contains(&name) || name == "aws" || is_ours;
            assert!(is_known, "{}: {program:?} has no case", command.page);
        }
    }
}

#[test]
fn the_shell_functions_that_pages_use_are_defined_once_for_all() {
    let defined = |name: &str| {
        let begins = format!("{name}() {{");
        commands().iter().filter(|command| command.text.starts_with(&begins)).count()
    };
    for name in SHELL_FUNCTIONS {
        assert_eq!(defined(name), 1, "{name}");
    }
}
