"""Settings of a project without applications: a process that is started with them is ready at once."""

SECRET_KEY = "of nothing"
INSTALLED_APPS: list[str] = []
