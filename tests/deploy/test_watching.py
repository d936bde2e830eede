"""What `deploy/watching` says is true: the running service answers its queries, and its rules fire when they must."""

import json
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import httpx
import pytest
import yaml
from django.utils import timezone

from alerts.auditing import audit
from backend.health import heartbeat_recorded
from backend.local.embedded.server import free_port
from diary.account.retention import keep_no_longer
from tests.cast import Person
from tests.flow.kill import write_numbness
from tests.service import ROOT, Service

WATCHING: Final = ROOT / "deploy" / "watching"
TOKEN: Final = "5f0c8a1be2d94d5c7a3319d0"  # made up for these tests
METRIC: Final = re.compile(r"\bdiary_\w+")
BOUND: Final = re.compile(r"\s*(?:==|>|<)\s*[\d.]+$")

needs_prometheus = pytest.mark.skipif(
    not (shutil.which("prometheus") and shutil.which("promtool")),
    reason="Prometheus is not installed: deploy/watching/install does that",
)


def rules() -> dict[str, str]:
    """The query of each rule, with its bound, by the rule's name."""
    groups = yaml.safe_load((WATCHING / "rules.yml").read_text())["groups"]
    return {rule["alert"]: rule["expr"] for group in groups for rule in group["rules"]}


def panels() -> list[tuple[str, str]]:
    """Each query of the dashboard with its panel's title, as Grafana would ask over a minute."""
    shown = json.loads((WATCHING / "dashboard.json").read_text())["panels"]
    return [
        (panel["title"], target["expr"].replace("$__rate_interval", "1m"))
        for panel in shown
        for target in panel.get("targets", ())
    ]


@needs_prometheus
@pytest.mark.parametrize(
    "command", [["check", "rules", "rules.yml"], ["test", "rules", "rules_test.yml"]], ids=" ".join
)
def test_prometheus_takes_the_rules_and_their_tests_pass(command: list[str]) -> None:
    done = subprocess.run(["promtool", *command], cwd=WATCHING, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_rule_has_a_test_in_which_it_fires_and_a_bound() -> None:
    tested = (WATCHING / "rules_test.yml").read_text()
    assert not [name for name in rules() if f'alertname="{name}"' not in tested]
    assert not [name for name, query in rules().items() if not BOUND.search(query)]


def test_no_query_asks_for_a_single_person() -> None:
    for query in [*rules().values(), *(query for _, query in panels())]:
        assert not re.search(r"patient|user|account|recipient|alert_id", query.replace("|", " ")), query


class Prometheus:
    """One that scrapes the service once a second, with the project's own rules."""

    def __init__(self, directory: Path, targets: dict[str, str]) -> None:
        (directory / "token").write_text(TOKEN)
        scraped = [
            {
                "job_name": job,
                "metrics_path": "/metrics" if job == "symptom-diary" else "/",
                "authorization": {"credentials_file": str(directory / "token")},
                "static_configs": [{"targets": [target]}],
            }
            for job, target in targets.items()
        ]
        configuration = {
            "global": {"scrape_interval": "1s", "evaluation_interval": "1s"},
            "rule_files": [str(WATCHING / "rules.yml")],
            "scrape_configs": scraped,
        }
        (directory / "prometheus.yml").write_text(yaml.safe_dump(configuration))
        self.url = f"http://127.0.0.1:{free_port()}"
        self._process = subprocess.Popen(
            [
                "prometheus",
                f"--config.file={directory / 'prometheus.yml'}",
                f"--storage.tsdb.path={directory / 'data'}",
                f"--web.listen-address={self.url.removeprefix('http://')}",
                "--log.level=error",
            ]
        )

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(20)

    def asked(self, path: str, **parameters: str) -> Any:
        """What the API answers; None while it does not."""
        try:
            answer = httpx.get(f"{self.url}/api/v1/{path}", params=parameters, timeout=5)
        except httpx.TransportError:
            return None
        return answer.json()["data"] if answer.status_code == 200 else None

    def series(self, query: str) -> list[Any]:
        answer = self.asked("query", query=query)
        return answer["result"] if answer else []


@pytest.fixture
def service(transactional_db: None) -> Iterator[Service]:
    with Service() as running:
        running.environment |= {"METRICS_TOKEN": TOKEN, "METRICS_PORT": str(free_port())}
        yield running.start_api(workers=2).start_worker(concurrency=2)


@pytest.fixture
def prometheus(service: Service, tmp_path: Path) -> Iterator[Prometheus]:
    targets = {
        "symptom-diary": service.url.removeprefix("http://"),
        "symptom-diary-workers": f"127.0.0.1:{service.environment['METRICS_PORT']}",
    }
    started = Prometheus(tmp_path, targets)
    yield started
    started.stop()


@needs_prometheus
@pytest.mark.nightly
def test_every_query_of_dashboard_and_rules_is_answered_by_the_running_service(
    service: Service, prometheus: Prometheus
) -> None:
    alice = Person("Alice")
    deadline = time.monotonic() + 60
    left = {*(("rule", BOUND.sub("", query)) for query in rules().values()), *panels()}
    while left and time.monotonic() < deadline:
        load(service, alice)
        left = {(where, query) for where, query in left if not prometheus.series(query)}
        time.sleep(0.5)
    assert sorted(left) == []

    named = {
        metric for query in [*rules().values(), *(query for _, query in panels())] for metric in METRIC.findall(query)
    }
    assert named <= set(prometheus.asked("label/__name__/values"))
    up = {series["metric"]["job"]: series["value"][1] for series in prometheus.series("up")}
    assert up == {"symptom-diary": "1", "symptom-diary-workers": "1"}
    requests = prometheus.series('diary_requests_total{method="PUT"}')
    assert {series["metric"]["route"] for series in requests} == {"api/v1/patients/<diary:patient>/entries/<id:id>"}


def load(service: Service, person: Person) -> None:
    """A little of everything that the service counts."""
    now = timezone.now()
    heartbeat_recorded(now=now)
    audit(now=now, mend=True)
    keep_no_longer(now=now)
    headers = {"Authorization": f"Bearer {person.token}"}
    for path in ("patients/me/entries", "patients/me/report.pdf", "patients/me/nothing"):
        httpx.get(f"{service.url}/api/v1/{path}", headers=headers, timeout=20)
    write_numbness(person)
    sign = {"date": f"{now:%Y-%m-%d}", "recorded_at": now.isoformat(), "time_zone": "UTC"}
    id_ = str(uuid4())
    noted = {"id": id_, **sign, "symptoms": {"saddle_numbness": True}}
    url = f"{service.url}/api/v1/patients/me/entries/{id_}"
    assert httpx.put(url, json=noted, headers=headers, timeout=20).status_code == 201
