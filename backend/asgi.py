"""The door for HTTP servers: Django, with the front before it."""

from backend.wsgi import application as django_application

from backend.front.application import Front  # isort: skip  its parts need Django to be set up

application = Front(django_application)
