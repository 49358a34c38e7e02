//! From a hint to an invitation, against a real table engine and both vendors' strict stand-ins: names are the promises.

#![cfg(test)]

mod confirming;
mod fixture;
mod gates;
mod interviews;
mod inviting;
mod leaving;
mod mail_service;
mod returned;
