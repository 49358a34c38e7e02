//! Addresses that are listed by being answered: a function's requests are dispatched by the same lines that name its
//! addresses, and what each can show, to whoever walks all pages.

use serde::Serialize;
use serde::ser::SerializeStruct;

/// An address that a function answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Address {
    /// `GET` (and `HEAD`) or `POST`.
    pub method: &'static str,
    /// Its segments as they stand in the code: a literal with its quotes, or the name of what varies. `*`: every other address.
    pub pattern: &'static [&'static str],
    /// What its page can show, in words; none where it only leads on to another page.
    pub shows: &'static [&'static str],
}

impl Address {
    /// As a path, with `{name}` for what varies.
    pub fn path(&self) -> String {
        let segment = |written: &&str| match literal(written) {
            Some(fixed) => format!("/{fixed}"),
            None if *written == "*" => "/*".to_owned(),
            None => format!("/{{{written}}}"),
        };
        match self.pattern {
            [] => "/".to_owned(),
            pattern => pattern.iter().map(segment).collect(),
        }
    }

    /// Whether a path of these segments is answered by this very line; the line of every other address fits none.
    pub fn fits(&self, segments: &[&str]) -> bool {
        let one_fits = |(written, segment): (&&str, &&str)| *written != "*" && literal(written).is_none_or(|fixed| fixed == *segment);
        self.pattern.len() == segments.len() && self.pattern.iter().zip(segments).all(one_fits)
    }
}

impl Serialize for Address {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut address = serializer.serialize_struct("Address", 3)?;
        address.serialize_field("method", self.method)?;
        address.serialize_field("path", &self.path())?;
        address.serialize_field("shows", self.shows)?;
        address.end()
    }
}

fn literal(written: &str) -> Option<&str> {
    written.strip_prefix('"')?.strip_suffix('"')
}

/// The segments of a path; an empty one counts for nothing.
pub fn segments(path: &str) -> Vec<&str> {
    path.split('/').filter(|segment| !segment.is_empty()).collect()
}

/// An asynchronous function that answers by the segments of a path, and the list of the addresses it answers.
///
/// Each line is a pattern of segments, then `shows` with what the page can show, or `leads_on` where no page of its own
/// is shown, then the answer. The last line is of every other address.
///
/// ```ignore
/// web::addresses! {
///     const PAGES: "GET";
///     async fn page(path: &[&str], visit: &Visit<'_>) -> Shown {
///         [] leads_on => Ok(answer::redirect_to_path("/agents")),
///         ["agents"] shows ["none", "several"] => agents(visit).await,
///         ["agents", id] shows ["one"] => agent(visit, id).await,
///         _ shows ["nothing here"] => Ok(nothing_here(visit)),
///     }
/// }
/// ```
#[macro_export]
macro_rules! addresses {
    (
        const $list:ident: $method:literal;
        async fn $name:ident($path:ident: &[&str] $(, $argument:ident: $type:ty)*) -> $answer:ty {
            $([$($segment:tt),*] $how:ident $([$($state:literal),+])? => $answered:expr,)*
            _ $otherwise:ident $([$($other_state:literal),+])? => $other:expr,
        }
    ) => {
        /// What is answered, and what each page can show.
        pub(crate) const $list: &[$crate::Address] = &[
            $($crate::Address {
                method: $method,
                pattern: &[$(stringify!($segment)),*],
                shows: $crate::addresses!(@$how $($($state),+)?),
            },)*
            $crate::Address {
                method: $method,
                pattern: &["*"],
                shows: $crate::addresses!(@$otherwise $($($other_state),+)?),
            },
        ];

        async fn $name($path: &[&str] $(, $argument: $type)*) -> $answer {
            match $path {
                $([$($segment),*] => $answered,)*
                _ => $other,
            }
        }
    };
    (@shows $($state:literal),+) => { &[$($state),+] };
    (@leads_on) => { &[] };
}

#[cfg(test)]
mod tests {
    use super::*;

    addresses! {
        const PAGES: "GET";
        async fn page(path: &[&str], prefix: &str) -> String {
            [] leads_on => prefix.to_owned(),
            ["agents", id] shows ["one", "none"] => format!("{prefix}{id}"),
            _ shows ["nothing here"] => String::from("nothing"),
        }
    }

    #[test]
    fn the_lines_that_answer_are_the_list() {
        let listed: Vec<(String, &[&str])> = PAGES.iter().map(|address| (address.path(), address.shows)).collect();
        let expected: [(String, &[&str]); 3] = [
            ("/".to_owned(), &[]),
            ("/agents/{id}".to_owned(), &["one", "none"]),
            ("/*".to_owned(), &["nothing here"]),
        ];
        assert_eq!(listed, expected);
        let json = serde_json::to_value(PAGES[1]).unwrap();
        assert_eq!(
            json,
            serde_json::json!({"method": "GET", "path": "/agents/{id}", "shows": ["one", "none"]})
        );
    }

    #[test]
    fn a_path_fits_the_line_that_answers_it() {
        let fits = |path: &str| PAGES.iter().position(|address| address.fits(&segments(path)));
        for (path, expected) in [("/", Some(0)), ("/agents/7", Some(1)), ("/agents", None), ("/a/b/c", None)] {
            assert_eq!(fits(path), expected, "{path}");
        }
    }

    #[test]
    fn an_answer_is_given_by_its_line() {
        use std::future::Future;
        use std::pin::pin;
        use std::task::{Context, Poll, Waker};
        for (path, expected) in [("/", "x"), ("/agents/7", "x7"), ("/agents", "nothing")] {
            let segments = segments(path);
            let answer = pin!(page(&segments, "x")).poll(&mut Context::from_waker(Waker::noop()));
            assert_eq!(answer, Poll::Ready(expected.to_owned()), "{path}");
        }
    }
}
