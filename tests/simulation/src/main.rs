//! The product proven by seeds: the real functions, the real table engine and both vendors in one process on one clock.
//! A seed decides who does what and what goes wrong; what must hold, holds whatever happens.

#[cfg(test)]
mod budget;
#[cfg(test)]
mod crash;
#[cfg(test)]
mod day;
#[cfg(test)]
mod dice;
#[cfg(test)]
mod draw;
#[cfg(test)]
mod ingredients;
#[cfg(test)]
mod mail_service;
#[cfg(test)]
mod many;
#[cfg(test)]
mod matrix;
#[cfg(test)]
mod mishaps;
#[cfg(test)]
mod outages;
#[cfg(test)]
mod people;
#[cfg(test)]
mod permutations;
#[cfg(test)]
mod plan;
#[cfg(test)]
mod prompt;
#[cfg(test)]
mod rows;
#[cfg(test)]
mod run;
#[cfg(test)]
mod seeds;
#[cfg(test)]
mod shrink;
#[cfg(test)]
mod troubles;
#[cfg(test)]
mod verdict;
#[cfg(test)]
mod watch;
#[cfg(test)]
mod world;
