"""`deploy/hosts/run`: see there. Here everything is already in namespaces of its own."""

import json
import os
import sys
import time
from pathlib import Path

import psycopg

from deploy.hosts.faults import ALL
from deploy.hosts.installation import Installation
from deploy.hosts.network import RUN
from deploy.hosts.previous import PREVIOUS, unpack_previous
from deploy.hosts.scene import Scene


def main() -> int:
    """Exit code: 0 when all faults that were asked for ended as they must."""
    match sys.argv[1:]:
        case []:
            return _stay()
        case ["faults", *names] if set(names) <= set(ALL):
            return _table(names or list(ALL))
    sys.exit(f"usage: deploy/hosts/run [faults [{' | '.join(ALL)}] …]")


def _stay() -> int:
    installation = Installation()
    installation.start_servers()
    installation.start_service()
    print(f"the service answers at {installation.url} to these hosts:", flush=True)
    for host in installation.hosts.values():
        print(f"  {host.address:<12} {host.name:<6} {', '.join(host.processes)}")
    print("logs are in /run/hosts of this mount namespace; look in from another shell with")
    print("  nsenter --target $(pgrep --oldest --full deploy.hosts) --all", flush=True)
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        return 0


def _table(names: list[str]) -> int:
    installation = Installation()
    installation.start_servers()
    if "rolling-upgrade" in names:
        code = RUN / "previous"
        if unpack_previous(code):
            installation.service.root = code
            # It does not know Sentinels.
            installation.service.redis_url = installation.broker.first_url
        else:
            _say("rolling-upgrade", verdict="skipped", reason=f"this checkout has no commit {PREVIOUS}")
            names = [name for name in names if name != "rolling-upgrade"]
    installation.start_service()
    scene = Scene(installation)
    try:
        verdicts = [_one(name, scene) for name in names]
    finally:
        scene.load.stop()
        if logs := os.environ.get("HOSTS_LOGS"):
            installation.keep_logs(Path(logs))
    return 0 if all(verdicts) else 1


def _one(name: str, scene: Scene) -> bool:
    began, before = time.monotonic(), _processor()
    try:
        figures = ALL[name](scene)
        scene.nothing_lost()
        verdict: dict[str, object] = {"verdict": "held", **figures}
    except (AssertionError, TimeoutError, RuntimeError, psycopg.Error) as error:
        verdict = {"verdict": "failed", "reason": str(error)}
    _say(name, took=round(time.monotonic() - began), starved=_starved(before), **verdict)
    scene.installation.mend()
    scene.all_well(within=240)
    return verdict["verdict"] == "held"


def _starved(before: tuple[int, int]) -> float:
    """The share of the time since `before` in which the phones wanted a processor and had none.

    Near 0 on a machine of its own; near 1 the times say how busy others are, and nothing of the service.
    """
    ran, waited = (now - then for now, then in zip(_processor(), before, strict=True))
    return round(waited / (ran + waited), 2) if ran + waited else 0.0


def _processor() -> tuple[int, int]:
    """Nanoseconds that this process' threads have run, and waited for a processor."""
    tasks = [path.read_text().split() for path in Path("/proc/self/task").glob("*/schedstat")]
    return sum(int(ran) for ran, _, _ in tasks), sum(int(waited) for _, waited, _ in tasks)


def _say(name: str, **facts: object) -> None:
    print(json.dumps({"fault": name, **facts}), flush=True)


if __name__ == "__main__":
    sys.exit(main())
