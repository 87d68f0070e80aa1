"""pywa, a client of WhatsApp's Cloud API that we did not write, against our simulator and our signatures.

    whatsapp.py verify                < [{"secret", "body" (base 64), "header"}]   > [{"valid": true, "signed": "sha256=..."}, ...]
    whatsapp.py talk <settings JSON>  plays a story with the simulator, and fails where something is not as pywa expects
"""

import base64
import hashlib
import hmac
import json
import sys
import threading
import time
import urllib.request

import httpx


def verify():
    from pywa.utils import webhook_updates_validator

    def judged(secret, body, header):
        signed = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
        return {"valid": webhook_updates_validator(secret, body, header), "signed": f"sha256={signed}"}

    return [judged(asked["secret"], base64.b64decode(asked["body"]), asked["header"]) for asked in json.load(sys.stdin)]


class Elsewhere(httpx.HTTPTransport):
    """Sends what is meant for Meta to the simulator."""

    def __init__(self, base):
        super().__init__()
        self.base = httpx.URL(base)

    def handle_request(self, request):
        if request.url.host == "graph.facebook.com":
            request.url = request.url.copy_with(scheme=self.base.scheme, host=self.base.host, port=self.base.port)
            request.headers["Host"] = f"{self.base.host}:{self.base.port}"
        return super().handle_request(request)


