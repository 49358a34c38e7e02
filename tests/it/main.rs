//! All tests across crates, in one binary.

#[cfg(test)]
mod contract_faults;
