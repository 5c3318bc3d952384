//! Real clients of npm's registry, cargo, Python's installers and NuGet, as they come, against the built
//! `tenure serve`: what they install, and what they tell their user.
//!
//! What they do is kept beside these tests, and `cargo xtask docs` makes the
//! table in `docs/clients.md` from it.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod cases;
mod client;
mod home;
mod observed;
mod world;

/// A test for each client and each case.
macro_rules! matrix {
    ($cases:tt $($name:ident: $client:ident,)*) => {
        $(matrix!(@client $name $client $cases);)*
    };
    (@client $name:ident $client:ident { $($case:ident,)* }) => {
        mod $name {
            $(
                #[test]
                fn $case() {
                    crate::cases::$case(&crate::client::$client);
                }
            )*
        }
    };
}

matrix! {
    {
        range, latest, exact, needed, locked, beside, blocked, nothing_left,
        nothing_left_locked, accepted,
    }
    npm_10: NPM_10,
    npm_11: NPM_11,
    pnpm_10: PNPM_10,
    pnpm_11: PNPM_11,
    pnpm_12: PNPM_12,
    yarn_1: YARN_1,
    yarn_4: YARN_4,
    bun: BUN,
    cargo: CARGO,
    pip: PIP,
    uv: UV,
    poetry: POETRY,
    nuget: NUGET,
}
