//! `tenure serve`: the registry, proxy and pages.

mod hello;
mod links;
mod log;
mod upstream;

pub(crate) use hello::clients;

use crate::args::upstream_of;
use crate::context::Process;
use crate::exit::Exit;
use crate::output::answer;
use crate::settings::{ServerArgs, Settings};
use clap::{Args, ValueEnum};
use tenure_domain::{Clock, Ecosystem};
use tenure_server::Server;

/// Serve a registry that holds releases which come with a change of hands
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The address to listen on [default: 127.0.0.1:4874]
    #[arg(long, value_name = "ADDR")]
    listen: Option<String>,

    #[command(flatten)]
    server: ServerArgs,

    /// A registry behind this one: npm=URL (by default the one that your npm is
    /// configured for), cargo=URL (the index), pypi=URL (the folder of pages),
    /// nuget=URL (the service index); all by default what their clients are
    /// configured for
    #[arg(long, value_name = "ECOSYSTEM=URL", value_parser = upstream_of)]
    upstream: Vec<(Ecosystem, String)>,

    /// How the log is written
    #[arg(long, value_enum, default_value_t = LogFormat::Text)]
    log: LogFormat,
}

/// How the log is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum LogFormat {
    /// For people.
    Text,
    /// A JSON object a line.
    Json,
}

/// Runs the command, until it is told to stop.
pub(crate) fn run(arguments: &Arguments, process: &Process) -> anyhow::Result<Exit> {
    log::start(arguments.log, &process.env)?;
    let settings = Settings::load(&arguments.server, arguments.listen.as_deref(), process)?;
    let npm = upstream::given(&arguments.upstream, Ecosystem::Npm);
    let registries = upstream::registries(npm, &settings, process);
    let others = upstream::others(&arguments.upstream, &settings, process)?;
    let registries = upstream::checked(registries, &others, &settings, process)?;
    for warning in registries.config().warnings() {
        tracing::warn!("{warning}");
    }
    let hello = hello::Hello::new(&settings, &registries, &others);
    let clock = Clock::new(crate::now);
    let (circle, links) = links::of(&settings, &arguments.upstream, &process.env, &clock)?;
    let mut options = settings.into_options(registries, circle, &process.env, clock);
    options.others = others;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let server = Server::start(options).await?;
        answer(&hello.text(server.address()))?;
        if let Some(links) = links {
            tokio::spawn(links.watch(server.following()));
        }
        server.run(stopped()).await?;
        anyhow::Ok(())
    })?;
    Ok(Exit::Clean)
}

/// Somebody pressed Ctrl-C, or the system asks to end.
async fn stopped() {
    let interrupted = async {
        if let Err(error) = tokio::signal::ctrl_c().await {
            tracing::warn!(%error, "Ctrl-C cannot be listened for");
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let Ok(mut terminated) = signal(SignalKind::terminate()) else {
            return interrupted.await;
        };
        tokio::select! {
            () = interrupted => {}
            _ = terminated.recv() => {}
        }
    }
    #[cfg(not(unix))]
    interrupted.await;
}
