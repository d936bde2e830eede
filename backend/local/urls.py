"""Every address of `make run`: those of the service, and the way into the demonstration."""

from django.urls import path

from backend import urls
from backend.local.demonstration.open_page import OpenPage

urlpatterns = [*urls.urlpatterns, path("demonstration/<slug:name>", OpenPage.as_view())]
handler400, handler403, handler404, handler500 = urls.handler400, urls.handler403, urls.handler404, urls.handler500
