"""Who someone is: sign-up, verification, sign-in, reset, second factor and passkeys (django-allauth, headless)."""

from datetime import timedelta

import environ
from redis.backoff import NoBackoff
from redis.retry import Retry

from backend.settings.broker import REDIS_URL
from backend.settings.environment import DEPLOYMENT, PRODUCTION, env
from backend.settings.mail import PUBLIC_URL
from backend.settings.service import SERVICE_NAME

AUTH_USER_MODEL = "diary.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]

SESSION_ENGINE = "diary.identity.sessions"
SESSION_COOKIE_AGE = int(timedelta(days=365).total_seconds())

_VALIDATION = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"{_VALIDATION}.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": f"{_VALIDATION}.CommonPasswordValidator"},
    {"NAME": f"{_VALIDATION}.NumericPasswordValidator"},
    {"NAME": f"{_VALIDATION}.UserAttributeSimilarityValidator", "OPTIONS": {"user_attributes": ["email", "name"]}},
]

HEADLESS_ONLY = True
HEADLESS_CLIENTS = ("app",)
HEADLESS_ADAPTER = "diary.identity.showing.HeadlessAdapter"
HEADLESS_TOKEN_STRATEGY = "diary.identity.tokens.OpaqueTokenStrategy"  # noqa: S105 - a path
HEADLESS_FRONTEND_URLS = dict.fromkeys(("account_signup", "account_reset_password"), PUBLIC_URL)

ACCOUNT_ADAPTER = "diary.identity.adapters.AccountAdapter"
ACCOUNT_USER_DISPLAY = "diary.identity.adapters.display_name"
ACCOUNT_SIGNUP_FORM_CLASS = "diary.identity.flows.forms.SignUpForm"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_PREVENT_ENUMERATION = "strict"
ACCOUNT_CHANGE_EMAIL = True  # one address at a time; the old one holds until the new one is proved, and is told
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = 15 * 60  # seconds
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
# Many people can share one address of a mobile network, and `make run` signs up a whole demonstration from one.
_PER_ADDRESS = 60 if PRODUCTION else 6000
ACCOUNT_RATE_LIMITS = {
    "signup": f"{_PER_ADDRESS}/m/ip",
    "login": f"{_PER_ADDRESS}/m/ip",
    "login_failed": f"{_PER_ADDRESS // 2}/m/ip,5/5m/key",  # the key is account and network, see the adapter
    "reset_password": f"{_PER_ADDRESS}/m/ip,5/m/key",
    "reset_password_from_key": f"{_PER_ADDRESS}/m/ip",
}
if DEPLOYMENT == "test":  # the same cast signs up and in again and again; the tests of identity ask for the real pace
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    ACCOUNT_RATE_LIMITS["confirm_email"] = ""
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXIES", default=0)

# Days that an owner has to object when the operator was asked to take second factors off an account.
FACTOR_REMOVAL_DAYS = env.int("FACTOR_REMOVAL_DAYS", default=7)
if FACTOR_REMOVAL_DAYS < 1:
    raise environ.ImproperlyConfigured("FACTOR_REMOVAL_DAYS must be at least 1, so that an owner has time to object")

MFA_ADAPTER = "diary.identity.adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = SERVICE_NAME or "Symptom diary"
MFA_RATE_LIMITS = {"webauthn_login": f"{_PER_ADDRESS}/m/ip"}
MFA_TOTP_TOLERANCE = 1  # phones' clocks are off by half a minute
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION

# Counts for the rate limits only; whatever becomes of it, people can sign in.
CACHES = {
    "default": {
        "BACKEND": "diary.identity.counters.ForgivingRedisCache",
        "LOCATION": [REDIS_URL],  # as it is: Django would cut it at a comma
        "KEY_PREFIX": "identity",
        "OPTIONS": {"socket_timeout": 0.25, "socket_connect_timeout": 0.25, "retry": Retry(NoBackoff(), 0)},
    }
}
