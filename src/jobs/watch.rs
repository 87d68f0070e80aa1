//! Have the bots' files changed? Then what is free of errors is published (`bots.watch`).

use std::{collections::BTreeMap, sync::Arc};

use studio_core::id::OrganisationId;

use crate::{
    bots::{BotFolder, Teaching, folders},
    config::std_duration,
    studio::Studio,
};

pub(super) async fn run(studio: Arc<Studio>) {
    let every = std_duration(studio.config.bots.watch);
    if every.is_zero() {
        return;
    }
    let mut known = read(&studio);
    loop {
        tokio::select! {
            () = studio.stopping.cancelled() => return,
            () = tokio::time::sleep(every) => {}
        }
        let now = tokio::task::block_in_place(|| read(&studio));
        for (name, folder) in &now {
            let same = known.get(name).is_some_and(|before| before.files.0 == folder.files.0);
            if same {
                continue;
            }
            let published = studio.registry.publish(OrganisationId::FIRST, folder, Teaching::Published);
            if let Err(error) = published.await {
                tracing::error!(bot = name, %error, "bot.publish.failed");
            }
        }
        known = now;
    }
}

fn read(studio: &Studio) -> BTreeMap<String, BotFolder> {
    let found = folders(&studio.config.bots.folder);
    found.into_iter().filter_map(|(name, folder)| Some((name, folder.ok()?))).collect()
}
