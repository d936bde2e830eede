"""Plain Django REST framework: a ModelViewSet, its serializer, and a token in a table, on granian.

DATABASE_URL=… python -m granian --interface wsgi bench.peers.model_view_set:application --workers 2
"""

import os
from hashlib import sha256
from typing import Any

import django
import environ
from django.conf import settings

_DATABASE = environ.Env().db("DATABASE_URL")
settings.configure(
    SECRET_KEY=os.environ["SECRET_KEY"],
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    DATABASES={"default": {**_DATABASE, "CONN_MAX_AGE": None}},
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "rest_framework"],
    MIDDLEWARE=["django.middleware.common.CommonMiddleware"],
    USE_TZ=True,
)
django.setup()

from django.contrib.postgres.fields import ArrayField  # noqa: E402 Django is set up first
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.db import models  # noqa: E402
from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.urls import include, path  # noqa: E402
from rest_framework import authentication, exceptions, routers, serializers, viewsets  # noqa: E402
from rest_framework.request import Request  # noqa: E402


class Token(models.Model):
    """A token's digest and whose it is."""

    digest = models.TextField(primary_key=True)
    patient_id = models.UUIDField()
    is_authenticated = True

    class Meta:
        app_label = "peer"
        db_table = "peer_token"
        managed = False

    def __str__(self) -> str:
        return self.digest


class Entry(models.Model):
    """An entry as the bench sends it."""

    id = models.UUIDField(primary_key=True)
    patient_id = models.UUIDField()
    version = models.IntegerField(default=1)
    date = models.DateField()
    recorded_at = models.DateTimeField()
    time_zone = models.TextField()
    worst_pain = models.IntegerField(null=True)
    night_pain = models.IntegerField(null=True)
    rest_pain = models.IntegerField(null=True)
    movement_pain = models.IntegerField(null=True)
    sites = ArrayField(models.TextField(), default=list)
    symptoms = models.JSONField(default=dict)

    class Meta:
        app_label = "peer"
        db_table = "peer_entry"
        managed = False

    def __str__(self) -> str:
        return str(self.pk)


class TokenAuthentication(authentication.BaseAuthentication):
    """The token, looked up by its digest."""

    def authenticate(self, request: Request) -> tuple[Token, None]:
        """Raises AuthenticationFailed for one that there is not."""
        digest = sha256(request.headers["Authorization"].removeprefix("Bearer ").encode()).hexdigest()
        found = Token._default_manager.filter(digest=digest).first()
        if found is None:
            raise exceptions.AuthenticationFailed
        return found, None


class EntrySerializer(serializers.ModelSerializer[Entry]):
    """All of it; the address says whose."""

    class Meta:
        model = Entry
        exclude = ["patient_id"]


class EntryViewSet(viewsets.ModelViewSet[Entry]):
    """PUT creates what there is not, as the service's does."""

    serializer_class = EntrySerializer
    authentication_classes = [TokenAuthentication]

    def get_queryset(self) -> models.QuerySet[Entry]:
        """The caller's own."""
        whose: Any = self.request.user
        return Entry._default_manager.filter(patient_id=whose.patient_id)

    def get_object(self) -> Any:
        """None for one that there is not yet."""
        return self.get_queryset().filter(pk=self.kwargs["pk"]).first()

    def perform_update(self, serializer: Any) -> None:
        """Stores it."""
        whose: Any = self.request.user
        before = serializer.instance
        serializer.save(patient_id=whose.patient_id, version=before.version + 1 if before else 1)


def live(_request: HttpRequest) -> HttpResponse:
    """Whether it answers."""
    return HttpResponse("ok")


_router = routers.SimpleRouter(trailing_slash=False)
_router.register("entries", EntryViewSet, basename="entry")
urlpatterns = [path("health/live", live), path("api/v1/patients/me/", include(_router.urls))]
application = get_wsgi_application()
