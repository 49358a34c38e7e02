//! What the runbooks tell an operator to type: our own commands are run beside the program (`infra/operator/tests`), and all that the others name is
//! there.

mod aws;
mod commands;
mod page;
