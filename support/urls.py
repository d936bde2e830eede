"""The addresses of the support pages, below `/support/`, while `SUPPORT_PAGES` is on."""

from django.urls import re_path

from support.pages import AccountPage, FindPage

urlpatterns = [
    re_path(r"^$", FindPage.as_view(), name="support"),
    re_path(r"^accounts/(?P<line>[0-9]{1,18})$", AccountPage.as_view(), name="support-account"),
]
