"""Tries the simulator with python-telegram-bot: argv is the address, the token, and what to try.

Each check stands for itself; the last line is "ok" if all of them held.
"""

import asyncio
import io
import json
import sys
import urllib.error
import urllib.request

from telegram import (
    Bot,
    BotCommand,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    ReplyKeyboardMarkup,
)
from telegram.constants import ChatAction, ParseMode
from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken, NetworkError, RetryAfter
from telegram.ext import Application, CallbackQueryHandler, CommandHandler, MessageHandler, filters
from telegram.helpers import escape_markdown
from telegram.request import HTTPXRequest

ADDRESS, TOKEN, TRY = sys.argv[1:4]
PERSON, GROUP, FORUM = 4711, -55, -1001234567890
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360000002000001"
    "00051a0a2db40000000049454e44ae426082"
)


def act(name, **body):
    request = urllib.request.Request(
        f"{ADDRESS}/simulator/{name}", json.dumps(body).encode(), {"content-type": "application/json"}
    )
    try:
        return json.load(urllib.request.urlopen(request))
    except urllib.error.HTTPError as error:
        raise AssertionError(f"{name}: {error.read()}") from error


def said(chat):
    return json.load(urllib.request.urlopen(f"{ADDRESS}/simulator/said?chat={chat}"))["said"]


def bot(token=TOKEN):
    return Bot(token, base_url=f"{ADDRESS}/bot", base_file_url=f"{ADDRESS}/file/bot")


async def refused(error, call, words=""):
    try:
        await call
    except error as found:
        assert words.lower() in str(found).lower(), f"{found!r} does not say {words!r}"
        return found
    raise AssertionError(f"{error.__name__} was expected")


async def methods():
    """Everything that the studio calls, and what is refused."""
    async with bot() as client:
        me = await client.get_me()
        assert me.is_bot and me.username == "studio_bot" and me.can_join_groups, me
        await refused(BadRequest, client.send_message(PERSON, "too early"), "Chat not found")
        act("person", id=PERSON, first_name="Ada", username="ada")
        await refused(Forbidden, client.send_message(PERSON, "too early"), "can't initiate")
        act("start", person=PERSON, payload="spring")
        [update] = await client.get_updates(timeout=5)
        assert update.message.text == "/start spring", update
        assert [entity.type for entity in update.message.entities] == ["bot_command"], update
        assert not await client.get_updates(offset=update.update_id + 1, timeout=0)

        message = await client.send_message(
            PERSON,
            '<b>Bold &amp; <i>both</i></b> <code>x &lt; y</code> <a href="https://a.example/?b=1">here</a> 😀<s>no</s>',
            parse_mode=ParseMode.HTML,
            link_preview_options=LinkPreviewOptions(is_disabled=True),
        )
        assert message.text == "Bold & both x < y here 😀no", message.text
        found = {entity.type: text for entity, text in message.parse_entities().items()}
        assert found == {
            "bold": "Bold & both", "italic": "both", "code": "x < y", "text_link": "here", "strikethrough": "no",
        }, found
        await refused(BadRequest, client.send_message(PERSON, "<b>x", parse_mode="HTML"), "parse entities")
        await markdown(client)
        await refused(BadRequest, client.send_message(PERSON, "x" * 4097), "too long")
        await refused(BadRequest, client.send_message(PERSON, "  "), "empty")
        await client.send_message(PERSON, "x" * 4096)

        keys = InlineKeyboardMarkup([[InlineKeyboardButton("Yes", callback_data="y" * 64)]])
        asked = await client.send_message(PERSON, "Sure?", reply_markup=keys)
        too_long = InlineKeyboardMarkup([[InlineKeyboardButton("Yes", callback_data="y" * 65)]])
        await refused(BadRequest, client.send_message(PERSON, "Sure?", reply_markup=too_long), "data_invalid")
        mail = InlineKeyboardMarkup([[InlineKeyboardButton("Mail", url="mailto:a@b.example")]])
        await refused(BadRequest, client.send_message(PERSON, "Mail", reply_markup=mail), "URL protocol")
        act("press", person=PERSON, title="Yes")
        [update] = await client.get_updates(timeout=5)
        query = update.callback_query
        assert query.data == "y" * 64 and query.message.message_id == asked.message_id, query
        assert await query.answer(text="Fine")
        await refused(BadRequest, client.answer_callback_query("17"), "query")

        edited = await client.edit_message_text("Sure!", PERSON, asked.message_id, reply_markup=keys)
        assert edited.text == "Sure!" and edited.edit_date, edited
        await refused(
            BadRequest, client.edit_message_text("Sure!", PERSON, asked.message_id, reply_markup=keys), "not modified"
        )
        await refused(BadRequest, client.edit_message_text("x", PERSON, 9999), "to edit not found")
        letters = ReplyKeyboardMarkup([["A", "B"]], one_time_keyboard=True)
        shown = await client.send_message(PERSON, "Which?", reply_markup=letters)
        await refused(BadRequest, client.edit_message_text("x", PERSON, shown.message_id), "can't be edited")

        photo = await client.send_photo(PERSON, io.BytesIO(PNG), caption="<b>A tent</b>", parse_mode="HTML")
        assert photo.photo[-1].width and photo.caption == "A tent", photo
        again = await client.send_photo(PERSON, photo.photo[-1].file_id)
        assert again.photo[-1].file_unique_id == photo.photo[-1].file_unique_id
        await refused(BadRequest, client.send_photo(PERSON, io.BytesIO(b"no picture")), "process_failed")
        await refused(BadRequest, client.send_photo(PERSON, io.BytesIO(PNG), caption="x" * 1025), "too long")
        changed = await client.edit_message_caption(PERSON, photo.message_id, caption="Another")
        assert changed.caption == "Another", changed
        file = await client.send_document(PERSON, io.BytesIO(b"%PDF bill"), filename="bill.pdf")
        assert file.document.file_name == "bill.pdf" and file.document.mime_type == "application/pdf", file
        handle = await client.get_file(file.document.file_id)
        assert bytes(await handle.download_as_bytearray()) == b"%PDF bill"
        await refused(BadRequest, client.get_file("nonsense"), "wrong file_id")
        await client.send_location(PERSON, latitude=52.5163, longitude=13.3777)
        venue = await client.send_venue(PERSON, 52.5163, 13.3777, "Gate", "Berlin")
        assert venue.venue.title == "Gate", venue
        assert await client.send_chat_action(PERSON, ChatAction.TYPING)
        assert await client.delete_messages(PERSON, [photo.message_id, file.message_id])
        assert await client.delete_message(PERSON, venue.message_id)
        await refused(BadRequest, client.delete_message(PERSON, venue.message_id), "to delete not found")
        assert await client.set_my_commands([BotCommand("track", "Where is it?")], language_code="en")
        assert (await client.get_my_commands(language_code="en"))[0].command == "track"
        await refused(BadRequest, client.set_my_commands([BotCommand("Track!", "x")]), "command_invalid")
        assert await client.delete_my_commands(language_code="en")

        act("block", person=PERSON)
        await refused(Forbidden, client.send_message(PERSON, "still there?"), "blocked by the user")
    await with_wrong_token()


