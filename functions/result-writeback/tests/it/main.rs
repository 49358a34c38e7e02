//! From an interview to the Workday record, against a real table engine and both vendors' strict stand-ins: names are the
//! promises.

#![cfg(test)]

mod fixture;
mod following;
mod refused;
mod writing;
