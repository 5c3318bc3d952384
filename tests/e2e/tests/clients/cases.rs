//! What somebody does, and what comes of it; one function per row of the table.

use crate::client::Client;
use crate::home::{Home, Run};
use crate::observed::keep;
use crate::world::{ACCEPTED, HELD, World};

/// A range that held releases would satisfy.
pub(crate) fn range(client: &'static Client) {
    let Some(home) = Home::of(client) else { return };
    let world = World::new(client, "");
    home.uses(&world.served());
    let run = home.adds(client.ecosystem.range);
    gets(&home, &run, ACCEPTED);
    keep("range", &home, &run, &world);
}

/// No range: `latest` is held.
pub(crate) fn latest(client: &'static Client) {
    let Some(home) = Home::of(client) else { return };
    let world = World::new(client, "");
    home.uses(&world.served());
    let run = home.adds("river");
    gets(&home, &run, ACCEPTED);
    keep("latest", &home, &run, &world);
}

/// Exactly the held release.
pub(crate) fn exact(client: &'static Client) {
    let Some(home) = Home::of(client) else { return };
    let world = World::new(client, "");
    home.uses(&world.served());
    let run = home.adds(client.ecosystem.exact);
    if client.ecosystem.takes_exact {
        gets(&home, &run, HELD);
    } else {
        is_refused(&home, &run);
    }
    keep("exact", &home, &run, &world);
}

/// A package that needs a held release.
pub(crate) fn needed(client: &'static Client) {
    let Some(home) = Home::of(client) else { return };
    let world = World::new(client, "");
    home.uses(&world.served());
    let run = home.adds("boat");
    is_refused(&home, &run);
    keep("needed", &home, &run, &world);
}

/// A lockfile that has the held release.
pub(crate) fn locked(client: &'static Client) {
    let world = World::new(client, "");
    let Some(home) = locked_home(client, &world) else {
        return;
    };
    let run = home.installs_frozen();
    gets(&home, &run, HELD);
    keep("locked", &home, &run, &world);
}

/// The same lockfile, and something else is added.
pub(crate) fn beside(client: &'static Client) {
    let world = World::new(client, "");
    let Some(home) = locked_home(client, &world) else {
        return;
    };
    let run = home.adds_to_locked("stone");
    if client.looks_again {
        is_refused(&home, &run);
    } else {
        gets(&home, &run, HELD);
    }
    keep("beside", &home, &run, &world);
}

const BLOCK: &str = r#"
[[block]]
package = "pkg:ECOSYSTEM/river"
versions = ["2.0.1", "2.1.0"]
reason = "it steals coins"
"#;

/// The same lockfile, and the release is blocked.
pub(crate) fn blocked(client: &'static Client) {
    let world = World::new(client, BLOCK);
    let Some(home) = locked_home(client, &world) else {
        return;
    };
    let run = home.installs_frozen();
    is_refused(&home, &run);
    keep("blocked", &home, &run, &world);
}

/// With the older releases blocked and the newer ones held, nothing is left.
const REST: &str = r#"
[[block]]
package = "pkg:ECOSYSTEM/river"
versions = ["1.0.0", "1.1.0", "1.2.0", "2.0.0"]
reason = "they break on Mondays"
"#;

/// No release is left.
pub(crate) fn nothing_left(client: &'static Client) {
    let Some(home) = Home::of(client) else { return };
    let world = World::new(client, REST);
    home.uses(&world.served());
    let run = home.adds("river");
    is_refused(&home, &run);
    keep("nothing-left", &home, &run, &world);
}

/// No release is left, and a lockfile has the held one.
pub(crate) fn nothing_left_locked(client: &'static Client) {
    let world = World::new(client, REST);
    let Some(home) = locked_home(client, &world) else {
        return;
    };
    let run = home.installs_frozen();
    gets(&home, &run, HELD);
    keep("nothing-left-locked", &home, &run, &world);
}

/// The change of hands was accepted in the project.
pub(crate) fn accepted(client: &'static Client) {
    let Some(home) = Home::of(client) else { return };
    let world = World::new(client, "");
    home.uses(&world.accept());
    let run = home.adds(client.ecosystem.range);
    gets(&home, &run, HELD);
    keep("accepted", &home, &run, &world);
}

/// A project with a lockfile that has the held release, made before there was
/// a server.
fn locked_home(client: &'static Client, world: &World) -> Option<Home> {
    let before = Home::of(client)?;
    before.uses(&world.upstream());
    if client.written.is_none() {
        let made = before.adds(client.ecosystem.exact);
        gets(&before, &made, HELD);
    }
    before.writes_lockfile();
    Home::clone_of(&before, &world.upstream(), &world.served())
}

fn gets(home: &Home, run: &Run, version: &str) {
    assert_eq!(run.status, Some(0), "{}", run.shown());
    let installed = home.installed("river");
    assert_eq!(installed.as_deref(), Some(version), "{}", run.shown());
}

fn is_refused(home: &Home, run: &Run) {
    assert_ne!(run.status, Some(0), "{}", run.shown());
    assert_eq!(home.installed("river"), None, "{}", run.shown());
}
