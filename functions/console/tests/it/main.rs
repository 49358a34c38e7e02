//! Setup and console over the embedded services and the vendors' stand-ins, as a browser sees them.

#![cfg(test)]

mod acts;
mod at_once;
mod boundaries;
mod browser;
mod candidate_details;
mod company;
mod connect_link;
mod connecting;
mod fixture;
mod health;
mod hostile_hosts;
mod live;
mod mending;
mod pages;
mod people;
mod reviews;
mod routes;
mod sessions;
mod setup;
mod setup_file;
mod why;
