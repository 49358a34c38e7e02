//! What tells one meaning of a step from another.

/// SHA-256 (base32) of a step's input.
pub fn input_hash(parts: &[&str]) -> String {
    let mut context = ring::digest::Context::new(&ring::digest::SHA256);
    for part in parts {
        context.update(&(part.len() as u64).to_be_bytes());
        context.update(part.as_bytes());
    }
    data_encoding::BASE32_NOPAD.encode(context.finish().as_ref())
}
