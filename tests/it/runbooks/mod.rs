//! What the runbooks tell an operator to type: our own commands are run, and all that the others name is there.

mod aws;
mod commands;
mod operator;
mod page;
