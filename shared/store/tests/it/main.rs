//! The store's real expressions against an embedded DynamoDB, one database per test.

#[cfg(test)]
mod cancelled;
#[cfg(test)]
mod due;
#[cfg(test)]
mod fixture;
#[cfg(test)]
mod ledger;
#[cfg(test)]
mod orders;
#[cfg(test)]
mod people;
#[cfg(test)]
mod standing;
