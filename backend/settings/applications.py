"""Which applications run, and how a request reaches them."""

from backend.settings.environment import BASE_DIR, DEPLOYMENT, PRODUCTION

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.headless",
    "allauth.mfa",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "corsheaders",
    "diary",
    "alerts",
    "web",
    "support",
    "papers",
    "backend",
    # In the source tree and not in the image: what `make run` is made of, and how good the rules are.
    *([] if PRODUCTION else ["backend.local", "evaluation"]),
]

MIDDLEWARE = [
    "backend.front.measures.NamedRoute",
    "backend.asked_language.AskedLanguage",
    "django.middleware.security.SecurityMiddleware",
    "backend.content_policy.ContentPolicy",
    "corsheaders.middleware.CorsMiddleware",
    *([] if PRODUCTION else ["backend.local.compact_files.CompactFiles"]),
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "backend.compact_answers.LongAnswers",
    "backend.compact_answers.KnownAnswers",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "diary.api.identity_problems.IdentityProblems",
]

ROOT_URLCONF = "backend.local.urls" if DEPLOYMENT == "local" else "backend.urls"
WSGI_APPLICATION = "backend.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    }
]

# Each text is written in the language of the person it is for (`diary.reaching.languages`); only a refusal is in that
# of the request.
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("es", "Español"), ("de", "Deutsch"), ("fr", "Français")]
FORMAT_MODULE_PATH = ["diary.date_formats"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "static"
STORAGES = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
if PRODUCTION:
    STORAGES["staticfiles"]["BACKEND"] = "whitenoise.storage.CompressedManifestStaticFilesStorage"
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = not PRODUCTION  # collected for production only
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
