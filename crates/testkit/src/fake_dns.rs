//! A DNS server within the test's own process.

use hickory_proto::op::{Message, MessageType, OpCode, ResponseCode};
use hickory_proto::rr::rdata::{A, TXT};
use hickory_proto::rr::{Name, RData, Record, RecordType};
use std::collections::{HashMap, VecDeque};
use std::io;
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

/// A server on a loopback port, with a thread of its own. It knows what it was
/// told, and says of everything else that there is no such name.
pub struct FakeDns {
    address: SocketAddr,
    state: Arc<State>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct State {
    ends: AtomicBool,
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    records: HashMap<String, Vec<RData>>,
    /// Addresses of which each question gets the next.
    turns: HashMap<String, VecDeque<Ipv4Addr>>,
    /// Names of which nothing can be said.
    failing: Vec<String>,
    asked: Vec<String>,
}

/// How often it looks whether it is to end.
const BREATH: Duration = Duration::from_millis(50);
const TTL: u32 = 1;

impl FakeDns {
    /// An empty one at a free port.
    ///
    /// # Panics
    /// When there is no free port.
    pub fn start() -> Self {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free loopback port");
        socket.set_read_timeout(Some(BREATH)).expect("a timeout");
        let state = Arc::<State>::default();
        let shared = Arc::clone(&state);
        Self {
            address: socket.local_addr().expect("a bound socket"),
            state,
            thread: Some(std::thread::spawn(move || serve(&socket, &shared))),
        }
    }

    /// Where it is.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Says that a name is the machine at this address, too.
    pub fn put_address(&self, name: &str, ip: Ipv4Addr) {
        self.put(name, RData::A(A(ip)));
    }

    /// Says that a name is the first of these machines; when it is asked again,
    /// that it is the next; and so on, the last one for good.
    pub fn put_turns(&self, name: &str, ips: &[Ipv4Addr]) {
        let turns = ips.iter().copied().collect();
        self.state.known().turns.insert(full(name), turns);
    }

    /// Says that there is this text at a name, too.
    pub fn put_text(&self, name: &str, text: &str) {
        self.put(name, RData::TXT(TXT::new(vec![text.to_owned()])));
    }

    /// Knows nothing of a name any more.
    pub fn remove(&self, name: &str) {
        self.state.known().records.remove(&full(name));
    }

    /// Says of a name that it cannot say anything (`SERVFAIL`).
    pub fn fail(&self, name: &str) {
        self.state.known().failing.push(full(name));
    }

    /// The names that were asked for so far.
    pub fn asked(&self) -> Vec<String> {
        self.state.known().asked.clone()
    }

    fn put(&self, name: &str, data: RData) {
        let mut known = self.state.known();
        known.records.entry(full(name)).or_default().push(data);
    }
}

impl Drop for FakeDns {
    fn drop(&mut self) {
        self.state.ends.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Known {
    fn next_turn(&mut self, name: &str, kind: RecordType) -> Option<Ipv4Addr> {
        let turns = self.turns.get_mut(name)?;
        match (kind, turns.len()) {
            (RecordType::A, 2..) => turns.pop_front(),
            (RecordType::A, _) => turns.front().copied(),
            _ => None,
        }
    }
}

impl State {
    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn full(name: &str) -> String {
    format!("{}.", name.to_ascii_lowercase())
}

fn serve(socket: &UdpSocket, state: &State) {
    let mut buffer = [0; 4096];
    while !state.ends.load(Ordering::Relaxed) {
        let (length, from) = match socket.recv_from(&mut buffer) {
            Ok(received) => received,
            Err(error) if is_pause(&error) => continue,
            Err(_) => return,
        };
        if let Some(answer) = answer(&buffer[..length], state) {
            // A client that has gone asks again, or does not.
            let _ = socket.send_to(&answer, from);
        }
    }
}

fn is_pause(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionReset, Interrupted, TimedOut, WouldBlock};
    let kinds = [WouldBlock, TimedOut, Interrupted, ConnectionReset];
    kinds.contains(&error.kind())
}

fn answer(question: &[u8], state: &State) -> Option<Vec<u8>> {
    let question = Message::from_vec(question).ok()?;
    let query = question.queries.first()?.clone();
    let name = query.name().to_ascii().to_ascii_lowercase();
    let mut answer = Message::new(question.metadata.id, MessageType::Response, OpCode::Query);
    answer.metadata.recursion_desired = true;
    answer.metadata.recursion_available = true;
    let mut known = state.known();
    known.asked.push(name.trim_end_matches('.').to_owned());
    if known.failing.contains(&name) {
        answer.metadata.response_code = ResponseCode::ServFail;
    } else if let Some(ip) = known.next_turn(&name, query.query_type()) {
        let data = RData::A(A(ip));
        answer.add_answers(matching(&[data], RecordType::A, query.name()));
    } else if let Some(records) = known.records.get(&name) {
        answer.add_answers(matching(records, query.query_type(), query.name()));
    } else {
        answer.metadata.response_code = ResponseCode::NXDomain;
    }
    answer.add_query(query);
    answer.to_vec().ok()
}

fn matching(records: &[RData], kind: RecordType, name: &Name) -> Vec<Record> {
    let records = records.iter().filter(|data| data.record_type() == kind);
    let record = |data: &RData| Record::from_rdata(name.clone(), TTL, data.clone());
    records.map(record).collect()
}
