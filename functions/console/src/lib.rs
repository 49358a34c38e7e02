//! The administrator's pages: sign-in, Integrations, ATS Configuration, Activity, People, Settings. Server-rendered,
//! without scripts.
//!
//! Trigger: every HTTP path that no other function owns. Effect: what [`admin::Admin`] does, for the signed-in person's
//! workspace only; another workspace's ids are answered like unknown ones. Every change needs a session of an owner or
//! admin (of who belongs to the workspace: an owner), a form token of that session, and a request from our own pages.

mod activity;
mod agent;
mod agents;
mod audit;
mod candidate_details;
mod configuration;
mod connect;
mod connect_form;
mod connect_link;
mod connection;
mod frame;
mod guest;
mod handler;
mod health;
mod integrations;
mod note;
mod options;
mod order;
mod parts;
mod paths;
mod people;
mod picker;
mod preview;
mod pushes;
mod reference_ids;
mod settings;
mod setup;
mod sign_in;
mod visit;
mod why;
mod words;

pub use handler::{Function, addresses};
