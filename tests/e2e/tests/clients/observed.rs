//! What was observed, in the form in which it is kept: the table in
//! `docs/clients.md` is made from these files.

use crate::home::{Home, Run};
use crate::world::World;
use insta::{Settings, assert_snapshot};

/// The part of a reason that every message about the package has.
const REASONS: [&str; 3] = [
    "handover at 2.0.1",
    "automation-moved at 2.0.1",
    "it steals coins",
];

/// Keeps what came of a run, or compares it with what was kept: what was
/// typed, the status, what is installed of `river`, whether the client said
/// why, and what it said.
pub(crate) fn keep(case: &str, home: &Home, run: &Run, world: &World) {
    let text = tidy(home, run, world);
    let status = run
        .status
        .map_or("none".to_owned(), |code| code.to_string());
    let installed = home.installed("river");
    let installed = installed.as_deref().unwrap_or("nothing");
    let says_why = REASONS.iter().any(|reason| text.contains(reason));
    let says_why = if says_why { "yes" } else { "no" };
    let kept = format!(
        "typed: {}\nstatus: {status}\ninstalled: {installed}\nsaid why: {says_why}\nsaid:\n{text}",
        run.typed
    );
    let mut settings = Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| assert_snapshot!(format!("{}-{case}", home.client().id), kept));
}

/// The lines that say something, without what differs from run to run.
fn tidy(home: &Home, run: &Run, world: &World) -> String {
    let text = if home.client().wraps {
        unwrapped(&run.text)
    } else {
        run.text.clone()
    };
    let hosts = [
        (world.server.url(), "http://tenure.example/"),
        (&world.upstream(), "http://registry.example/"),
        (&home.path().display().to_string(), "~"),
    ];
    let text = hosts
        .iter()
        .fold(text, |text, (real, example)| text.replace(real, example));
    let lines = text.lines().map(str::trim_end);
    let lines = lines.filter(|line| !line.is_empty());
    // npm asks for its audit meanwhile, and a failure may come before that.
    let lines = lines.filter(|line| run.status == Some(0) || !line.starts_with("npm notice"));
    let lines: Vec<String> = lines.filter_map(home.client().tidy).collect();
    lines.join("\n")
}

/// Puts lines together again that were broken at 80 columns: those after one
/// that begins with a mark, as far as they are indented.
fn unwrapped(text: &str) -> String {
    let mut whole: Vec<String> = Vec::new();
    for line in text.lines() {
        let words = line.trim_start_matches([' ', '│']).trim_end();
        let continues = line.starts_with("  ")
            && !words.is_empty()
            && !words.starts_with(['×', '├', '╰'])
            && !words.starts_with("help:");
        match whole.last_mut() {
            Some(last) if continues => {
                // Words are broken at these.
                if !last.ends_with(['/', '-']) {
                    last.push(' ');
                }
                last.push_str(words);
            }
            _ => whole.push(words.to_owned()),
        }
    }
    whole.join("\n")
}
