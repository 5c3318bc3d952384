use crate::world::World;
use tenure_testkit::FakeNpm;
use tenure_upstream::{FetchError, Via};

fn world() -> (World, String) {
    let npm = FakeNpm::start_with_tls();
    let certificate = npm.certificate().unwrap().to_owned();
    (World::with(npm), certificate)
}

#[test]
fn a_certificate_that_nobody_vouches_for_is_refused() {
    let (world, _) = world();
    let error = world.error();
    assert!(matches!(error, FetchError::Unreachable { .. }), "{error}");
    assert!(error.to_string().contains("certificate"), "{error}");
    assert!(world.npm.requests().is_empty());
}

#[test]
fn npmrc_may_vouch_for_it_with_a_file() {
    let (world, certificate) = world();
    world.write("ca.pem", &certificate);
    world.write(".npmrc", "cafile=ca.pem\n");
    assert_eq!(world.via(), Via::Network);
}

#[test]
fn npmrc_may_vouch_for_it_in_place() {
    let (world, certificate) = world();
    let one_line = certificate.replace('\n', "\\n");
    world.write(".npmrc", &format!("ca[]=\"{one_line}\"\n"));
    assert_eq!(world.via(), Via::Network);
}

#[test]
fn npmrc_may_ask_for_no_check_at_all() {
    let (world, _) = world();
    world.write(".npmrc", "strict-ssl=false\n");
    assert_eq!(world.via(), Via::Network);
}

#[test]
fn a_certificate_file_that_is_not_there_is_named() {
    let (world, _) = world();
    world.write(".npmrc", "cafile=nowhere.pem\n");
    let error = world.error();
    assert!(matches!(error, FetchError::Setup { .. }), "{error}");
    assert!(error.to_string().contains("nowhere.pem"), "{error}");
}

#[test]
fn nothing_leads_from_https_to_http() {
    let (world, _) = world();
    world.write(".npmrc", "strict-ssl=false\n");
    let plain = FakeNpm::start();
    plain.put(crate::world::left_pad());
    let there = tenure_testkit::Fault::Redirect(format!("{}left-pad", plain.url()));
    world.npm.fail("/left-pad", there);
    let error = world.error();
    assert!(
        error.to_string().ends_with("redirects from https to http"),
        "{error}"
    );
    assert!(plain.requests().is_empty());
}
