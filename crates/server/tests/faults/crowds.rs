//! Many clients, and slow ones.

use crate::world::{FILE, World, chalk, is_file, package, release};
use std::io::Read as _;
use std::time::{Duration, Instant};
use tenure_testkit::Fault;
use tenure_testkit::http;

/// So many clients ask for the same at once, and get the same.
fn burst(world: &World, path: &str) -> Vec<u8> {
    let bodies: Vec<Vec<u8>> = std::thread::scope(|scope| {
        let ask = || {
            let answer = world.get(path);
            assert!(answer.status == 200 && answer.complete);
            answer.body
        };
        let clients: Vec<_> = (0..200).map(|_| scope.spawn(ask)).collect();
        clients.into_iter().map(|c| c.join().unwrap()).collect()
    });
    assert!(bodies.iter().all(|body| *body == bodies[0]));
    bodies.into_iter().next().unwrap()
}

#[test]
fn a_burst_costs_one_request() {
    let world = World::new();
    world
        .npm
        .put(chalk().release(release("1.1.0").padded(300_000)));
    world
        .npm
        .fail("*", Fault::Delay(Duration::from_millis(500)));
    burst(&world, "chalk");
    assert_eq!(world.npm.count("/chalk"), 1);
    let file = burst(&world, FILE);
    assert_eq!(world.npm.count(&format!("/{FILE}")), 1);
    assert!(is_file(&world.document("chalk"), "1.1.0", &file));
}

#[test]
fn a_burst_for_an_old_document_costs_one_request() {
    let world = World::new();
    world.document("chalk");
    world.wait_until_old();
    world
        .npm
        .fail("*", Fault::Delay(Duration::from_millis(500)));
    burst(&world, "chalk");
    assert_eq!(world.npm.count("/chalk"), 2);
}

#[test]
fn a_burst_for_what_is_not_there_costs_one_request() {
    let world = World::new();
    world
        .npm
        .fail("*", Fault::Delay(Duration::from_millis(500)));
    std::thread::scope(|scope| {
        for _ in 0..200 {
            scope.spawn(|| assert_eq!(world.get("unheard-of").status, 404));
        }
    });
    assert_eq!(world.npm.count("/unheard-of"), 1);
}

#[test]
fn a_slow_client_keeps_nobody_else() {
    let world = World::new();
    world
        .npm
        .put(chalk().release(release("1.1.0").padded(7_000_000)));
    world.npm.put(package("other", &["1.0.0"]));
    let document = world.document("chalk");
    // They ask for the file and read nothing of it.
    let url = format!("{}{FILE}", world.url());
    let slow: Vec<_> = (0..20)
        .map(|_| http::send("GET", &url, &[], &[]).unwrap())
        .collect();
    let began = Instant::now();
    world.document("other");
    let quick = world.get(FILE);
    let fits = is_file(&document, "1.1.0", &quick.body);
    assert!(
        fits,
        "{} {}, {} bytes",
        quick.status,
        quick.complete,
        quick.body.len()
    );
    assert!(began.elapsed() < Duration::from_secs(10));
    assert_eq!(world.npm.count(&format!("/{FILE}")), 1);
    // Whoever reads at last gets it, too.
    let mut late = slow.into_iter().next().unwrap();
    let mut bytes = Vec::new();
    late.read_to_end(&mut bytes).unwrap();
    assert!(bytes.ends_with(&quick.body));
}

#[test]
fn a_client_that_hangs_up_takes_nothing_from_the_others() {
    let world = World::new();
    world
        .npm
        .fail("*", Fault::Delay(Duration::from_millis(300)));
    for path in ["chalk", FILE] {
        let url = format!("{}{path}", world.url());
        let client = http::send("GET", &url, &[], &[]).unwrap();
        // So long that the registry has been asked.
        std::thread::sleep(Duration::from_millis(150));
        drop(client);
        std::thread::sleep(Duration::from_millis(600));
        assert_eq!(world.npm.count(&format!("/{path}")), 1);
    }
    let document = world.document("chalk");
    assert!(is_file(&document, "1.1.0", &world.get(FILE).body));
    assert_eq!(world.npm.requests().len(), 2, "{:?}", world.npm.requests());
}

#[test]
fn a_client_that_never_ends_its_request_is_left() {
    use std::io::Write as _;
    let world = World::new();
    let address = world.url().trim_start_matches("http://");
    let address = address.split('/').next().unwrap();
    let mut idle: Vec<_> = (0..100)
        .map(|_| std::net::TcpStream::connect(address).unwrap())
        .collect();
    for stream in &mut idle {
        stream.write_all(b"GET /npm/chalk HTTP/1.1\r\nx: ").unwrap();
    }
    world.document("chalk");
}
