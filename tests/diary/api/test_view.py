"""A view says who may ask what of it, or it does not start; and the framework does the rest in its order."""

from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest
from django.test import RequestFactory
from django.urls import get_resolver
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from diary.api.framework.parameters import declared_by
from diary.api.framework.permissions import METHODS
from diary.api.framework.view import ApiView
from diary.models import AccessLine
from tests.cast import Person, send
from tests.diary.api.views import views_below


class Nothing:
    """No method at all."""


class Reading:
    def get(self, request: Request) -> Response:
        return Response({"read": True})


class Writing(Reading):
    def put(self, request: Request) -> Response:
        return Response({"written": True})


def asked(method: str = "GET") -> HttpRequest:
    return RequestFactory().generic(method, "/")


@pytest.mark.parametrize(
    ("answers", "declared"),
    [
        (Reading, None),
        (Reading, {}),
        (Writing, {"GET": "read"}),
        (Reading, {"GET": "read", "PUT": "log"}),
        (Nothing, {}),
    ],
)
def test_a_view_that_leaves_out_how_far_somebody_must_reach_does_not_start(answers: type, declared: Any) -> None:
    view: Any = type("Forgetful", (answers, ApiView), {} if declared is None else {"reach": declared})
    with pytest.raises(ImproperlyConfigured, match="Forgetful"):
        view.as_view()


def test_one_that_says_it_for_every_method_starts() -> None:
    view: Any = type("Careful", (Writing, ApiView), {"reach": {"GET": "read", "PUT": "log"}})
    assert view.as_view()(asked()).status_code == 401


def test_a_view_of_the_frameworks_own_opens_nothing_unless_it_says_so(alice: Person) -> None:
    class Bare(Reading, APIView):
        authentication_classes = []

    class Signed(Bare):
        def perform_authentication(self, request: Request) -> None:
            request.user = alice.user

    assert Bare.as_view()(asked()).status_code == 403
    with pytest.raises(ImproperlyConfigured, match="Signed does not declare"):
        Signed.as_view()(asked())


def test_token_and_consent_are_one_statement_and_a_look_is_noted_before_it_is_shown(
    alice: Person, bob: Person, django_assert_num_queries: Any
) -> None:
    bob.cares_for(alice, "alerts")
    missing = f"patients/{alice.patient_id}/entries"
    with django_assert_num_queries(1):
        assert bob.get(missing).status == 404
    assert not AccessLine.objects.exists()
    with django_assert_num_queries(3):
        assert alice.get(missing).status == 200
    assert [(line.actor_id, line.action) for line in AccessLine.objects.all()] == [(alice.id, "read")]


def test_a_method_that_is_not_there_is_refused_before_anybody_is_looked_up(
    db: None, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(0):
        answers = [send(method, "patients/me/entries") for method in ("POST", "OPTIONS", "TRACE", "INITIAL", "SETUP")]
    assert {(answer.status, answer.headers["Allow"]) for answer in answers} == {(405, "GET, HEAD")}


def test_a_head_is_a_get_without_its_body(alice: Person) -> None:
    assert alice.send("HEAD", "patients/me/entries").status == 200
    assert alice.send("HEAD", "patients/me/sync").status == 405


def test_who_may_not_see_the_diary_hears_nothing_of_a_query(alice: Person, bob: Person) -> None:
    assert bob.get(f"patients/{alice.patient_id}/entries?limit=0").status == 404
    assert alice.get("patients/me/entries?limit=0").pointers == {"/limit"}


def test_parameters_are_declared_by_methods_that_read_and_by_a_trial_of_an_import() -> None:
    declaring = {
        (method, "" if method == "get" else view.__name__)
        for _, view in views_below("api/v1/", get_resolver().url_patterns)
        for method in METHODS
        if declared_by(getattr(view, method, None))
    }
    assert declaring == {("get", ""), ("post", "ImportView")}
