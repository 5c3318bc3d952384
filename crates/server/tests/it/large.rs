//! Documents that are so large that their answer is begun while they come.

use crate::packages::{old_hands, taken_over};
use crate::world::World;
use flate2::read::GzDecoder;
use serde_json::{Value, json};
use std::io::Read as _;
use tenure_testkit::Packument;

/// With so much in each manifest that the document has megabytes.
fn padded(package: Packument) -> Value {
    let mut document = Value::from(package);
    let mut random = fastrand::Rng::with_seed(7);
    for manifest in document["versions"].as_object_mut().unwrap().values_mut() {
        let padding: String = (0..700_000).map(|_| random.alphanumeric()).collect();
        manifest["padding"] = json!(padding);
    }
    document
}

#[test]
fn the_first_answer_is_the_one_that_stays() {
    let world = World::new();
    world
        .npm
        .put(padded(old_hands(Packument::new("calm"), "ada")));
    world.npm.put(padded(taken_over("taken")));
    for (name, offered) in [("calm", 5), ("taken", 5)] {
        let headers = [("accept", "application/json"), ("accept-encoding", "gzip")];
        let first = world.ask("GET", name, &headers);
        let again = world.ask("GET", name, &headers);
        assert!(first.body == again.body, "{name}");
        assert_eq!(first.header("etag"), again.header("etag"));
        let mut plain = Vec::new();
        GzDecoder::new(&*first.body)
            .read_to_end(&mut plain)
            .unwrap();
        assert!(plain.len() > 3_000_000, "{}", plain.len());
        let identity = world.ask("GET", name, &[("accept", "application/json")]);
        assert!(identity.body == plain, "{name}");
        let document: Value = serde_json::from_slice(&plain).unwrap();
        assert_eq!(document["versions"].as_object().unwrap().len(), offered);
        assert_eq!(world.npm.count(&format!("/{name}")), 1);
    }
}

/// Every server gives the same bytes, whether it has seen the document come or
/// not.
#[test]
fn what_was_begun_early_is_what_is_made_later() {
    let answer = |first: Option<&str>| {
        let address = "https://tenure.example/".parse().unwrap();
        let world = World::with(|options| options.public_url = Some(address));
        world
            .npm
            .put(padded(old_hands(Packument::new("calm"), "ada")));
        if let Some(form) = first {
            world.ask("GET", "calm", &[("accept", form)]);
        }
        let headers = [("accept", "application/json"), ("accept-encoding", "gzip")];
        let body = world.ask("GET", "calm", &headers).body;
        assert_eq!(world.npm.count("/calm"), 1);
        body
    };
    let abbreviated = "application/vnd.npm.install-v1+json";
    assert!(answer(None) == answer(Some(abbreviated)));
}
