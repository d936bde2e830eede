"""`/service-worker.js`: the script that opens the form without a network, with the files that it keeps for that.

It stands at the root since a service worker sees no address above its own.
"""

import json
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.templatetags.static import static
from django.urls import reverse

from alerts.channels.web_push import public_key
from web.offline.form_page import kept_form, language_of
from web.page import Page

FILES: Final = ("pages/pico.classless.min.css", "pages/pages.css", "pages/icon.svg", "pages/offline.js")
_SCRIPT: Final = "pages/offline-worker.js"


class WorkerPage(Page):
    """The script. It changes, so that browsers take up the new one, when any of its files or the form does."""

    http_method_names = ["get", "head"]
    headers = {"Cache-Control": "no-cache", "Content-Security-Policy": "default-src 'none'; connect-src 'self'"}

    def get(self, request: HttpRequest) -> HttpResponse:
        """With the files for one language."""
        language = language_of(request)
        shell = _shell(language, kept_form(language).content)
        script = f"const SHELL = {json.dumps(shell)};\n{_content(_SCRIPT).decode()}"
        return HttpResponse(script, content_type="text/javascript; charset=utf-8")


def _shell(language: str, form: bytes) -> dict[str, Any]:
    version = sha256(form)
    for name in (*FILES, _SCRIPT):
        version.update(_content(name))
    page = f"{reverse('offline')}?{urlencode({'language': language})}"
    files = [static(name) for name in FILES]
    return {"version": version.hexdigest()[:16], "page": page, "files": files, "pushKey": public_key()}


@lru_cache
def _content(name: str) -> bytes:
    found = finders.find(name)
    if not isinstance(found, str):
        raise FileNotFoundError(name)
    return Path(found).read_bytes()
