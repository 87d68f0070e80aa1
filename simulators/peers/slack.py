"""What slack_sdk says: of signatures (`judge`), and of the simulator (`story <address>`).

slack_sdk is Slack's own client for Python; nothing here knows how the simulator is made.
"""

import json
import sys
import threading
import time
import urllib.request


def judge():
    from slack_sdk.signature import Clock, SignatureVerifier

    asked = json.load(sys.stdin)

    class Then(Clock):
        def now(self):
            return asked["now"]

    verifier = SignatureVerifier(asked["secret"], clock=Then())
    verdicts = []
    for vector in asked["vectors"]:
        headers = {"X-Slack-Signature": vector["signature"], "X-Slack-Request-Timestamp": vector["time"]}
        if vector["signature"] == "missing":
            del headers["X-Slack-Signature"]
        verdicts.append(
            {
                "valid": verifier.is_valid_request(vector["body"], headers),
                "signed": verifier.generate_signature(timestamp=vector["time"], body=vector["body"]),
            }
        )
    print(json.dumps(verdicts))


def people(address, what, body=None):
    """What a person does: `POST /simulator/<what>`; without a body, what can be seen."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{address}/simulator/{what}", data, {"content-type": "application/json"})
    if what == "faults":
        request.method = "PUT"
    with urllib.request.urlopen(request) as answer:
        text = answer.read()
        return json.loads(text) if text else None


def refused(expected, call):
    from slack_sdk.errors import SlackApiError

    try:
        call()
    except SlackApiError as error:
        assert error.response["error"] == expected, (error.response["error"], expected)
        return error.response
    raise AssertionError(f"not refused with {expected}")


def web_api(address):
    from slack_sdk import WebClient
    from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler
    from slack_sdk.models.blocks import (
        ActionsBlock,
        ButtonElement,
        HeaderBlock,
        ImageBlock,
        MarkdownBlock,
        Option,
        SectionBlock,
        StaticSelectElement,
    )
    from slack_sdk.models.metadata import Metadata
    from slack_sdk.models.views import View

    client = WebClient(token="xoxb-simulator", base_url=f"{address}/api/")
    me = client.auth_test()
    assert me["ok"] and me["user_id"].startswith("U") and me["bot_id"].startswith("B"), me
    refused("invalid_auth", lambda: WebClient(token="xoxb-other", base_url=f"{address}/api/").auth_test())
    refused("not_allowed_token_type", lambda: client.apps_connections_open(app_token="xoxb-simulator"))
    refused("unknown_method", lambda: client.api_call("no.such.method"))

    blocks = [
        HeaderBlock(text="Tent"),
        ImageBlock(image_url="https://shop.example/tent.png", alt_text="A tent"),
        MarkdownBlock(text="**For two**"),
        SectionBlock(text="or *four*"),
        ActionsBlock(
            elements=[
                ButtonElement(text="Buy", action_id="buy", value="tent"),
                StaticSelectElement(
                    action_id="size", placeholder="Size", options=[Option(text="Small", value="s", description="one")]
                ),
            ]
        ),
    ]
    said = client.chat_postMessage(
        channel="U0ANNA", text="A tent", blocks=blocks, metadata=Metadata("order", {"number": "17"})
    )
    channel, ts = said["channel"], said["ts"]
    assert channel == "D0ANNA" and said["message"]["text"] == "A tent"
    reply = client.chat_postMessage(channel=channel, thread_ts=ts, text="in the thread")
    client.chat_update(channel=channel, ts=ts, text="Two tents")
    history = client.conversations_history(channel=channel, include_all_metadata=True)
    assert [message["text"] for message in history["messages"]] == ["Two tents"], history["messages"]
    assert history["messages"][0]["metadata"]["event_payload"] == {"number": "17"}
    replies = client.conversations_replies(channel=channel, ts=ts)
    assert [message["text"] for message in replies["messages"]] == ["Two tents", "in the thread"]
    assert replies["messages"][0]["reply_count"] == 1
    assert client.conversations_info(channel=channel)["channel"]["is_im"]
    ids = [one["id"] for one in client.users_conversations(types="im,public_channel")["channels"]]
    assert set(ids) == {"C0GENERAL", "D0ANNA"}, ids
    client.chat_delete(channel=channel, ts=reply["ts"])
    refused("message_not_found", lambda: client.chat_delete(channel=channel, ts=reply["ts"]))
    client.chat_postEphemeral(channel="C0GENERAL", user="U0ANNA", text="for you")
    assert client.conversations_history(channel="C0GENERAL")["messages"] == []

    # Pages.
    for number in range(5):
        client.chat_postMessage(channel="C0GENERAL", text=str(number))
    pages = client.conversations_history(channel="C0GENERAL", limit=2)
    assert [message["text"] for page in pages for message in page["messages"]] == ["4", "3", "2", "1", "0"]

    # What Slack refuses.
    refused("channel_not_found", lambda: client.chat_postMessage(channel="C0NOWHERE", text="a"))
    refused("not_in_channel", lambda: client.chat_postMessage(channel="C0ELSEWHERE", text="a"))
    refused("no_text", lambda: client.chat_postMessage(channel=channel, text=""))
    refused("msg_too_long", lambda: client.chat_postMessage(channel=channel, text="a" * 40_001))
    refused("thread_not_found", lambda: client.chat_postMessage(channel=channel, text="a", thread_ts="1.2"))
    refused("invalid_blocks_format", lambda: client.chat_postMessage(channel=channel, text="a", blocks="{"))
    anna = people(address, "say", {"user": "U0ANNA", "text": "mine"})
    refused("cant_update_message", lambda: client.chat_update(channel=channel, ts=anna["ts"], text="a"))
    button = {"type": "button", "text": {"type": "plain_text", "text": "a"}, "action_id": "a", "value": "a"}
    option = {"text": {"type": "plain_text", "text": "a"}, "value": "a"}

    def actions(*elements):
        return [{"type": "actions", "elements": list(elements)}]

    def select(**more):
        placeholder = {"type": "plain_text", "text": "a"}
        return actions({"type": "static_select", "action_id": "a", "placeholder": placeholder, **more})

    for wrong, place in [
        ([{"type": "section", "text": {"type": "mrkdwn", "text": "a" * 3001}}], "/blocks/0/text"),
        ([{"type": "markdown", "text": "a" * 12_001}], "/blocks/0/text"),
        ([{"type": "markdown", "text": "a" * 7_000}] * 2, "/blocks"),
        ([{"type": "header", "text": {"type": "plain_text", "text": "a" * 151}}], "/blocks/0/text"),
        ([{"type": "header", "text": {"type": "mrkdwn", "text": "a"}}], "/blocks/0/text"),
        ([{"type": "divider"}] * 51, "/blocks"),
        (actions({**button, "text": {"type": "plain_text", "text": "a" * 76}}), "/text"),
        (actions({**button, "text": {"type": "plain_text", "text": ""}}), "/text"),
        (actions({**button, "value": "a" * 2001}), "/value"),
        (actions(button, button), "/elements/1"),
        (actions(*[{**button, "action_id": str(number)} for number in range(26)]), "/elements"),
        (actions(), "/elements"),
        (select(options=[option] * 101), "/options"),
        (select(options=[{**option, "value": "a" * 151}]), "/value"),
        (select(options=[{**option, "description": {"type": "plain_text", "text": "a" * 76}}]), "/description"),
        (select(), "/elements/0"),
        ([{"type": "image", "image_url": "https://a.invalid/a.png", "alt_text": "a"}], "/image_url"),
        ([{"type": "image", "image_url": "https://a.example/a.png"}], "/alt_text"),
        ([{"type": "telepathy"}], "/blocks/0"),
    ]:
        response = refused("invalid_blocks", lambda: client.chat_postMessage(channel=channel, text="a", blocks=wrong))
        messages = response["response_metadata"]["messages"]
        assert any(place in message for message in messages), (place, messages)

    # Files, the way that slack_sdk sends them.
    client.files_upload_v2(channel=channel, filename="bill.txt", content="17 EUR", initial_comment="Yours", title="Bill")
    shared = client.conversations_history(channel=channel)["messages"][0]
    assert shared["files"][0]["title"] == "Bill" and shared["text"] == "Yours", shared
    url = shared["files"][0]["url_private_download"]
    request = urllib.request.Request(url, headers={"authorization": "Bearer xoxb-simulator"})
    assert urllib.request.urlopen(request).read() == b"17 EUR"
    client.files_delete(file=shared["files"][0]["id"])
    refused("file_not_found", lambda: client.files_info(file=shared["files"][0]["id"]))

    # A form, for which somebody must have pressed something.
    view = View(
        type="modal",
        title="Address",
        submit="Send",
        callback_id="address",
        blocks=[
            {
                "type": "input",
                "block_id": "street",
                "label": {"type": "plain_text", "text": "Street"},
                "element": {"type": "plain_text_input", "action_id": "street"},
            }
        ],
    )
    refused("exchanged_trigger_id", lambda: client.views_open(trigger_id="1.2.3", view=view))
    typed = people(address, "command", {"user": "U0ANNA", "command": "/move"})
    assert client.views_open(trigger_id=typed["trigger_id"], view=view)["view"]["callback_id"] == "address"
    refused("exchanged_trigger_id", lambda: client.views_open(trigger_id=typed["trigger_id"], view=view))
    typed = people(address, "command", {"user": "U0ANNA", "command": "/move"})
    people(address, "clock", {"advance_seconds": 4})
    refused("expired_trigger_id", lambda: client.views_open(trigger_id=typed["trigger_id"], view=view))

    # Too many requests: the client waits as it is told, and goes on.
    client.retry_handlers.append(RateLimitErrorRetryHandler(max_retry_count=50))
    people(address, "faults", {"seed": 5, "too_many": 0.4, "too_many_seconds": 0})
    for _ in range(10):
        client.chat_postMessage(channel=channel, text="again")
    people(address, "faults", {})
    people(address, "uninstall", {})
    refused("account_inactive", lambda: client.auth_test())


def socket_mode(address):
    from slack_sdk import WebClient
    from slack_sdk.socket_mode import SocketModeClient
    from slack_sdk.socket_mode.response import SocketModeResponse

    heard = []
    arrived = threading.Event()
    web = WebClient(token="xoxb-simulator", base_url=f"{address}/api/")
    client = SocketModeClient(app_token="xapp-simulator", web_client=web)

    def listen(client, request):
        heard.append((request.type, request.payload, request.retry_attempt))
        # The first is left without an answer: it must come again.
        if len(heard) > 1:
            client.send_socket_mode_response(SocketModeResponse(envelope_id=request.envelope_id))
        arrived.set()

    client.socket_mode_request_listeners.append(listen)
    client.connect()

    def wait(count):
        until = time.time() + 15
        while len(heard) < count and time.time() < until:
            arrived.wait(0.1)
            arrived.clear()
        assert len(heard) >= count, heard

    people(address, "say", {"user": "U0ANNA", "text": "hello"})
    wait(2)
    (first, _, attempt), (_, again, later) = heard[0], heard[1]
    assert first == "events_api" and attempt == 0 and later == 1, heard
    assert again["event"]["text"] == "hello" and again["authorizations"][0]["is_bot"], again
    people(address, "command", {"user": "U0ANNA", "command": "/order", "text": "17"})
    wait(3)
    assert heard[2][0] == "slash_commands" and heard[2][1]["command"] == "/order", heard[2]
    element = {"type": "button", "action_id": "a", "text": {"type": "plain_text", "text": "Yes"}, "value": "yes"}
    said = web.chat_postMessage(channel="D0ANNA", text="?", blocks=[{"type": "actions", "elements": [element]}])
    wait(4)
    assert heard[3][1]["event"]["bot_id"].startswith("B"), heard[3]
    people(address, "press", {"user": "U0ANNA", "channel": "D0ANNA", "ts": said["ts"], "title": "Yes"})
    wait(5)
    assert heard[4][0] == "interactive" and heard[4][1]["actions"][0]["value"] == "yes", heard[4]
    deliveries = people(address, "deliveries")
    assert all(one["acknowledged"] for one in deliveries), deliveries
    people(address, "disconnect", {"reason": "refresh_requested", "grace_milliseconds": 100})
    time.sleep(2)
    people(address, "say", {"user": "U0ANNA", "text": "afterwards"})
    wait(6)
    assert heard[5][1]["event"]["text"] == "afterwards", heard[5]
    client.close()


if __name__ == "__main__":
    what = sys.argv[1]
    if what == "judge":
        judge()
    elif what == "web_api":
        web_api(sys.argv[2])
    elif what == "socket_mode":
        socket_mode(sys.argv[2])
