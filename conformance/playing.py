"""Play one script against a service, step by step, and say what was not as expected.

A step is one of: `sync` (a list of changes; `lost` when the answer gets lost on its way), `fresh` (the device begins
again), `request` (`"METHOD /path"` with `body` and `headers`), `holds` (what the device's copy of the diary must show,
by id; null for what was deleted). `device` says who acts; `expect` what the answer must hold (`status`, `body`,
`headers`), `keep` what to remember of it by JSON Pointer.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from http.client import HTTPException
from typing import Any

from conformance.app import App
from conformance.connection import Answer, Connection
from conformance.device import Device
from conformance.matching import differences
from conformance.script import Words, pointed

Connect = Callable[[str], Connection]


def play(script: Mapping[str, Any], connect: Connect, app: list[str] | None = None) -> list[str]:
    """Every failure of the script, none when it passes; after a step that fails the rest is not tried.

    `connect` gives the connection of a device by its name. `app` is the command of a program that plays the devices;
    without one the kit does.
    """
    with ExitStack() as stack:
        devices: dict[str, Device | App] = {}
        for name in script["devices"]:
            connection = stack.enter_context(connect(name))
            devices[name] = (
                stack.enter_context(closing(App(name, connection, app))) if app else Device(name, connection)
            )
        try:
            return _first_failure(script, devices)
        except (OSError, HTTPException, KeyError, TypeError, ValueError) as error:
            return [f"no answer of the contract's shape: {type(error).__name__}: {error}"]


def _first_failure(script: Mapping[str, Any], devices: Mapping[str, Device | App]) -> list[str]:
    words = Words(datetime.now(UTC))
    for device in devices.values():
        device.sync([])
    for number, step in enumerate(script["steps"], start=1):
        device = devices[step.get("device", "phone")]
        found = [*_played(step, device, words), *device.faults]
        if found:
            return [f"step {number} ({step['say']}): {each}" for each in found]
    return []


def _played(step: Mapping[str, Any], device: Device | App, words: Words) -> Iterator[str]:
    if step.get("fresh"):
        device.forget()
    if "sync" in step:
        answer = device.sync(words.filled(step["sync"]), answer_gets_lost=step.get("lost", False))
        if answer is not None:
            yield from _answer_differences({"status": 200, **step.get("expect", {})}, answer, words)
            _keep(step, answer, words)
    elif "request" in step:
        method, _, path = words.filled(step["request"]).partition(" ")
        answer = device.connection.send(
            method, path, words.filled(step.get("body")), words.filled(step.get("headers", {}))
        )
        yield from _answer_differences(step["expect"], answer, words)
        _keep(step, answer, words)
    if "holds" in step:
        yield from _copy_differences(step["holds"], device, words)


def _answer_differences(expect: Mapping[str, Any], answer: Answer, words: Words) -> Iterator[str]:
    wanted = words.filled(expect)
    if answer.status != wanted["status"]:
        yield f"the status is {answer.status}, expected {wanted['status']}: {answer.body!r}"
        return
    if "body" in wanted:
        yield from differences(wanted["body"], answer.body)
    for name, value in wanted.get("headers", {}).items():
        if answer.headers.get(name.lower()) != value:
            yield f"the header {name} is {answer.headers.get(name.lower())!r}, expected {value!r}"


def _keep(step: Mapping[str, Any], answer: Answer, words: Words) -> None:
    for name, pointer in step.get("keep", {}).items():
        words.kept[name] = pointed(answer.body, pointer)


def _copy_differences(holds: list[Mapping[str, Any]], device: Device | App, words: Words) -> Iterator[str]:
    for each in words.filled(holds):
        if isinstance(device, App):
            yield from differences(each["data"], device.copy.get(each["id"]), f"/{each['id']}")
        elif each["id"] not in device.copy:
            yield f"{device.name} has not heard of {each['id']}"
        else:
            yield from differences(each["data"], device.copy[each["id"]], f"/{each['id']}")
