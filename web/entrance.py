"""`/`: what this is, and where each of its readers goes from here; and what a phone needs to keep it as an app."""

from http import HTTPStatus
from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone, translation

from diary.access.circle import caring_of
from diary.models import Patient
from diary.service_name import service_name
from web.page import Page, for_anyone, language_asked, see_other
from web.reader import reader_of

FRESH_FOR_SECONDS: Final = 3600


class EntrancePage(Page):
    """For someone who has just heard of it; whoever is signed in is past it."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest) -> HttpResponse:
        """The page, or the one that its reader comes for."""
        reader_id = reader_of(request, now=timezone.now())
        return see_other(_home_of(reader_id)) if reader_id else for_anyone(request, "pages/entrance.html")


class InvitedPage(Page):
    """`/invited`: for someone who was invited and has no link at hand."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest) -> HttpResponse:
        """The page."""
        return for_anyone(request, "pages/invited.html")


class ManifestPage(Page):
    """`/manifest.webmanifest`: how the pages look as an app. It holds nothing about anyone."""

    http_method_names = ["get", "head"]
    headers = {"Cache-Control": f"public, max-age={FRESH_FOR_SECONDS}"}

    def get(self, request: HttpRequest) -> HttpResponse:
        """The manifest (W3C Web Application Manifest)."""
        answer = JsonResponse(manifest(language_asked(request)), content_type="application/manifest+json")
        answer["Vary"] = "Accept-Language"
        return answer


class IconPage(Page):
    """`/favicon.ico`: where browsers look for an icon without being told of one."""

    http_method_names = ["get", "head"]
    headers = ManifestPage.headers

    def get(self, _request: HttpRequest) -> HttpResponse:
        """Where it is."""
        return HttpResponse(status=HTTPStatus.FOUND, headers={"Location": static("pages/icon-192.png")})


def _home_of(user_id: UUID) -> str:
    """Their own diary; for who writes none and cares for someone, that person's."""
    writes = Patient.objects.filter(user_id=user_id).exclude(row_count=0).exists()
    return "caring" if not writes and caring_of(user_id=user_id).exists() else "today"


def manifest(language: str) -> dict[str, Any]:
    """The members of the manifest, for a reader of this language."""
    with translation.override(language):
        name = service_name()
    icons = (("icon-192.png", "192x192", "any"), ("icon-512.png", "512x512", "any"))
    maskable = (("icon-maskable-512.png", "512x512", "maskable"),)
    return {
        "name": name,
        "lang": language,
        "id": "/",
        "start_url": reverse("today"),
        "scope": "/",
        "display": "standalone",
        "background_color": "#ffffff",
        "theme_color": "#1f5fbf",
        "icons": [
            {"src": static(f"pages/{name}"), "sizes": sizes, "type": "image/png", "purpose": purpose}
            for name, sizes, purpose in (*icons, *maskable)
        ],
    }
