//! Which method sends a piece of a message, and with which fields? (pure)

use axum::body::Bytes;
use teloxide_core::{
    payloads::{
        EditMessageCaption, EditMessageText, SendAnimation, SendDocument, SendLocation, SendMessage,
        SendPhoto, SendVenue,
    },
    types::{
        InlineKeyboardButton, InlineKeyboardMarkup, InputFile, KeyboardButton, KeyboardMarkup, MessageId,
        ParseMode, ReplyMarkup,
    },
};
use url::Url;

use super::{
    call::Upload,
    markup::Marked,
    outbound::{Key, Keys, Press},
    place::Place,
};

/// Largest photo that can be uploaded, in bytes.
const LARGEST_PHOTO: usize = 10 << 20;

/// A method that sends one message.
#[derive(Clone, Debug)]
pub enum Request {
    Words(SendMessage),
    Photo(SendPhoto, Option<Upload>),
    Animation(SendAnimation, Option<Upload>),
    Document(SendDocument, Option<Upload>),
    Location(SendLocation),
    Venue(SendVenue),
}

/// The bytes of a file, or where Telegram finds them.
#[derive(Clone, Debug)]
pub enum Origin {
    Address(Url),
    Bytes { name: String, media_type: String, bytes: Bytes },
}

/// `marked`: with HTML; without for a Telegram that does not take ours.
pub fn words(place: &Place, text: &Marked, keys: &Keys, marked: bool) -> Request {
    let (written, parse_mode) = written(text, marked);
    let mut method = SendMessage::new(place.chat_id(), written);
    method.parse_mode = parse_mode;
    method.business_connection_id = place.business_id();
    method.message_thread_id = place.thread_id();
    method.reply_markup = markup(keys);
    Request::Words(method)
}

/// What Telegram is told of words, and how it is to read them.
fn written(words: &Marked, marked: bool) -> (String, Option<ParseMode>) {
    if marked { (words.html(), Some(ParseMode::Html)) } else { (words.text.clone(), None) }
}

/// As a photo where it can be one.
pub fn picture(
    place: &Place,
    origin: Origin,
    caption: &Marked,
    keys: &Keys,
    marked: bool,
    as_file: bool,
) -> Request {
    let (file, upload) = input(origin);
    let kind = upload.as_ref().map(|(_, media_type, bytes)| (media_type.as_str(), bytes.len()));
    let (caption, parse_mode) = (!caption.is_blank()).then(|| written(caption, marked)).unzip();
    let parse_mode = parse_mode.flatten();
    let attach =
        |field| upload.clone().map(|(name, media_type, bytes)| Upload { field, name, media_type, bytes });
    match kind {
        Some(("image/gif", _)) if !as_file => {
            let mut method = SendAnimation::new(place.chat_id(), file);
            (method.caption, method.parse_mode, method.reply_markup) = (caption, parse_mode, markup(keys));
            method.business_connection_id = place.business_id();
            method.message_thread_id = place.thread_id();
            Request::Animation(method, attach("animation"))
        }
        Some((kind, size))
            if as_file
                || size > LARGEST_PHOTO
                || !matches!(kind, "image/jpeg" | "image/png" | "image/webp") =>
        {
            let mut method = SendDocument::new(place.chat_id(), file);
            (method.caption, method.parse_mode, method.reply_markup) = (caption, parse_mode, markup(keys));
            method.business_connection_id = place.business_id();
            method.message_thread_id = place.thread_id();
            Request::Document(method, attach("document"))
        }
        Some(_) | None => {
            let mut method = SendPhoto::new(place.chat_id(), file);
            (method.caption, method.parse_mode, method.reply_markup) = (caption, parse_mode, markup(keys));
            method.business_connection_id = place.business_id();
            method.message_thread_id = place.thread_id();
            Request::Photo(method, attach("photo"))
        }
    }
}

pub fn document(place: &Place, origin: Origin) -> Request {
    let (file, upload) = input(origin);
    let mut method = SendDocument::new(place.chat_id(), file);
    method.business_connection_id = place.business_id();
    method.message_thread_id = place.thread_id();
    let field = "document";
    Request::Document(
        method,
        upload.map(|(name, media_type, bytes)| Upload { field, name, media_type, bytes }),
    )
}

pub fn location(place: &Place, latitude: i32, longitude: i32, label: Option<&str>) -> Request {
    let degrees = |micro: i32| f64::from(micro) / 1_000_000.0;
    let (latitude, longitude) =
        (degrees(latitude).clamp(-90.0, 90.0), degrees(longitude).clamp(-180.0, 180.0));
    match label {
        None => {
            let mut method = SendLocation::new(place.chat_id(), latitude, longitude);
            method.business_connection_id = place.business_id();
            method.message_thread_id = place.thread_id();
            Request::Location(method)
        }
        Some(label) => {
            // A venue has an address; where none is known, the degrees are one.
            let address = format!("{latitude:.6}, {longitude:.6}");
            let mut method = SendVenue::new(place.chat_id(), latitude, longitude, label, address);
            method.business_connection_id = place.business_id();
            method.message_thread_id = place.thread_id();
            Request::Venue(method)
        }
    }
}

pub fn edit_words(place: &Place, message: i32, text: &Marked, keys: &Keys, marked: bool) -> EditMessageText {
    let (written, parse_mode) = written(text, marked);
    let mut method = EditMessageText::new(place.chat_id(), MessageId(message), written);
    method.parse_mode = parse_mode;
    method.business_connection_id = place.business_id();
    method.reply_markup = inline(keys);
    method
}

pub fn edit_caption(
    place: &Place,
    message: i32,
    caption: &Marked,
    keys: &Keys,
    marked: bool,
) -> EditMessageCaption {
    let (written, parse_mode) = written(caption, marked);
    let mut method = EditMessageCaption::new(place.chat_id(), MessageId(message));
    method.caption = Some(written);
    method.parse_mode = parse_mode;
    method.business_connection_id = place.business_id();
    method.reply_markup = inline(keys);
    method
}

fn markup(keys: &Keys) -> Option<ReplyMarkup> {
    match keys {
        Keys::None => None,
        Keys::Inline(_) => inline(keys).map(ReplyMarkup::InlineKeyboard),
        Keys::Reply(rows) => {
            let row =
                |row: &Vec<Key>| row.iter().map(|key| KeyboardButton::new(&key.title)).collect::<Vec<_>>();
            let keyboard = KeyboardMarkup::new(rows.iter().map(row)).resize_keyboard().one_time_keyboard();
            Some(ReplyMarkup::Keyboard(keyboard))
        }
    }
}

fn inline(keys: &Keys) -> Option<InlineKeyboardMarkup> {
    let Keys::Inline(rows) = keys else { return None };
    let button = |key: &Key| match &key.press {
        Press::Value { data, .. } => InlineKeyboardButton::callback(&key.title, data),
        Press::Link(link) => InlineKeyboardButton::url(&key.title, link.clone()),
    };
    Some(InlineKeyboardMarkup::new(rows.iter().map(|row| row.iter().map(button).collect::<Vec<_>>())))
}

type Sent = Option<(String, String, Bytes)>;

fn input(origin: Origin) -> (InputFile, Sent) {
    match origin {
        Origin::Address(url) => (InputFile::url(url), None),
        Origin::Bytes { name, media_type, bytes } => {
            let file = InputFile::memory(bytes.clone()).file_name(name.clone());
            (file, Some((name, media_type, bytes)))
        }
    }
}
