//! Messages that are said later.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::{
    api::{Answer, Arguments},
    calls::{Said, channel, of_bot, thread},
    events,
    world::{Scheduled, World},
};

/// How far ahead (docs.slack.dev, "chat.scheduleMessage").
const FARTHEST: SignedDuration = SignedDuration::from_hours(120 * 24);

pub(super) fn schedule(world: &World, arguments: &Arguments) -> Answer {
    let mut state = world.state();
    let channel = channel(&mut state, arguments)?;
    let said = Said::read(&state, arguments)?;
    let thread = thread(&state, &channel, arguments)?;
    let at = arguments.number("post_at").and_then(|seconds| i64::try_from(seconds).ok());
    let at = at.and_then(|seconds| Timestamp::from_second(seconds).ok()).ok_or("invalid_time")?;
    let left = at.duration_since(state.now());
    if left <= SignedDuration::ZERO {
        return Err("time_in_past".into());
    }
    if left > FARTHEST {
        return Err("time_too_far".into());
    }
    let id = format!("Q{:09}", state.next());
    let mut message = of_bot("", &said);
    if let Some(thread) = thread {
        message["thread_ts"] = json!(thread);
    }
    let mut told = message.clone();
    told["type"] = json!("delayed_message");
    told.as_object_mut().and_then(|fields| fields.remove("ts"));
    state.scheduled.insert(id.clone(), Scheduled { channel: channel.clone(), at, message });
    drop(state);
    tokio::spawn(say(world.clone(), id.clone(), at));
    Ok(json!({
        "channel": channel, "scheduled_message_id": id, "post_at": at.as_second(), "message": told,
    }))
}

/// Says it when its time has come, if it was not taken back.
async fn say(world: World, id: String, at: Timestamp) {
    world.wait_until(at).await;
    let (channel, message) = {
        let mut state = world.state();
        let Some(Scheduled { channel, mut message, .. }) = state.scheduled.remove(&id) else { return };
        let ts = state.ts();
        message["ts"] = json!(ts);
        state.keep(&channel, &ts, message.clone(), None);
        (channel, message)
    };
    events::message(&world, &channel, &message);
}

pub(super) fn delete(world: &World, arguments: &Arguments) -> Answer {
    let mut state = world.state();
    let channel = channel(&mut state, arguments)?;
    let id = arguments.text("scheduled_message_id").ok_or("invalid_scheduled_message_id")?;
    if state.scheduled.get(id).is_none_or(|scheduled| scheduled.channel != channel) {
        return Err("invalid_scheduled_message_id".into());
    }
    state.scheduled.remove(id);
    Ok(json!({}))
}

pub(super) fn list(world: &World, arguments: &Arguments) -> Answer {
    let mut state = world.state();
    let wanted = arguments.text("channel").map(|_| channel(&mut state, arguments)).transpose()?;
    let found = state
        .scheduled
        .iter()
        .filter(|(_, scheduled)| wanted.as_ref().is_none_or(|wanted| *wanted == scheduled.channel));
    let told = found.map(|(id, scheduled)| {
        json!({
            "id": id, "channel_id": scheduled.channel, "post_at": scheduled.at.as_second(),
            "text": scheduled.message["text"],
        })
    });
    Ok(json!({
        "scheduled_messages": told.collect::<Vec<Value>>(), "response_metadata": { "next_cursor": "" },
    }))
}
