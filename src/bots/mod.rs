//! Which bots are there, and what runs a conversation: definition, model, version.

mod folder;
mod registry;

pub use self::{
    folder::{BotFolder, FolderError, folders, read_folder, sample, sample_picture},
    registry::{MindError, Overrides, PublishError, Registry, document, model_of},
};
