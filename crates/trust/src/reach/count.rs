//! Counts who reaches what: many beginnings at a time, a bit for each, carried
//! down the graph through those nodes alone that they touch.

use super::begin::Beginnings;
use super::rows::Rows;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Words of bits in a cell. With the count they are half a cache line: wider
/// ones would carry more at a time, but fewer of them would be in the cache.
const WORDS: usize = 3;
/// How many beginnings are carried at a time.
const BLOCK: usize = WORDS * 64;

type Bits = [u64; WORDS];

/// What a node knows of the beginnings under way.
#[derive(Clone, Copy, Debug, Default)]
#[repr(align(32))]
struct Cell {
    bits: Bits,
    /// The weight of all that reached it in the blocks so far.
    count: u64,
}

/// How much there was to do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Work {
    /// How many beginnings were carried: packages, or several as one.
    pub beginnings: u64,
    /// How often a node was touched by a block of beginnings.
    pub touches: u64,
    /// How often bits were carried from a node to one that it depends on.
    pub edge_operations: u64,
}

/// What was counted.
pub(super) struct Counted {
    /// By node: the weight of the beginnings that reach it.
    pub(super) counts: Vec<u64>,
    pub(super) work: Work,
}

/// Counts, with so many threads, for each row's number the beginnings that
/// reach it. All values of a row are larger than its number.
pub(super) fn count(rows: &Rows, beginnings: &Beginnings, threads: NonZeroUsize) -> Counted {
    let blocks: Vec<&[u32]> = beginnings.order.chunks(BLOCK).collect();
    let next = AtomicUsize::new(0);
    let run = || {
        let mut worker = Worker::new(rows);
        while let Some(block) = blocks.get(next.fetch_add(1, Ordering::Relaxed)) {
            worker.block(beginnings, block);
        }
        worker
    };
    let threads = threads.get().min(blocks.len());
    let workers: Vec<Worker<'_>> = std::thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(run)).collect();
        let mut workers = vec![run()];
        workers.extend(others.into_iter().map(|other| match other.join() {
            Ok(worker) => worker,
            Err(panic) => std::panic::resume_unwind(panic),
        }));
        workers
    });
    let mut counted = Counted {
        counts: vec![0; rows.len()],
        work: Work {
            beginnings: beginnings.order.len() as u64,
            ..Work::default()
        },
    };
    for worker in workers {
        counted.work.touches += worker.work.touches;
        counted.work.edge_operations += worker.work.edge_operations;
        for (count, cell) in counted.counts.iter_mut().zip(&worker.cells) {
            *count += cell.count;
        }
    }
    counted
}

struct Worker<'a> {
    rows: &'a Rows,
    cells: Vec<Cell>,
    /// A bit for each node that was touched and not passed yet.
    touched: Vec<u64>,
    /// A bit for each word of those that has any.
    summary: Vec<u64>,
    work: Work,
}

impl<'a> Worker<'a> {
    fn new(rows: &'a Rows) -> Self {
        let words = rows.len().div_ceil(64);
        Self {
            rows,
            cells: vec![Cell::default(); rows.len()],
            touched: vec![0; words],
            summary: vec![0; words.div_ceil(64)],
            work: Work::default(),
        }
    }

    /// Carries one block of beginnings to all that they reach.
    fn block(&mut self, beginnings: &Beginnings, block: &[u32]) {
        let mut planes: Vec<Bits> = Vec::new();
        for (bit, at) in block.iter().enumerate() {
            let (word, bit) = (bit / 64, 1 << (bit % 64));
            let weight = beginnings.weights[*at as usize];
            let digits = weight.ilog2() as usize + 1;
            if planes.len() < digits {
                planes.resize(digits, [0; WORDS]);
            }
            for (digit, plane) in planes.iter_mut().enumerate() {
                if weight >> digit & 1 != 0 {
                    plane[word] |= bit;
                }
            }
            let row = beginnings.rows.row(*at as usize);
            self.work.edge_operations += row.len() as u64;
            for target in row {
                self.cells[*target as usize].bits[word] |= bit;
                self.touch(*target);
            }
        }
        match planes.len() {
            // All weigh one.
            1 => self.carry(ones),
            _ => self.carry(|bits| weight(bits, &planes)),
        }
    }

    #[inline]
    fn touch(&mut self, node: u32) {
        let word = node as usize / 64;
        self.touched[word] |= 1 << (node % 64);
        self.summary[word / 64] |= 1 << (word % 64);
    }

    /// Passes the touched nodes in the order of their numbers. None is touched
    /// again by a later one.
    #[inline]
    fn carry(&mut self, weigh: impl Fn(&Bits) -> u64) {
        for chunk in 0..self.summary.len() {
            while self.summary[chunk] != 0 {
                let word = chunk * 64 + self.summary[chunk].trailing_zeros() as usize;
                while self.touched[word] != 0 {
                    let node = word * 64 + self.touched[word].trailing_zeros() as usize;
                    self.touched[word] &= self.touched[word] - 1;
                    let cell = &mut self.cells[node];
                    let bits = std::mem::take(&mut cell.bits);
                    cell.count += weigh(&bits);
                    self.pass(node, &bits);
                }
                self.summary[chunk] &= self.summary[chunk] - 1;
            }
        }
    }

    #[inline]
    fn pass(&mut self, node: usize, bits: &Bits) {
        let row = self.rows.row(node);
        self.work.touches += 1;
        self.work.edge_operations += row.len() as u64;
        for target in row {
            let into = &mut self.cells[*target as usize].bits;
            for (into, bits) in into.iter_mut().zip(bits) {
                *into |= bits;
            }
            self.touch(*target);
        }
    }
}

#[inline]
fn ones(bits: &Bits) -> u64 {
    bits.iter().map(|word| u64::from(word.count_ones())).sum()
}

/// The weight of all that have a bit, given the digits of their weights.
#[inline]
fn weight(bits: &Bits, planes: &[Bits]) -> u64 {
    let digit = |plane: &Bits| {
        let both = bits.iter().zip(plane).map(|(bits, plane)| bits & plane);
        both.map(|word| u64::from(word.count_ones())).sum::<u64>()
    };
    let digits = planes.iter().enumerate();
    digits.map(|(at, plane)| digit(plane) << at).sum()
}
