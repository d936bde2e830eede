"""What the identity API shows beyond allauth's own: the consent that an app asks for, and whether it is due."""

import json
from typing import Any

from allauth.headless.adapter import DefaultHeadlessAdapter
from allauth.headless.base import views
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import get_language_from_request

from diary.identity.health_consent import asked, is_due, standing
from diary.models.user import User


class HeadlessAdapter(DefaultHeadlessAdapter):  # type: ignore[misc]
    """`data.user`."""

    def serialize_user(self, user: User) -> dict[str, Any]:
        """With `health_consent_due`: whether the app should ask for consent (`/api/v1/account/consent`)."""
        shown: dict[str, Any] = super().serialize_user(user)
        if user._state.adding:  # a sign-up that is not proved yet
            return shown
        return shown | {"health_consent_due": is_due(standing(user_id=user.pk))}


class ConfigView(views.ConfigView):  # type: ignore[misc]
    """`GET config`: also what an app shows and asks at sign-up, for who has no account yet."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The text is in the language that the request asks for; `minimum_ages` by region, `*` for all others."""
        answer: HttpResponse = super().get(request, *args, **kwargs)
        wanted = asked(region=None, language=get_language_from_request(request))
        consent = {"version": wanted.version, "text": wanted.text, "minimum_ages": settings.MINIMUM_AGES}
        content = json.loads(answer.content)
        content["data"]["health_consent"] = consent
        answer.content = json.dumps(content)
        return answer
