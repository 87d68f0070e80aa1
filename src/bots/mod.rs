//! Which bots are there, and what runs a conversation: definition, model, version.

mod commands;
mod folder;
mod index;
mod learned;
mod models;
mod not_documents;
mod publish;
mod registry;

pub use self::{
    commands::commands,
    folder::{
        BotFolder, FolderError, folders, folders_to_check, read_folder, read_to_check, sample, sample_picture,
    },
    index::document,
    learned::{LEARNED_FILE, PULLED_FILE, Teaching},
    models::model_of,
    not_documents::not_documents,
    publish::PublishError,
    registry::{Arriving, MindError, Overrides, Registry},
};
