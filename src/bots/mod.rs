//! Which bots are there, and what runs a conversation: definition, model, version.

mod folder;
mod registry;

pub use self::{
    folder::{
        BotFolder, FolderError, folders, folders_to_check, read_folder, read_to_check, sample, sample_picture,
    },
    registry::{MindError, Overrides, PublishError, Registry, document, model_of},
};
