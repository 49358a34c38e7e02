//! How work is run, against an embedded table and a clock of its own: names are the promises.

#![cfg(test)]

mod trouble;
mod worker;
