//! Connect by consent over the embedded services and a Workday tenant, with the console's pages around it, as a browser
//! sees it.

#![cfg(test)]

mod consent;
mod fixture;
mod hostile_callbacks;
