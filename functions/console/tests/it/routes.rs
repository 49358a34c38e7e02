//! The router's own list of addresses, so that a test of all of them cannot forget a new one.

use domain::order::Action;

/// The addresses that a function of the router answers, with `{name}` in the place of each id.
pub(crate) fn of(function: &str) -> Vec<String> {
    let source = include_str!("../../src/handler.rs");
    let body = source.split(&format!("async fn {function}(")).nth(1).unwrap();
    let body = body.split("\n}\n").next().unwrap();
    let patterns = body
        .lines()
        .filter_map(|line| Some(line.trim().strip_prefix('[')?.split_once("] =>")?.0));
    let segment = |segment: &str| match segment.trim().strip_prefix('"') {
        Some(quoted) => quoted.trim_end_matches('"').to_owned(),
        None => format!("{{{}}}", segment.trim()),
    };
    let address = |pattern: &str| {
        let parts = pattern.split(',').filter(|part| !part.trim().is_empty());
        parts.fold(String::new(), |path, part| path + "/" + &segment(part))
    };
    patterns.map(address).collect()
}

/// What stands in the place of the ids.
#[derive(Debug, Clone)]
pub(crate) struct Ids {
    pub(crate) connection: String,
    pub(crate) agent: String,
    pub(crate) order: String,
    pub(crate) person: String,
    pub(crate) invitation: String,
}

impl Ids {
    /// An address with these ids, once for each thing that can be done at it.
    pub(crate) fn fill(&self, pattern: &str) -> Vec<String> {
        let path = pattern
            .replace("{id}", &self.connection)
            .replace("{posting}", &self.agent)
            .replace("{order}", &self.order)
            .replace("{person}", &self.person)
            .replace("{invitation}", &self.invitation);
        let actions = if path.contains("{action}") { Action::ALL.len() } else { 1 };
        let paths = Action::ALL
            .iter()
            .take(actions)
            .map(|action| path.replace("{action}", action.name()));
        let paths: Vec<String> = paths.collect();
        assert!(
            paths.iter().all(|path| !path.contains('{')),
            "{pattern} has an id that no test knows"
        );
        paths
    }
}
