//! Requests and answers of the API, named as in HeyMilo's `OpenAPI` document.
//!
//! Answers are read tolerantly: unknown fields are skipped, null means absent, and statuses stay text that survives.

pub(crate) mod candidate;
pub(crate) mod integrity;
pub(crate) mod interview;
pub(crate) mod list;
pub(crate) mod posting;
pub(crate) mod status;
pub(crate) mod webhook;
pub(crate) mod workspace;

/// `Debug` that names the type and shows nothing: what it holds is about a person.
macro_rules! opaque_debug {
    ($($name:ty),+ $(,)?) => {
        $(impl std::fmt::Debug for $name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.debug_struct(stringify!($name)).finish_non_exhaustive()
            }
        })+
    };
}
pub(crate) use opaque_debug;
