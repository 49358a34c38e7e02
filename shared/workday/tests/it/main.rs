//! The client against a server on this machine: what goes over the wire, and what each answer becomes.

#[cfg(test)]
mod answers;
#[cfg(test)]
mod attachments;
#[cfg(test)]
mod requests;
#[cfg(test)]
mod stub;
#[cfg(test)]
mod token;
