"""The faults. Each function's first line says what holds; it breaks something, looks, mends it, and gives its figures.

They run one after the other on the same installation, under the same load, and each leaves it whole.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Final

from deploy.hosts.broker import DOWN_AFTER
from deploy.hosts.installation import until
from deploy.hosts.network import Host, split
from deploy.hosts.postgresql import TTL
from deploy.hosts.scene import Scene
from deploy.hosts.service import ROOT

Figures = Mapping[str, float]
"""Seconds and counts, by what they are of."""

SILENT: Final = 5.0
"""Seconds that a write may take while something is away that it does not need: no wait for a time-out of TCP."""


def rolling_upgrade(scene: Scene) -> Figures:
    """The release before is replaced host by host, with its migrations, and no phone gets an error."""
    installation, service = scene.installation, scene.installation.service
    began = time.monotonic()
    old = scene.emergency()
    service.root, service.redis_url = ROOT, installation.broker.url
    service.migrate(installation.apis[0])
    migrated = time.monotonic()
    for host in installation.apis:
        service.restart(host, "api")
        service.wait_until_answering(host)
    for host in installation.workers:
        service.restart(host, "worker")
    between = scene.emergency()
    for host in installation.workers:
        service.restart(host, "beat")
    told = max(scene.told(one, within=120) for one in (old, between, scene.emergency()))
    seen = scene.load.since(began)
    assert seen.errors == 0, f"{seen.errors} answers were 5xx: {scene.problems()}"
    assert seen.unanswered == 0, f"{seen.unanswered} requests had no answer: {scene.problems()}"
    return {"migration": round(migrated - began, 1), "alert": told, **_figures(seen)}


def primary_lost(scene: Scene) -> Figures:
    """The primary's host loses its power: writes go on within 30 s, and none that was acknowledged is lost."""
    host = scene.installation.primary()
    assert host is not None
    began = time.monotonic()
    host.lose()
    # What was under way when the power went may still be answered.
    back = scene.writing_again(began + 1, within=TTL + 40) + 1
    assert back <= 30, f"writes went on after {back} s"
    told = scene.told(scene.emergency(), within=60)
    seen = scene.load.since(began)
    kept = scene.nothing_lost()
    scene.installation.mend()
    return {
        "writes back": back,
        "alert": told,
        "standby back": scene.all_well(within=90),
        "kept": kept,
        **_figures(seen),
    }


def primary_killed(scene: Scene) -> Figures:
    """PostgreSQL is killed on the primary: the standby takes over at once, and none that was acknowledged is lost."""
    host = scene.installation.primary()
    assert host is not None
    began = time.monotonic()
    scene.installation.cluster.kill_postgresql(host)
    back = scene.writing_again(began + 1, within=60) + 1
    assert back <= 30, f"writes went on after {back} s"
    seen = scene.load.since(began)
    return {"writes back": back, "standby back": scene.all_well(), "kept": scene.nothing_lost(), **_figures(seen)}


def standby_cut_off(scene: Scene) -> Figures:
    """The standby is cut off: writes wait for it for less than 30 s, go on without it, and wait for it again."""
    primary = scene.installation.primary()
    assert primary is not None
    (standby,) = (host for host in scene.installation.cluster.hosts if host is not primary)
    began = time.monotonic()
    standby.cut()
    back = scene.writing_again(began + 1, within=60) + 1
    assert back <= 30, f"writes went on after {back} s"
    time.sleep(5)
    assert scene.installation.primary() is primary, "the primary changed"
    scene.installation.mend()
    back_again = scene.all_well(within=90)
    seen = scene.load.since(began)
    return {"writes back": back, "standby back": back_again, "kept": scene.nothing_lost(), **_figures(seen)}


def broker_lost(scene: Scene) -> Figures:
    """The broker's primary loses its power: no write fails, and alerts go out at once when Sentinel has switched."""
    broker = scene.installation.broker
    host = broker.primary()
    assert host is not None
    (other,) = (one for one in broker.hosts if one is not host)
    began = time.monotonic()
    host.lose()
    meanwhile = scene.emergency()
    switched = until(lambda: broker.primary() is other, DOWN_AFTER + 40, "Sentinel has not switched")
    # Whoever found it away leaves it alone for five seconds; a worker notices after 20 that its own says nothing more.
    time.sleep(25)
    told = scene.told(scene.emergency(), within=20)
    told_meanwhile = scene.told(meanwhile, within=120)
    seen = scene.load.since(began)
    _unharmed(scene, seen.errors, seen.unanswered, seen.slowest)
    return {"switched": round(switched, 1), "alert": told, "alert meanwhile": told_meanwhile, **_figures(seen)}


