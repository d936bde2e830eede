"""`/shl`: opens a shared link in the browser. What it opens, and its key, are in the part of the address after the #,
which no browser sends to a server; a script of ours reads it, and decrypts with the browser's own cryptography.
"""

from django.http import HttpRequest, HttpResponse

from web.page import SCRIPTED, Page, for_anyone


class ViewerPage(Page):
    """The same page for every link."""

    http_method_names = ["get", "head"]
    headers = {
        **Page.headers,
        "Content-Security-Policy": SCRIPTED,
        "Referrer-Policy": "no-referrer",
        "X-Robots-Tag": "noindex, nofollow",
    }

    def get(self, request: HttpRequest) -> HttpResponse:
        """It asks who opens the link, and shows what it gives."""
        return for_anyone(request, "pages/shared.html")
