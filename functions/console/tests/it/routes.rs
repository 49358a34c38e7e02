//! The router's own list of addresses, so that a test of all of them cannot forget a new one.

use domain::order::Action;

/// The addresses behind the sign-in that are answered for a method, with `{name}` in the place of each id.
pub(crate) fn of(method: &str) -> Vec<String> {
    let own_ways_in = ["/sign-in", "/invitation", "/connect/"];
    let listed = console::addresses().filter(|address| address.method == method);
    let paths = listed.map(web::Address::path).filter(|path| path != "/*");
    paths.filter(|path| !own_ways_in.iter().any(|way| path.starts_with(way))).collect()
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
