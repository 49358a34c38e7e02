//! What the check found, as it is printed.

use std::fmt;

/// Lines to print, passed checks and what to do about the failed ones.
#[derive(Debug, Default)]
pub(crate) struct Report {
    lines: Vec<String>,
    passed: usize,
    failures: Vec<String>,
}

impl Report {
    pub(crate) fn say(&mut self, line: String) {
        self.lines.push(line);
    }

    pub(crate) fn pass(&mut self) {
        self.passed += 1;
    }

    pub(crate) fn fail(&mut self, what_to_do: String) {
        self.failures.push(what_to_do);
    }

    pub(crate) fn failed(&self) -> usize {
        self.failures.len()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for line in &self.lines {
            writeln!(formatter, "{line}")?;
        }
        if !self.failures.is_empty() {
            writeln!(formatter, "\nTo do")?;
        }
        for failure in &self.failures {
            writeln!(formatter, "  - {failure}")?;
        }
        write!(formatter, "\n{} passed, {} failed", self.passed, self.failed())
    }
}
