"""The manifests, as they would be sent: of shapes that Kubernetes knows, closed, watched, and without a secret."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import kubernetes_validate
import pytest
from django.conf import settings

from alerts.outbound import WITHIN_SECONDS
from backend.front.__main__ import STOP_SECONDS
from tests.deploying.manifests import COMPOSE, KUBERNETES, ROOT, rendered

VERSIONS = ("1.33", "1.37")
WATCHED = {"api", "worker", "webhooks", "courtesies", "beat"}


@cache
def everything() -> tuple[dict[str, Any], ...]:
    return tuple(rendered(KUBERNETES / "example"))


def of_kind(*kinds: str) -> list[dict[str, Any]]:
    return [one for one in everything() if one["kind"] in kinds]


def pods() -> dict[str, dict[str, Any]]:
    return {one["metadata"]["name"]: one["spec"]["template"]["spec"] for one in of_kind("Deployment", "Job")}


def containers() -> Iterator[tuple[str, dict[str, Any]]]:
    for name, pod in pods().items():
        for container in [*pod.get("initContainers", []), *pod["containers"]]:
            yield name, container


@pytest.mark.parametrize("version", VERSIONS)
def test_kubernetes_knows_every_field(version: str) -> None:
    for one in everything():
        kubernetes_validate.validate(one, version, strict=True)


def test_nothing_runs_as_root_or_writes_or_gains() -> None:
    for name, pod in pods().items():
        assert pod["securityContext"]["runAsNonRoot"], name
        assert pod["securityContext"]["runAsUser"] == 10001
        assert pod["automountServiceAccountToken"] is False
    for name, container in containers():
        closed = container["securityContext"]
        assert closed["readOnlyRootFilesystem"], name
        assert not closed["allowPrivilegeEscalation"]
        assert closed["capabilities"] == {"drop": ["ALL"]}


def test_the_user_is_the_one_of_the_image() -> None:
    assert "--uid 10001 " in (ROOT / "Dockerfile").read_text()


def test_each_asks_for_memory_and_may_not_have_all_of_it() -> None:
    for name, container in containers():
        assert container["resources"]["requests"]["memory"], name
        assert container["resources"]["limits"]["memory"], name


def test_what_goes_on_is_watched_and_may_not_vanish_all_at_once() -> None:
    budgets = {
        one["spec"]["selector"]["matchLabels"]["app.kubernetes.io/component"] for one in of_kind("PodDisruptionBudget")
    }
    assert budgets == WATCHED - {"beat"}  # there is one, which holds nothing
    for name in WATCHED:
        assert pods()[name]["containers"][0]["livenessProbe"]
    assert pods()["api"]["containers"][0]["readinessProbe"]


def test_each_is_given_the_time_that_it_takes_to_stop() -> None:
    assert pods()["api"]["terminationGracePeriodSeconds"] > STOP_SECONDS + 5  # it waits before it stops
    for name in ("worker", "webhooks", "courtesies"):
        grace = pods()[name]["terminationGracePeriodSeconds"]
        assert grace > max(settings.CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT, WITHIN_SECONDS)


def test_what_goes_on_waits_for_the_migration() -> None:
    for name in WATCHED:
        (waiting,) = pods()[name]["initContainers"]
        assert waiting["command"] == ["python", "manage.py", "migrate", "--check"]


def test_only_the_migration_is_given_the_owner() -> None:
    given = {name for name, container in containers() if "diary-owner" in str(container)}
    assert given == {"migrate"}


def test_secrets_come_from_outside() -> None:
    assert of_kind("Secret") == []
    (settings_given,) = of_kind("ConfigMap")
    secret = {"SECRET_KEY", "NOTE_KEYS", "DATABASE_URL", "REDIS_URL", "EMAIL_URL", "TWILIO_AUTH_TOKEN"}
    assert not secret & settings_given["data"].keys()
    known = set(COMPOSE["services"]["api"]["environment"])
    assert settings_given["data"].keys() <= known
    asked_for = re.findall(r"^([A-Z_]+)=", (ROOT / "docs" / "kubernetes.md").read_text(), re.MULTILINE)
    assert (
        {"SECRET_KEY", "NOTE_KEYS", "DATABASE_URL", "REDIS_URL"}
        <= set(asked_for)
        <= known
        | {
            *("DATABASE_OWNER_PASSWORD", "DATABASE_SERVICE_PASSWORD"),
        }
    )


def test_nothing_talks_but_where_it_is_said() -> None:
    policies = {one["metadata"]["name"]: one["spec"] for one in of_kind("NetworkPolicy")}
    assert policies["nothing-else"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    (away,) = policies["to-the-internet"]["podSelector"]["matchExpressions"]
    assert set(away["values"]) == WATCHED - {"beat"}
    blocked = policies["to-the-internet"]["egress"][0]["to"][0]["ipBlock"]["except"]
    assert {"10.0.0.0/8", "169.254.0.0/16", "192.168.0.0/16"} <= set(blocked)
