"""Twilio as far as SMS need it: the Messages API, which takes or refuses, and remembers."""

import json
from base64 import b64encode
from urllib.parse import parse_qs

from pytest_django import Settings

from tests.web_receiver import Answer, Request, WebReceiver, reply

ACCOUNT = "AC00000000000000000000000000000000"
SENDER = "+15005550006"
AUTHORIZATION = "Basic " + b64encode(f"{ACCOUNT}:secret".encode()).decode()


def set_up(settings: Settings, receiver: WebReceiver) -> WebReceiver:
    """Have SMS go there."""
    settings.SMS_PROVIDER, settings.SMS_SENDER = "twilio", SENDER
    settings.SMS_PREFIXES = ["+34", "+49"]
    settings.TWILIO_ACCOUNT_SID, settings.TWILIO_AUTH_TOKEN = ACCOUNT, "secret"
    settings.TWILIO_URL = receiver.url.removesuffix("/hook")
    receiver.script = [taken()]
    return receiver


def taken(sid: str = "SM1") -> Answer:
    return reply(201, json.dumps({"sid": sid, "status": "queued", "error_code": None}).encode())


def refused(code: int, status: int = 400, **headers: str) -> Answer:
    return reply(status, json.dumps({"code": code, "message": "…", "status": status}).encode(), **headers)


def form(request: Request) -> dict[str, str]:
    """What was asked of it."""
    assert request.path == f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
    assert request.headers["authorization"] == AUTHORIZATION
    return {name: values[0] for name, values in parse_qs(request.body.decode()).items()}
