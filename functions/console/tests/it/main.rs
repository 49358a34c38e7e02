//! Setup, console, consent and report over the embedded services and the vendors' stand-ins, as a browser sees them.

#![cfg(test)]

mod at_once;
mod browser;
mod consent;
mod fixture;
mod hostile_callbacks;
mod hostile_hosts;
mod pages;
mod report;
mod sessions;
mod setup_file;
