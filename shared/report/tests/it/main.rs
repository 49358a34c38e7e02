//! The four outputs of a report, over results that are full, empty, hostile, foreign and endless.

#[cfg(test)]
mod notes;
#[cfg(test)]
mod page;
#[cfg(test)]
mod pdf;
#[cfg(test)]
mod results;
