//! Have the bots' files changed? Then what is free of errors is published (`bots.watch`).

use std::{collections::BTreeMap, sync::Arc};

use studio_core::id::OrganisationId;

use crate::{
    bots::{BotFolder, PublishError, Teaching, folders},
    config::std_duration,
    studio::Studio,
};

pub(super) async fn run(studio: Arc<Studio>) {
    let every = std_duration(studio.config.bots.watch);
    if every.is_zero() {
        return;
    }
    let mut known = tokio::task::block_in_place(|| read(&studio));
    loop {
        tokio::select! {
            () = studio.stopping.cancelled() => return,
            () = tokio::time::sleep(every) => {}
        }
        let mut now = tokio::task::block_in_place(|| read(&studio));
        let changed = now.extract_if(.., |name, folder| {
            known.get(name).is_none_or(|before| before.files.0 != folder.files.0)
        });
        let changed: Vec<_> = changed.collect();
        for (name, folder) in changed {
            let published = studio.registry.publish(OrganisationId::FIRST, &folder, Teaching::Published);
            match published.await {
                Err(error @ (PublishError::Store(_) | PublishError::Failed(_))) => {
                    // Not the fault of its files: it is tried again until it is there.
                    tracing::error!(bot = name, %error, "bot.publish.failed");
                    continue;
                }
                Err(error) => tracing::error!(bot = name, %error, "bot.publish.failed"),
                Ok(_) => {}
            }
            now.insert(name, folder);
        }
        known = now;
    }
}

fn read(studio: &Studio) -> BTreeMap<String, BotFolder> {
    let found = folders(&studio.config.bots.folder);
    found.into_iter().filter_map(|(name, folder)| Some((name, folder.ok()?))).collect()
}