def worker_lost(scene: Scene) -> Figures:
    """A worker host loses its power while it sends an alert: it comes from the other, with the same Message-ID."""
    installation = scene.installation
    began = time.monotonic()
    installation.mail.hold_answers.set()
    emergency = scene.emergency()
    first = installation.mail.wait_for(emergency.email, patience=60)
    (host,) = (one for one in installation.workers if one.address == first.sender)
    host.lose()
    installation.mail.hold_answers.clear()
    other_alert = scene.told(scene.emergency(), within=60)
    until(lambda: len(installation.mail.to(emergency.email)) > 1, 150, "the other worker has not sent it")
    again = installation.mail.to(emergency.email)[1]
    scene.told(emergency, within=0)
    assert again.sender != host.address
    seen = scene.load.since(began)
    _unharmed(scene, seen.errors, seen.unanswered, seen.slowest)
    return {"sent again": round(again.at - first.at, 1), "another alert": other_alert, **_figures(seen)}


def split_from_broker(scene: Scene) -> Figures:
    """An API host no longer reaches the brokers: its writes stay 2xx, and its alerts go out with the next sweep."""
    installation = scene.installation
    host = installation.apis[0]
    began = time.monotonic()
    split(host, installation.voters)
    emergencies = [scene.emergency(by=host) for _ in range(2)]
    slowest = max(emergencies[0].at - began, emergencies[1].at - emergencies[0].at)
    told = max(scene.told(one, within=90) for one in emergencies)
    seen = scene.load.since(began)
    installation.mend()
    _unharmed(scene, seen.errors, seen.unanswered, seen.slowest)
    assert slowest < SILENT, f"a write to the host that is cut off took {slowest:.1f} s"
    time.sleep(10)
    at_once = scene.told(scene.emergency(by=host), within=20)
    return {"alert": told, "alert afterwards": at_once, **_figures(seen)}


def split_from_database(scene: Scene) -> Figures:
    """An API host no longer reaches the databases: the balancer leaves it out, and phones write through the other."""
    installation = scene.installation
    host = installation.apis[0]
    began = time.monotonic()
    split(host, installation.cluster.hosts)
    time.sleep(20)
    late = scene.quietly(10)
    assert late.errors == late.unanswered == 0, f"phones still get errors: {scene.problems()}"
    installation.mend()
    seen = scene.load.since(began)
    return {"kept": scene.nothing_lost(), **_figures(seen)}


def clock_ahead(scene: Scene) -> Figures:
    """A worker host's clock is ten minutes ahead: writes go on, and each alert comes once or as the same mail."""
    return _with_another_clock(scene, scene.installation.workers[0], "+600", ("worker", "beat"))


def clock_behind(scene: Scene) -> Figures:
    """An API host's clock is ten minutes behind: it takes writes, and its alerts go out."""
    return _with_another_clock(scene, scene.installation.apis[0], "-600", ("api",))


def _with_another_clock(scene: Scene, host: Host, offset: str, names: tuple[str, ...]) -> Figures:
    service = scene.installation.service
    host.environment = {"LD_PRELOAD": str(_faketime()), "FAKETIME": offset, "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
    service.restart(host, *names)
    if "api" in names:
        service.wait_until_answering(host)
    began = time.monotonic()
    emergencies = [scene.emergency(by=one) for one in (*scene.installation.apis, *scene.installation.apis)]
    told = max(scene.told(one, within=90) for one in emergencies)
    time.sleep(35)  # every sweep has been at it
    for emergency in emergencies:
        scene.told(emergency, within=0)
    seen = scene.load.since(began)
    assert seen.errors == 0, f"{seen.errors} answers were 5xx: {scene.problems()}"
    return {"alert": told, "kept": scene.nothing_lost(), **_figures(seen)}


def _faketime() -> Path:
    return next(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))


def _unharmed(scene: Scene, errors: int, unanswered: int, slowest: float) -> None:
    assert errors == unanswered == 0, f"{errors} answers were 5xx, {unanswered} missing: {scene.problems()}"
    assert slowest < SILENT, f"a write took {slowest:.1f} s"


def _figures(seen: object) -> Figures:
    return {name: round(value, 2) for name, value in asdict(seen).items()}  # type: ignore[call-overload]


ALL: Final[Mapping[str, Callable[[Scene], Figures]]] = {
    fault.__name__.replace("_", "-"): fault
    for fault in (
        rolling_upgrade,
        primary_killed,
        primary_lost,
        standby_cut_off,
        broker_lost,
        worker_lost,
        split_from_broker,
        split_from_database,
        clock_ahead,
        clock_behind,
    )
}
