//! What a store must do, whatever it is made of.

mod advisories;
mod blobs;
mod documents;
mod downloads;
mod ledger;
mod people;
mod projects;
mod prune;
mod replicas;
mod tables;
mod tarballs;

use crate::s3::S3;
use crate::world::{self, World};
use tenure_testkit::Postgres;

/// A test for each contract on SQLite and a folder; one for all of them on
/// PostgreSQL and S3, since starting a server takes longer than a contract.
macro_rules! contracts {
    ($($file:ident: $($contract:ident)*;)*) => {
        mod small {
            $($(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $contract() {
                    super::$file::$contract(super::World::small().await).await;
                }
            )*)*
        }

        async fn all(postgres: &Postgres, s3: &S3) {
            $($(
                println!(concat!(stringify!($file), "::", stringify!($contract)));
                $file::$contract(World::large(postgres, s3).await).await;
            )*)*
        }
    };
}

contracts! {
    documents: a_new_store_is_ready_and_empty an_observation_is_kept_and_found
        the_same_again_adds_nothing only_the_bytes_differ confirming_moves_the_check
        a_package_goes_and_comes_back what_was_never_seen_cannot_go
        what_only_earlier_documents_say_is_remembered
        an_older_answer_is_passed_over registries_are_kept_apart;
    ledger: observations_add_up owners_are_known_from_look_to_look one_document_about_many
        what_is_told_again_is_passed_over numbers_have_no_gaps nothing_is_changed_or_removed
        a_history_in_another_form_is_built_again a_newer_database_is_left_alone;
    people: packages_are_found_by_the_people_in_them popularity_is_kept
        the_highest_of_a_year_counts what_owners_reach_is_kept
        accounts_are_found_by_their_login;
    advisories: the_newest_text_of_an_advisory_counts many_advisories_at_once;
    tarballs: a_tarball_is_kept_and_replaced;
    projects: projects_are_made_and_listed files_are_added tokens_work_until_revoked;
    downloads: counts_add_up;
    blobs: bytes_come_back parts_come_back files_are_taken_in a_blob_is_deleted
        documents_come_back damaged_documents_are_noticed;
    prune: what_nothing_names_is_deleted;
    replicas: two_processes_observe_at_once;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_postgres_and_s3() {
    let Some(postgres) = Postgres::start() else {
        return;
    };
    let s3 = S3::start().await;
    all(&postgres, &s3).await;
    replicas::can_begin_at_once(&world::large(&postgres, &s3).0).await;
    tables::are_the_same(&World::small().await, &World::large(&postgres, &s3).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn processes_begin_at_once_on_sqlite() {
    for _ in 0..5 {
        let folder = tempfile::tempdir().unwrap();
        replicas::can_begin_at_once(&world::small(folder.path())).await;
    }
}
