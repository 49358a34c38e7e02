//! Many runs beside each other, on as many threads as there are processors.

use crate::plan::Plan;
use crate::run;
use crate::verdict::Violation;
use std::fmt::Display;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// What becomes of each item, in the order of the items.
pub(crate) fn each<T: Sync, R: Send>(items: &[T], run: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let (next, done) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::SeqCst);
                    let Some(item) = items.get(number) else { return };
                    let came = run(item);
                    done.lock().unwrap().push((number, came));
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap();
    done.sort_by_key(|(number, _)| *number);
    done.into_iter().map(|(_, came)| came).collect()
}

/// Runs each item's plan: no promise is broken in any of them but what the item itself explains.
pub(crate) fn keep_every_promise<T: Display + Sync>(
    items: &[T],
    plan: impl Fn(&T) -> Plan + Sync,
    explains: impl Fn(&T, &Violation) -> bool + Sync,
) {
    let broken = each(items, |item| {
        let found = run::run(&plan(item)).violations.into_iter();
        let unexplained = found.filter(|found| !explains(item, found));
        unexplained.map(|found| format!("{item}: {found}")).collect::<Vec<_>>()
    });
    let broken = broken.concat();
    assert!(broken.is_empty(), "{} in {}:\n{}", broken.len(), items.len(), broken.join("\n"));
}
