//! What the commands about one package, or about decisions, share.

use super::{
    AtHand, Facts, LockfileAt, Process, Project, Subject, Unavailable, as_listed, find, root,
};
use crate::args::FactArgs;
use anyhow::anyhow;
use tenure_domain::{History, PackageId, Time};
use tenure_trust::judge::Case;

/// A project with the facts of one package, and of what else is at hand.
pub(crate) struct Session {
    /// The project.
    pub(crate) project: Project,
    /// Its lockfiles; none outside of a project.
    pub(crate) lockfiles: Vec<LockfileAt>,
    /// Where facts come from.
    pub(crate) facts: Facts,
    /// The facts.
    pub(crate) at_hand: AtHand,
    /// The moment of judging.
    pub(crate) now: Time,
}

impl Session {
    /// Asks for the facts of the package that was named, and of its version.
    pub(crate) fn about(
        subject: &Subject,
        args: &FactArgs,
        process: &Process,
    ) -> anyhow::Result<Self> {
        let package = &subject.package;
        let project = Project::load(&args.project, process)?.judged_at(args.now(process));
        crate::output::tell_vouches(&project.vouches);
        // Outside of a project a search for lockfiles could take in everything
        // a person has.
        let lockfiles = if root::is_project(&project.root) {
            find(&project.root, process.env.current_dir(), &[]).unwrap_or_default()
        } else {
            Vec::new()
        };
        let ecosystems = [package.ecosystem()];
        let facts = Facts::open_for(
            (&ecosystems, Some(subject)),
            args,
            &project,
            &lockfiles,
            process,
        )?;
        let at_hand = AtHand::of_package(&facts, &project, &lockfiles, package);
        Ok(Self {
            now: args.now(process),
            project,
            lockfiles,
            facts,
            at_hand,
        })
    }

    /// The history of a package.
    pub(crate) fn history(&self, package: &PackageId) -> anyhow::Result<&History> {
        match self.at_hand.found(package) {
            Some(Ok(found)) => Ok(&found.history),
            Some(Err(error)) => Err(anyhow!(Unavailable(error.to_string()))),
            None => Err(anyhow!(Unavailable(format!(
                "nothing is known of `{package}`"
            )))),
        }
    }

    /// The case of a package, at the tier of its popularity.
    pub(crate) fn case(&self, package: &PackageId) -> anyhow::Result<Case<'_>> {
        let history = self.history(package)?;
        let popularity = self.facts.popularity(std::slice::from_ref(package));
        let judge = self.project.judge(&self.at_hand.people, self.now);
        Ok(judge.open(history, popularity.get(package)))
    }

    /// The lines at which a release is locked.
    pub(crate) fn locked_at(&self, package: &PackageId, version: &str) -> Vec<String> {
        let history = self.at_hand.history(package);
        let is_it =
            |locked: &str| history.map_or(locked, |history| as_listed(history, locked)) == version;
        let mut places = Vec::new();
        for at in &self.lockfiles {
            let here = at
                .lockfile
                .packages
                .iter()
                .filter(|locked| locked.package == *package && is_it(&locked.version));
            places.extend(here.map(|locked| format!("{}:{}", at.name, locked.line)));
        }
        places
    }
}
