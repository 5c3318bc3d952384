//! `tenure vouch fetch`.

use crate::args::ProjectArgs;
use crate::context::{
    FETCHED, Process, Project, Unavailable, is_address, on_disk, write_atomically,
};
use crate::exit::Exit;
use crate::output::{answer, style::safe};
use anyhow::{Context as _, anyhow, bail};
use clap::Args;
use std::collections::BTreeSet;
use tenure_domain::Clock;
use tenure_ecosystem::vouch::{MAX_BYTES, Source};
use tenure_upstream::cache::Validators;
use tenure_upstream::client::{Answer, Client, ClientOptions, Limits};
use tenure_upstream::npm_config::{Credentials, NpmConfig, Transport};
use url::Url;

/// Get the vouches that tenure.toml names by address, into tenure-vouches/
///
/// An address is that of one file: a folder's statements one after another, as
/// `cat *.vouch` writes them. Nothing else asks for it, so a build depends on
/// what was fetched, and what changes can be read before it is committed.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    project: ProjectArgs,
}

pub(super) fn run(arguments: &Arguments, process: &Process) -> anyhow::Result<Exit> {
    let project = Project::load(&arguments.project, process)?;
    let sources = project.file.sources();
    let addresses: BTreeSet<&str> = sources.filter(|source| is_address(source)).collect();
    if addresses.is_empty() {
        bail!("no `[[follow]]` or `[[vouches]]` in tenure.toml names an address");
    }
    let client = client(&project, process)?;
    for address in addresses {
        let bytes = fetch(&client, address)?;
        // Whose word it is, who names the address says.
        let source = Source::read(&bytes, Some(address));
        if source.count() == 0 {
            let unread = source.unread.first();
            let why = unread.map_or(String::new(), |first| format!(": {first}"));
            bail!(
                "`{}` has no statement with a good signature, nor any other vouch{why}",
                safe(address)
            );
        }
        let path = on_disk(address, &project.root);
        let folder = project.root.join(FETCHED);
        std::fs::create_dir_all(&folder)
            .with_context(|| format!("cannot create `{}`", folder.display()))?;
        let text = String::from_utf8(bytes).context("the answer is not UTF-8")?;
        write_atomically(&path, &text)?;
        answer(&format!(
            "{}: {} vouches and revocations, {} passed over; written to {}\n",
            safe(address),
            source.count(),
            source.unread.len(),
            path.strip_prefix(&project.root).unwrap_or(&path).display()
        ))?;
    }
    Ok(Exit::Clean)
}

/// By the way that the project's npm goes, without any credentials.
fn client(project: &Project, process: &Process) -> anyhow::Result<Client> {
    let config = NpmConfig::load(&process.env, &project.root);
    Ok(Client::new(ClientOptions {
        transport: Transport::new(&config, &process.env),
        credentials: Credentials::default(),
        limits: Limits {
            body: MAX_BYTES as u64,
            ..Limits::default()
        },
        clock: Clock::fixed(process.now),
    })?)
}

fn fetch(client: &Client, address: &str) -> anyhow::Result<Vec<u8>> {
    let url: Url = address
        .parse()
        .with_context(|| format!("`{}` is not an address", safe(address)))?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let known = Validators::default();
    let asked = client.get_document(url, "text/plain, */*;q=0.1", &known);
    match runtime.block_on(asked) {
        Ok(Answer::Document { bytes, .. }) => Ok(bytes.to_vec()),
        Ok(Answer::NotModified) => bail!("`{}` answers nothing", safe(address)),
        Err(error) => Err(anyhow!(Unavailable(error.to_string()))),
    }
}