def talk(settings):
    import flask
    from pywa import WhatsApp, errors, types
    from pywa.types.templates import TemplateLanguage
    from werkzeug.serving import make_server

    base = settings["base"]

    def simulator(path, body=None, method=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            f"{base}simulator/{path}", data, {"content-type": "application/json"}, method=method
        )
        with urllib.request.urlopen(request) as answer:
            text = answer.read()
            return json.loads(text) if text else None

    app = flask.Flask("bot")
    wa = WhatsApp(
        phone_id=settings["phone_number_id"],
        token=settings["token"],
        session=httpx.Client(transport=Elsewhere(base)),
        server=app,
        app_id=int(settings["app_id"]),
        app_secret=settings["app_secret"],
        verify_token="a word",
        validate_updates=True,
        webhook_endpoint="/hook",
        waba_id=settings["account_id"],
    )
    heard = []

    @wa.on_message
    def on_message(_, message):
        heard.append(message)

    @wa.on_callback_button
    def on_button(_, press):
        heard.append(press)

    @wa.on_callback_selection
    def on_selection(_, press):
        heard.append(press)

    @wa.on_message_status
    def on_status(_, status):
        heard.append(status)

    @wa.on_edited_message
    def on_edited(_, edited):
        heard.append(edited)

    @wa.on_deleted_message
    def on_deleted(_, deleted):
        heard.append(deleted)

    @wa.on_phone_number_change
    def on_number(_, change):
        heard.append(change)

    server = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()

    def expect(kind, **fields):
        """Waits for an update of this kind with these fields, and takes it."""
        for _ in range(500):
            for update in list(heard):
                fits = all(getattr(update, field, None) == value for field, value in fields.items())
                if isinstance(update, kind) and fits:
                    heard.remove(update)
                    return update
            time.sleep(0.02)
        raise AssertionError(f"no {kind.__name__} with {fields}; heard {[type(update).__name__ for update in heard]}")

    def refused(error, call):
        try:
            call()
        except error as told:
            return told
        raise AssertionError(f"it was taken, and {error.__name__} was expected")

    # Meta checks the address before it sends anything there.
    hook = f"http://127.0.0.1:{server.port}/hook"
    refused(
        errors.WhatsAppError,
        lambda: wa.api.set_waba_alternate_callback_url(settings["account_id"], hook, "another word"),
    )
    assert wa.api.set_waba_alternate_callback_url(settings["account_id"], hook, "a word")["success"]
    assert wa.api.get_waba_subscribed_apps(settings["account_id"])["data"][0]["override_callback_uri"] == hook

    ada = "DE.13491208655302741918"
    simulator("people", {"user_id": ada, "phone": "4915112345678", "name": "Ada", "username": "ada"})

    def does(what, **more):
        return simulator("do", {"do": what, "person": ada, **more})["id"]

    # Words, both ways; by id and by phone.
    id = does("say", text="Grüße 👍")
    message = expect(types.Message, id=id)
    assert message.text == "Grüße 👍" and message.from_user.bsuid == ada and message.from_user.wa_id == "4915112345678"
    assert message.from_user.name == "Ada" and message.from_user.username == "ada"
    sent = wa.send_message(to=ada, text="Hello", tracker="key.0")
    expect(types.MessageStatus, id=sent.id, status=types.MessageStatusType.SENT, tracker="key.0")
    expect(types.MessageStatus, id=sent.id, status=types.MessageStatusType.DELIVERED)
    sent = wa.send_message(to="4915112345678", text="Hello by phone")
    does("read")
    expect(types.MessageStatus, id=sent.id, status=types.MessageStatusType.READ)
    assert wa.mark_message_as_read(id) and wa.indicate_typing(id)

    # Buttons and lists.
    wa.send_message(to=ada, text="Sure?", buttons=[types.Button(title="Yes", callback_data="yes")])
    does("press", choice="Yes")
    expect(types.CallbackButton, data="yes", title="Yes")
    rows = [types.SectionRow(title=f"Row {n}", callback_data=f"row_{n}", description="A row") for n in range(10)]
    sections = types.SectionList(button_title="Choose", sections=[types.Section(title="Rows", rows=rows)])
    wa.send_message(to=ada, text="Which?", buttons=sections)
    does("press", choice="Row 7")
    expect(types.CallbackSelection, data="row_7", title="Row 7")
    told = refused(
        errors.InvalidParameter,
        lambda: wa.send_message(to=ada, text="?", buttons=[types.Button(title="x" * 21, callback_data="x")]),
    )
    assert "Button title length invalid" in told.details
    many = [types.Button(title=f"B {n}", callback_data=str(n)) for n in range(4)]
    refused(errors.InvalidParameter, lambda: wa.send_message(to=ada, text="?", buttons=many))

    # Files, both ways.
    pdf = b"%PDF-1.4 a small invoice"
    media = wa.upload_media(media=pdf, mime_type="application/pdf", filename="invoice.pdf")
    media_id = media if isinstance(media, str) else media.id
    wa.send_document(to=ada, document=media_id, filename="invoice.pdf", caption="Your invoice")
    does("send_file", kind="image", media_type="image/png", base64=base64.b64encode(b"\x89PNG").decode(), caption="Look")
    message = expect(types.Message, type=types.MessageType.IMAGE)
    assert message.caption == "Look" and message.image.mime_type == "image/png"
    url = wa.get_media_url(message.image.id)
    assert url.file_size == 4
    assert wa.get_media_bytes(url=url.url) == b"\x89PNG"
    refused(errors.WhatsAppError, lambda: wa.upload_media(media=b"MZ", mime_type="application/x-msdownload", filename="a.exe"))
    assert wa.delete_media(media_id)
    refused(errors.WhatsAppError, lambda: wa.get_media_url(media_id))

    # Places, reactions, edits, deletions.
    wa.send_location(to=ada, latitude=52.5163, longitude=13.3777, name="Gate", address="Berlin")
    does("send_place", latitude=52.5163, longitude=13.3777, name="Gate")
    assert expect(types.Message, type=types.MessageType.LOCATION).location.name == "Gate"
    wa.send_contact(to=ada, contact=types.Contact(name=types.Contact.Name(formatted_name="Ada Lovelace", first_name="Ada")))
    wa.send_reaction(to=ada, emoji="👍", message_id=id)
    does("react", message=sent.id, emoji="👍")
    assert expect(types.Message, type=types.MessageType.REACTION).reaction.emoji == "👍"
    does("edit", message=id, text="Changed")
    assert expect(types.EditedMessage).original_message_id == id
    does("delete", message=id)
    assert expect(types.DeletedMessage).original_message_id == id

    # Templates.
    names = [template.name for template in wa.get_templates()]
    assert names == ["hello_world"], names
    wa.send_template(to=ada, name="hello_world", language=TemplateLanguage.ENGLISH_US, params=[])
    refused(errors.TemplateNotExists, lambda: wa.send_template(to=ada, name="nothing", language=TemplateLanguage.ENGLISH_US, params=[]))

    # After a day the window is closed; whoever has blocked the number cannot be reached.
    simulator("clock", {"seconds": 90_000})
    sent = wa.send_message(to=ada, text="Still there?")
    status = expect(types.MessageStatus, id=sent.id, status=types.MessageStatusType.FAILED)
    assert isinstance(status.error, errors.ReEngagementMessage), status.error
    does("block")
    sent = wa.send_message(to=ada, text="Who?")
    status = expect(types.MessageStatus, id=sent.id, status=types.MessageStatusType.FAILED)
    assert isinstance(status.error, errors.MessageUndeliverable), status.error
    does("unblock")

    # Events that are not taken come again; those told twice come twice.
    does("say", text="back again")
    expect(types.Message, text="back again")
    simulator("faults", {"repeated": 1.0}, "PUT")
    does("say", text="twice")
    expect(types.Message, text="twice")
    simulator("faults", {}, "PUT")

    # Limits and faults, by the exceptions of pywa.
    def flood():
        for _ in range(60):
            wa.send_message(to=ada, text="Again")

    refused(errors.TooManyMessages, flood)
    simulator("faults", {"too_many": 1.0, "too_many_seconds": 3}, "PUT")
    told = refused(errors.RateLimitHit, lambda: wa.send_message(to=ada, text="x"))
    assert told.raw_response.headers["retry-after"] == "3"
    simulator("faults", {"failed": 1.0}, "PUT")
    refused(errors.UnknownError, lambda: wa.send_message(to=ada, text="x"))
    simulator("faults", {"answer_lost": 1.0}, "PUT")
    refused((httpx.HTTPError, json.JSONDecodeError), lambda: wa.send_message(to=ada, text="x"))
    simulator("faults", {"token_revoked": True}, "PUT")
    refused(errors.ExpiredAccessToken, lambda: wa.send_message(to=ada, text="x"))
    simulator("faults", {}, "PUT")

    does("change_number", user_id="DE.777", phone="4915199999999")
    change = expect(types.PhoneNumberChange)
    assert change.new_wa_id == "4915199999999" and change.new_user_id == "DE.777"
    server.shutdown()
    return "done"


if __name__ == "__main__":
    print(json.dumps(verify() if sys.argv[1] == "verify" else talk(json.loads(sys.argv[2]))))
