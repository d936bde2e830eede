"""The REST API: strict JSON in and out, errors as RFC 9457, the published contract."""

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["diary.api.framework.authentication.BearerAuthentication"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "diary.api.framework.parsers.OneFormat",
    "DEFAULT_PAGINATION_CLASS": "diary.api.framework.pagination.CursorPagination",
    "DEFAULT_PARSER_CLASSES": ["diary.api.framework.parsers.JsonParser"],
    "DEFAULT_PERMISSION_CLASSES": ["diary.api.framework.permissions.Reaches"],
    "DEFAULT_RENDERER_CLASSES": ["diary.api.framework.renderers.JsonRenderer"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_THROTTLE_CLASSES": ["diary.api.framework.throttles.RateThrottle"],
    "EXCEPTION_HANDLER": "diary.api.framework.exception_handler.problem_for_exception",
    "UNAUTHENTICATED_USER": None,
}

SPECTACULAR_SETTINGS = {
    "TITLE": "Symptom diary",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "COMPONENT_SPLIT_PATCH": False,  # what a PATCH takes has a struct of its own
    "PREPROCESSING_HOOKS": ["diary.api.contract.identity.with_identity"],
    "POSTPROCESSING_HOOKS": [  # none for enums: the structs name what is worth a name
        "diary.api.contract.description.require_bodies",
        "diary.api.contract.description.tell_of_unchanged",
        "alerts.api.examples.show",
        "papers.api.examples.show",
        "diary.api.contract.examples.show",  # the last: it puts a problem beside every refusal that has none yet
    ],
    "SERVE_AUTHENTICATION": [],
    "SERVE_PERMISSIONS": [],
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "PATH_CONVERTER_OVERRIDES": {
        "id": {"type": "string", "format": "uuid", "description": "An id made by the app."},
        "diary": {"anyOf": [{"const": "me"}, {"type": "string", "format": "uuid"}]},
    },
    "DESCRIPTION": (
        "Keep a diary of back pain, share it with a care circle, and find out when to see a doctor. This is not an "
        "emergency service, and it makes no diagnosis."
    ),
}

# Danger signs are looked for in the write's own transaction; this names who does it (see docs/architecture.md).
DIARY_SCREENING_PORT = "alerts.screening.port"
# Who keeps which mails someone stopped, for their preferences (see `diary.unsubscribed_port`).
DIARY_UNSUBSCRIBED_PORT = "alerts.delivery.unsubscribed"
# The task that has notices of changes to an account sent (see `diary.reaching.notices`).
DIARY_NOTICE_TASK = "alerts.tasks.sweep_notices"

# Who else has places to send to that can be suspended (see `diary.reaching.suspending`).
SUSPENDABLE = ["alerts.webhooks.registering.has_suspended"]

# The channels that people may choose from, by their names in `alerts.channels`; who never chose has all, in this order.
ALERT_CHANNELS = ["push", "web_push", "email", "sms", "webhook"]
# Who puts files into the export of an account (see `diary.account.export`).
ACCOUNT_EXPORTERS = [
    "diary.account.export.diary_files",
    "alerts.showing.export.alert_files",
    "papers.sharing.export.share_files",
]

APPEND_SLASH = False  # addresses have no slash at their end, and none is added by a redirect
