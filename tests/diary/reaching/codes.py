"""A phone number and the codes that prove it."""

import re

from tests.alerts.channels.twilio_double import form
from tests.cast import Answer, Person
from tests.web_receiver import WebReceiver

NUMBER = "+34600000001"


def ask(person: Person, number: str = NUMBER) -> Answer:
    person.show_again_who_it_is()
    return person.put("preferences/phone", {"number": number})


def prove(person: Person, code: str) -> Answer:
    return person.post("preferences/phone/verify", {"code": code})


def code_sent(provider: WebReceiver) -> str:
    """The code in the newest SMS."""
    found = re.search(r"\b\d{6}\b", form(provider.received[-1])["Body"])
    assert found is not None
    return found[0]


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"