async def markdown(client):
    """What the library escapes is itself again; what it writes of a message means the same once more."""
    letters = "a" + "".join(map(chr, range(33, 127)))
    escaped = escape_markdown(letters, version=2)
    plain = await client.send_message(PERSON, escaped, parse_mode=ParseMode.MARKDOWN_V2)
    assert plain.text == letters and "bold" not in {entity.type for entity in plain.entities}, plain
    source = "*bold _both_* ||hidden|| `a_b` [here](https://a.example/?b=1)"
    marked = await client.send_message(PERSON, source, parse_mode="MarkdownV2")
    again = await client.send_message(PERSON, marked.text_markdown_v2, parse_mode="MarkdownV2")
    assert again.text == marked.text and again.entities == marked.entities and len(again.entities) == 5, again
    await refused(BadRequest, client.send_message(PERSON, "1.", parse_mode="MarkdownV2"), "Character '.' is reserved")
    await refused(BadRequest, client.send_message(PERSON, "ü *a", parse_mode="MarkdownV2"), "Bold entity at byte offset 3")


async def with_wrong_token():
    client = bot("110201543:wrong")
    await refused(InvalidToken, client.get_me())


async def groups():
    """Groups, topics, albums, migration, business chats."""
    async with bot() as client:
        act("group", id=FORUM, title="Forum", forum=True, topics=[7])
        act("say", person=PERSON, chat=FORUM, topic=7, text="@studio_bot hello")
        [update] = await client.get_updates(timeout=5)
        message = update.message
        assert message.is_topic_message and message.message_thread_id == 7 and message.chat.is_forum, message
        answer = await client.send_message(FORUM, "hello", message_thread_id=7)
        assert answer.message_thread_id == 7, answer
        await refused(BadRequest, client.send_message(FORUM, "x", message_thread_id=8), "thread not found")

        act("album", person=PERSON, files=[{"kind": "photo", "caption": "two"}, {"kind": "photo"}])
        updates = await client.get_updates(offset=update.update_id + 1, timeout=5)
        assert len({update.message.media_group_id for update in updates}) == 1 and len(updates) == 2, updates

        act("group", id=GROUP, title="Group")
        act("migrate", chat=GROUP, to=-1001000000009)
        updates = await client.get_updates(offset=updates[-1].update_id + 1, timeout=5)
        assert [update.message.migrate_to_chat_id for update in updates] == [-1001000000009, None], updates
        from telegram.error import ChatMigrated
        moved = await refused(ChatMigrated, client.send_message(GROUP, "x"))
        assert moved.new_chat_id == -1001000000009, moved

        act("business", id="b1", owner=8)
        act("say", person=9, business="b1", text="Is it there?")
        updates = await client.get_updates(
            offset=updates[-1].update_id + 1, timeout=5,
        )
        assert updates[0].business_connection.id == "b1" and updates[1].business_message.text == "Is it there?"
        answer = await client.send_message(9, "Yes", business_connection_id="b1")
        assert answer.business_connection_id == "b1", answer
        act("delete", person=9, business="b1", message=updates[1].business_message.message_id)
        [update] = await client.get_updates(offset=updates[-1].update_id + 1, timeout=5)
        assert update.deleted_business_messages.message_ids, update
        act("react", person=PERSON, message=1, emoji="👍")
        assert not await client.get_updates(offset=update.update_id + 1, timeout=0), "reactions must be asked for"
        act("react", person=PERSON, message=1, emoji="👍")
        updates = await client.get_updates(
            offset=update.update_id + 1, timeout=0, allowed_updates=["message", "message_reaction"]
        )
        assert not updates, "what was not asked for is not told later either"
        act("react", person=PERSON, message=1, emoji="👍")
        [update] = await client.get_updates(timeout=5)
        assert update.message_reaction.new_reaction[0].emoji == "👍", update


