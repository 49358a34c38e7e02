//! The client over real HTTP against a scripted server, and against HeyMilo's published document where it is at hand.

#[cfg(test)]
mod answers;
#[cfg(test)]
mod contract;
#[cfg(test)]
mod requests;
#[cfg(test)]
mod stub;
