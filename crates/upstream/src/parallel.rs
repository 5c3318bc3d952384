//! Doing the same for many things on a few threads.

/// More threads than this wait for the file system only.
const MAX_THREADS: usize = 4;

/// How many threads to use when `useful` could be kept busy.
pub(crate) fn threads(useful: usize) -> usize {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    cores.min(MAX_THREADS).min(useful).max(1)
}

/// Calls `work` for each number below `count`, on `threads` threads, and gives
/// the results in the order of the numbers. A panic in one goes on here.
pub(crate) fn map<T: Send>(
    count: usize,
    threads: usize,
    work: impl Fn(usize) -> T + Sync,
) -> Vec<T> {
    let part = count.div_ceil(threads.max(1)).max(1);
    let work = &work;
    std::thread::scope(|scope| {
        let workers: Vec<_> = (part..count)
            .step_by(part)
            .map(|start| start..count.min(start + part))
            .map(|range| scope.spawn(move || range.map(work).collect::<Vec<T>>()))
            .collect();
        // The first part is done here: one thread less to start.
        let mut all: Vec<T> = (0..part.min(count)).map(work).collect();
        for worker in workers {
            match worker.join() {
                Ok(results) => all.extend(results),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        all
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_in_order_however_many_threads() {
        for count in [0, 1, 2, 10, 101] {
            let expected: Vec<usize> = (0..count).map(|n| n * 2).collect();
            for threads in [0, 1, 2, 3, 7, 200] {
                assert_eq!(map(count, threads, |n| n * 2), expected);
            }
        }
    }
}