async def readers():
    """Two readers, webhooks beside polls, floods."""
    act("start", person=PERSON)
    async with bot() as first, bot() as second:
        await first.get_updates(timeout=5)
        offset = (await first.get_updates(timeout=0))[-1].update_id + 1
        slow = asyncio.create_task(first.get_updates(offset=offset, timeout=20))
        await asyncio.sleep(0.5)
        quick = asyncio.create_task(second.get_updates(offset=offset, timeout=2))
        await refused(Conflict, slow, "terminated by other getUpdates")
        await quick
        await refused(BadRequest, first.set_webhook("http://bot.example/hook"), "HTTPS")
        await refused(BadRequest, first.set_webhook("https://bot.example:444/hook"), "ports 80, 88, 443 or 8443")
        await refused(BadRequest, first.set_webhook("https://bot.example/hook", secret_token="no spaces"), "ecret")
        await first.set_webhook("https://bot.example/hook", secret_token="s3cret", max_connections=3)
        info = await first.get_webhook_info()
        assert info.url == "https://bot.example/hook" and info.max_connections == 3, info
        await refused(Conflict, first.get_updates(timeout=0), "webhook is active")
        await first.delete_webhook()
        for number in range(25):
            try:
                await first.send_message(PERSON, f"flood {number}")
            except RetryAfter as error:
                assert number >= 20 and error.retry_after, error
                break
        else:
            raise AssertionError("a flood was not stopped")


async def program(webhook):
    """A whole bot as its users write one: it answers every message, press and command."""
    application = (
        Application.builder()
        .token(TOKEN)
        .base_url(f"{ADDRESS}/bot")
        .base_file_url(f"{ADDRESS}/file/bot")
        .get_updates_request(HTTPXRequest(read_timeout=10))
        .build()
    )

    async def start(update, _):
        keys = InlineKeyboardMarkup([[InlineKeyboardButton("Track", callback_data="track")]])
        await update.message.reply_text(f"Hello {update.effective_user.first_name}", reply_markup=keys)

    async def pressed(update, _):
        await update.callback_query.answer()
        await update.callback_query.edit_message_text(f"pressed {update.callback_query.data}")

    async def echo(update, _):
        await update.message.reply_text(f"echo {update.message.text}")

    application.add_handler(CommandHandler("start", start))
    application.add_handler(CallbackQueryHandler(pressed))
    application.add_handler(MessageHandler(filters.TEXT, echo))
    await application.initialize()
    await application.start()
    if webhook:
        await application.updater.start_webhook(
            listen="127.0.0.1", port=webhook, url_path="hook", secret_token="s3cret",
            webhook_url=f"http://127.0.0.1:{webhook}/hook",
        )
    else:
        await application.updater.start_polling(timeout=2)

    async def until(count):
        for _ in range(200):
            if len(said(PERSON)) >= count:
                return said(PERSON)
            await asyncio.sleep(0.05)
        raise AssertionError(f"only {said(PERSON)}")

    act("person", id=PERSON, first_name="Ada")
    act("start", person=PERSON)
    await until(1)
    act("press", person=PERSON, title="Track")
    for number in range(10):
        act("say", person=PERSON, text=f"{number}")
    texts = [entry["message"]["text"] for entry in await until(11)]
    assert texts == ["pressed track"] + [f"echo {number}" for number in range(10)], texts
    await application.updater.stop()
    await application.stop()
    await application.shutdown()


def free_port():
    import socket

    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


TRIES = {
    "methods": methods,
    "groups": groups,
    "readers": readers,
    "polling": lambda: program(None),
    "webhook": lambda: program(free_port()),
}
asyncio.run(TRIES[TRY]())
print("ok")
