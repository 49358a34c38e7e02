//! All tests across crates, in one binary.

#[cfg(test)]
mod contract_faults;
#[cfg(test)]
mod dependencies;
#[cfg(test)]
mod flow;
#[cfg(test)]
mod modules;
#[cfg(test)]
mod runbooks;
#[cfg(test)]
mod template;
#[cfg(test)]
mod variables;
