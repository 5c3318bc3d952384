//! `repository-moved`: the declared source repository has another holder.

use super::{Change, Fact, Kind, Meta, Scene};

pub(super) const META: Meta = Meta {
    kind: Kind::RepositoryMoved,
    id: "repository-moved",
    line: "the declared source repository changed hands",
};

pub(super) fn detect(scene: &Scene<'_>) -> Option<Change> {
    let before = scene
        .history
        .repository(scene.past.repository().filter(|_| scene.is_established())?);
    let now = scene.history.repository(scene.release.repository?);
    if holder(before) == holder(now) {
        return None;
    }
    let facts = vec![Fact::DeclaredRepository {
        from: before.to_owned(),
        to: now.to_owned(),
    }];
    Some(scene.change(Kind::RepositoryMoved, facts))
}

/// `github.com/chalk` of `github.com/chalk/chalk`.
fn holder(repository: &str) -> &str {
    repository
        .rsplit_once('/')
        .map_or(repository, |(holder, _)| holder)
}
