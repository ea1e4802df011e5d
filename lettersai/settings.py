"""Settings. Those that differ between sites come from environment variables; docs/configuration.md lists them."""

import os
import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import dj_database_url
from celery.schedules import crontab
from django.core.exceptions import ImproperlyConfigured
from kombu import Queue
from redis.connection import parse_url

from lettersai import storages
from lettersai.environment import PRODUCTION, env, folder, generated_secret, listed, matching, url
from lettersai.monitoring import logs

BASE_DIR = Path(__file__).resolve().parent.parent
DEBUG = os.environ.get("DEBUG") == "1"
if DEBUG and PRODUCTION:
    raise ImproperlyConfigured("Unset DEBUG: with PRODUCTION=1 its error pages would show the settings to everybody.")

#: Holds database, broker data, images and the generated secret of a site on one machine.
DATA_DIR = folder("DATA_DIR", os.environ.get("DATA_DIR") or BASE_DIR / "var")
#: None if the system's folder for temporary files is used, which is not the site's alone.
TEMPORARY: Path | None = None
if _TEMPORARY := os.environ.get("TMPDIR"):
    TEMPORARY = folder("TMPDIR", _TEMPORARY)  # create it early: Python falls back to /tmp if it is missing

# Security

SECRET_KEY = os.environ.get("SECRET_KEY") or (
    env("SECRET_KEY", "") if PRODUCTION else generated_secret(DATA_DIR / "secret-key")
)
#: Earlier values of SECRET_KEY. What they signed, such as guests' cookies, stays valid.
SECRET_KEY_FALLBACKS = listed(os.environ.get("SECRET_KEY_FALLBACKS") or "")
for _name, _key in [("SECRET_KEY", SECRET_KEY), *(("SECRET_KEY_FALLBACKS", key) for key in SECRET_KEY_FALLBACKS)]:
    if PRODUCTION and (len(_key) < 50 or len(set(_key)) < 5 or _key.startswith("django-insecure")):
        raise ImproperlyConfigured(f"Set {_name} to 50 random characters or more: this value could be guessed.")
ALLOWED_HOSTS = listed(env("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]"))
if not ALLOWED_HOSTS or (PRODUCTION and "*" in ALLOWED_HOSTS):
    raise ImproperlyConfigured(
        "Set ALLOWED_HOSTS to the site's host names: with * anybody could put another host into mails."
    )
CSRF_TRUSTED_ORIGINS = listed(os.environ.get("CSRF_TRUSTED_ORIGINS", ""))
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
#: Browsers accept cookies with this prefix only from this very host, over TLS: a subdomain can't plant one.
_COOKIE_PREFIX = "__Host-" if PRODUCTION else ""
SESSION_COOKIE_NAME = f"{_COOKIE_PREFIX}sessionid"
CSRF_COOKIE_NAME = f"{_COOKIE_PREFIX}csrftoken"
GUEST_COOKIE_NAME = f"{_COOKIE_PREFIX}guest"
SECURE_SSL_REDIRECT = PRODUCTION
#: Load balancers and Prometheus request these without TLS.
SECURE_REDIRECT_EXEMPT = ["^health/", "^metrics$"]
SECURE_HSTS_SECONDS = 2 * 365 * 24 * 60 * 60 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = PRODUCTION
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PRODUCTION else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],  # the QR code of the second factor
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        # No script of the site turns text into HTML or code, so no Trusted Types policy may do so.
        "require-trusted-types-for": ["'script'"],
        "trusted-types": ["worker"],  # frontend/src/offline/install.ts
    }
}

#: Number of proxies in front that append to X-Forwarded-For. Without any, the header is ignored: clients can forge it.
TRUSTED_PROXIES = int(
    matching("TRUSTED_PROXIES", r"\d", os.environ.get("TRUSTED_PROXIES") or "0", "the number of proxies in front")
)
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES

# Release, metrics and error reports

#: Commit or tag of the running code.
RELEASE = os.environ.get("RELEASE") or "development"
#: Bearer token for /metrics; without it the page doesn't exist.
METRICS_TOKEN = os.environ.get("METRICS_TOKEN") or ""
#: Port of the worker's own metrics; 0 for none.
METRICS_PORT = int(matching("METRICS_PORT", r"\d{1,5}", os.environ.get("METRICS_PORT") or "0", "a port number"))
if _METRICS := os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
    folder("PROMETHEUS_MULTIPROC_DIR", _METRICS)
elif METRICS_PORT:
    raise ImproperlyConfigured(
        "Set PROMETHEUS_MULTIPROC_DIR to a folder: METRICS_PORT serves the metrics collected there."
    )
SENTRY_DSN = matching(
    "SENTRY_DSN",
    r"|https?://[^@/\s]+@[^@:/\s]+(:\d+)?/(\S*/)?\d+",
    os.environ.get("SENTRY_DSN") or "",
    "the DSN that Sentry shows, https://key@host/1",
)

# Apps, middleware, templates

INSTALLED_APPS = [
    "lettersai",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "accounts",
    "scoring",
    "characters",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "lettersai.apps.StaticFiles",
    "corsheaders",
    "csp",
    "django_filters",
    "django_vite",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "import_export",
    "rest_framework",
    "simple_history",
]

MIDDLEWARE = [
    "lettersai.middleware.requests.RequestMiddleware",
    "scoring.load.LoadMiddleware",
    "corsheaders.middleware.CorsMiddleware",  # before anything that answers
    "lettersai.middleware.addresses.FinalSlashMiddleware",  # before anything that asks for the address
    "lettersai.middleware.origins.WithoutCookiesMiddleware",
    "lettersai.middleware.requests.UnreadBodyMiddleware",
    "lettersai.middleware.requests.EncodingMiddleware",
    "lettersai.monitoring.health.ByAddressMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "lettersai.middleware.policies.PolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "lettersai.middleware.origins.CrossSiteMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.access.middleware.LanguageAndZoneMiddleware",  # before anything that may produce text
    "accounts.access.middleware.SigningOutMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "scoring.guests.GuestMiddleware",
]

ROOT_URLCONF = "lettersai.urls"
WSGI_APPLICATION = "lettersai.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "accounts.context.account_pages",
                "accounts.context.area",
                "lettersai.context.site",
            ]
        },
    }
]

# Web server

#: Threads of a web process, which each handle one request. Half of them may wait for a score.
WEB_THREADS = int(
    matching("WEB_THREADS", r"[1-9]\d{0,2}", os.environ.get("WEB_THREADS") or "24", "a number of threads")
)

#: Port of the process that serves streams of events; 0 if a proxy leads to it from the site's own address.
EVENTS_PORT = int(matching("EVENTS_PORT", r"\d{1,5}", os.environ.get("EVENTS_PORT") or "0", "a port number"))

#: Lets webhooks lead to this machine, without TLS. For tests.
WEBHOOKS_TO_LOOPBACK = os.environ.get("WEBHOOKS_TO_LOOPBACK") == "1"
if WEBHOOKS_TO_LOOPBACK and PRODUCTION:
    raise ImproperlyConfigured("Unset WEBHOOKS_TO_LOOPBACK: it is for tests, and opens this machine to learners.")

# Database

_DATABASE_URL = env("DATABASE_URL", f"sqlite:///{DATA_DIR}/lettersai.sqlite3")
url("DATABASE_URL", r"(sqlite|postgres(ql)?)://.+", _DATABASE_URL, "postgresql://user:password@host/name")
#: Seconds that a statement of the web server may take; commands and workers have no limit.
DATABASE_TIMEOUT = int(
    matching("DATABASE_TIMEOUT", r"[1-9]\d{0,2}", os.environ.get("DATABASE_TIMEOUT") or "12", "a number of seconds")
)
DATABASES: dict[str, Any] = {"default": dj_database_url.parse(_DATABASE_URL)}
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
_POOL = matching(
    "DATABASE_POOL", r"[1-9]\d{0,2}", os.environ.get("DATABASE_POOL") or str(WEB_THREADS), "a number of connections"
)
if DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql":
    # One connection per thread by default, so that none waits; idle ones are closed.
    pool = {"min_size": 1, "max_size": int(_POOL), "timeout": 5, "max_idle": 60}
    # After a failure the pool tries again after 1, 2 and 4 s …, for 300 s by default: then nothing would connect for
    # minutes after an outage. Once it has given up, the next request makes it try at once.
    pool["reconnect_timeout"] = 5
    # Detect within half a minute that the server's machine has vanished, and, by `options`, have the server detect that
    # this one has. Options in DATABASE_URL come last and win.
    _OPTIONS = DATABASES["default"].setdefault("OPTIONS", {})
    _SERVER = {"idle": "10s", "interval": "5s", "count": "3"}
    _KEEPALIVES = " ".join(f"-c tcp_keepalives_{name}={value}" for name, value in _SERVER.items())
    _OPTIONS.update(
        pool=pool,
        options=f"{_KEEPALIVES} -c tcp_user_timeout=20s {_OPTIONS.get('options', '')}".strip(),
        connect_timeout=5,
        keepalives_idle=10,
        keepalives_interval=5,
        keepalives_count=3,
        tcp_user_timeout=20_000,  # ms
    )
else:
    DATABASES["default"]["CONN_MAX_AGE"] = None
    DATABASES["default"]["OPTIONS"] = {
        # Writers queue at the start of a transaction, so that none fails later with "database is locked".
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;",
    }
# models.W040: SQLite ignores the included columns of covering indexes. Queries return the same rows.
SILENCED_SYSTEM_CHECKS = ["models.W040"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Accounts

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
LOGIN_URL, LOGIN_REDIRECT_URL = "account_login", "today"
ACCOUNT_ADAPTER = "accounts.access.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "signup": "accounts.access.forms.SignupForm",
    "reset_password": "accounts.access.forms.ResetPasswordForm",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True  # only in the browser that signed up
ACCOUNT_CHANGE_EMAIL = True
#: In addition to allauth's own limits. The mail that signing up sends doesn't count.
ACCOUNT_RATE_LIMITS = {"send_mail_again": "10/m/ip,3/10m/key"}
ACCOUNT_SESSION_REMEMBER = True
#: Mails and authenticator apps show it.
SITE_NAME = "Letters-AI"
ACCOUNT_EMAIL_SUBJECT_PREFIX = f"{SITE_NAME}: "
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = SITE_NAME
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION  # localhost has no certificate

#: Start of links in mails that are sent outside a request.
SITE_URL = matching(
    "SITE_URL", r"https?://[^/\s]+", env("SITE_URL", "http://localhost:8000"), "https://letters.example, without a path"
)

# Mail

#: By default mail is printed to the console.
_EMAIL_URL = url(
    "EMAIL_URL",
    r"console:|file:///.+|smtps?://.+",
    env("EMAIL_URL", "console:"),
    "smtp://user:password@host:587, smtps://…:465, file:///folder or console:",
)
EMAIL_BACKEND = "django.core.mail.backends." + {
    "console": "console.EmailBackend",
    "file": "filebased.EmailBackend",
}.get(_EMAIL_URL.scheme, "smtp.EmailBackend")
EMAIL_FILE_PATH = _EMAIL_URL.path
EMAIL_USE_SSL = _EMAIL_URL.scheme == "smtps"
EMAIL_USE_TLS = _EMAIL_URL.scheme == "smtp"
EMAIL_HOST, EMAIL_PORT = _EMAIL_URL.hostname or "localhost", _EMAIL_URL.port or (465 if EMAIL_USE_SSL else 587)
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = unquote(_EMAIL_URL.username or ""), unquote(_EMAIL_URL.password or "")
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env("EMAIL_FROM", "Letters-AI <noreply@localhost>")

# Redis and Celery

#: By default the socket of the embedded broker.
REDIS_URL = env("REDIS_URL", f"unix://{DATA_DIR}/broker/broker.sock")
url("REDIS_URL", r"(rediss?|unix)://.+", REDIS_URL, "redis://:password@host:6379/0")
try:
    _REDIS = parse_url(REDIS_URL)
except ValueError as error:
    raise ImproperlyConfigured(f"Set REDIS_URL to a URL such as redis://host:6379/0: {error}") from error
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 5},
    }
}

CELERY_BROKER_URL = re.sub("^unix://", "redis+socket://", REDIS_URL)
if REDIS_URL.startswith("rediss://"):
    CELERY_BROKER_URL = CELERY_BROKER_URL.partition("?")[0]
    CELERY_BROKER_USE_SSL = {
        "ssl_cert_reqs": "required",
        **{name: value for name, value in _REDIS.items() if name.startswith("ssl_")},
    }
# The modules whose tasks a worker runs.
CELERY_IMPORTS = [
    "accounts.access.tasks",
    "accounts.events.tasks",
    "accounts.practice.tasks",
    "accounts.progress.tasks",
    "accounts.transfer.tasks",
    "scoring.tasks",
]
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A worker outlives a broker that refuses commands for a while: on a full disk, without memory, or as a replica.
CELERY_BROKER_CHANNEL_ERROR_RETRY = True
# Don't delay an answer while the broker is down: the attempt is stored, and requeue_attempts enqueues it later.
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 60,
    "socket_connect_timeout": 1,
    "socket_timeout": 5,
    "max_retries": 0,
}
CELERY_TASK_IGNORE_RESULT = True
# By default a worker serves both queues. The mailer may wait for slow hosts; in production it has internet access, and
# the worker has none.
CELERY_TASK_QUEUES = [Queue("celery", routing_key="celery"), Queue("mail", routing_key="mail")]
# In Redis, a worker takes tasks of priority 0, the default, before those of 9.
_BULK_TASKS = ("scoring.tasks.score_waiting", "scoring.tasks.rescore", "accounts.transfer.tasks.import_data")
_MAIL_TASKS = ("accounts.practice.tasks.send_reminders", "accounts.practice.tasks.send_reminder_batch")
_WEBHOOK_TASKS = ("accounts.events.tasks.send_deliveries", "accounts.events.tasks.send_due_deliveries")
CELERY_TASK_ROUTES = {
    "scoring.tasks.recognize": {"priority": 3},  # Redis knows 0, 3, 6 and 9
    **{name: {"priority": 9} for name in _BULK_TASKS},
    **{name: {"queue": "mail"} for name in _MAIL_TASKS},
    **{name: {"queue": "mail", "priority": 9} for name in _WEBHOOK_TASKS},
}
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
_WORKERS = os.environ.get("WORKER_CONCURRENCY") or "1"
CELERY_WORKER_CONCURRENCY = int(matching("WORKER_CONCURRENCY", r"[1-9]\d{0,2}", _WORKERS, "a number of processes"))
CELERY_WORKER_PROC_ALIVE_TIMEOUT = 120  # seconds; a child process loads Keras first
# Frequent tasks expire, so that a worker that was down doesn't run one for each time it missed.
CELERY_BEAT_SCHEDULE = {
    "requeue attempts": {"task": "scoring.tasks.requeue_attempts", "schedule": 5.0, "options": {"expires": 30}},
    "rescore": {"task": "scoring.tasks.rescore", "schedule": 2.0, "options": {"expires": 2}},
    "delete accounts": {
        "task": "accounts.transfer.tasks.delete_accounts",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "send reminders": {"task": "accounts.practice.tasks.send_reminders", "schedule": crontab(minute="*/15")},
    "send due deliveries": {
        "task": "accounts.events.tasks.send_due_deliveries",
        "schedule": 10.0,
        "options": {"expires": 10},
    },
    "delete old deliveries": {"task": "accounts.events.tasks.delete_old_deliveries", "schedule": 600.0},
    "resume transfers": {
        "task": "accounts.transfer.tasks.resume_transfers",
        "schedule": 30.0,
        "options": {"expires": 30},
    },
    "delete expired transfers": {"task": "accounts.transfer.tasks.delete_expired_transfers", "schedule": 600.0},
    "erase deleted": {"task": "scoring.tasks.erase_deleted", "schedule": 10.0, "options": {"expires": 30}},
    "announce alive": {"task": "scoring.tasks.announce_alive", "schedule": 10.0, "options": {"expires": 30}},
    "check consistency": {
        "task": "accounts.progress.tasks.check_consistency",
        "schedule": crontab(hour="3", minute="17"),
    },
    "clear sessions": {"task": "accounts.access.tasks.clear_sessions", "schedule": crontab(hour="3", minute="47")},
    "clear keys": {"task": "scoring.tasks.clear_keys", "schedule": 60.0, "options": {"expires": 60}},
    "sweep": {"task": "accounts.transfer.tasks.sweep", "schedule": crontab(hour="4", minute="17")},
    "erase unclaimed": {"task": "scoring.tasks.erase_unclaimed", "schedule": 60.0, "options": {"expires": 60}},
}
CELERY_BEAT_SCHEDULER = "lettersai.background.beat:Scheduler"
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "beat-schedule")

# Model

MODEL_BUNDLE = Path(os.environ.get("MODEL_BUNDLE") or BASE_DIR / "ml" / "bundle")

# Languages and time

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("ja", "日本語"), ("fr", "Français")]
LANGUAGE_COOKIE_NAME = "language"
LANGUAGE_COOKIE_AGE = 365 * 24 * 60 * 60
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = PRODUCTION
LOCALE_PATHS = [BASE_DIR / "lettersai" / "locale"]
TIME_ZONE = "UTC"
USE_TZ = True
# Thousands are grouped in every number that a template shows; one for machines needs |stringformat:"d".
USE_THOUSAND_SEPARATOR = True
FORMAT_MODULE_PATH = "lettersai.formats"

# Files

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "frontend" / "dist"]
MEDIA_ROOT = DATA_DIR / "media"
STORAGES = {
    "default": storages.configured(os.environ.get("STORAGE_URL") or "file:"),
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}
#: Served at the root of the site, since the scope of a service worker is the folder of its URL.
WHITENOISE_ROOT = STATIC_ROOT / "root"
DJANGO_VITE = {"default": {"manifest_path": BASE_DIR / "frontend" / "dist" / "manifest.json"}}


WHITENOISE_MIMETYPES = {".webmanifest": "application/manifest+json"}


def WHITENOISE_IMMUTABLE_FILE_TEST(path: str, url: str) -> bool:  # noqa: N802 - the setting's name
    """True for files in assets/, whose names contain a hash."""
    return "/assets/" in url


# API

#: Longest body that is read into memory, files left out, bytes: that of a batch of attempts.
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
_RATE, _RATE_MEANS = r"[1-9]\d*/(s|sec|m|min|h|hour|d|day)", "N/min or N/hour"
ATTEMPT_RATE = matching("ATTEMPT_RATE", _RATE, os.environ.get("ATTEMPT_RATE") or "1000/min", _RATE_MEANS)
RECOGNITION_RATE = matching("RECOGNITION_RATE", _RATE, os.environ.get("RECOGNITION_RATE") or "1000/min", _RATE_MEANS)
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.access.authentication.BearerAuthentication",  # first: sets WWW-Authenticate in a 401
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": [
        "rest_framework.permissions.AllowAny",
        "accounts.access.authentication.WithinScopes",
    ],
    "DEFAULT_METADATA_CLASS": None,  # OPTIONS says nothing that the schema doesn't
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "lettersai.schema.operations.AutoSchema",
    "DEFAULT_THROTTLE_RATES": {"attempts": ATTEMPT_RATE, "recognitions": RECOGNITION_RATE},
    "NUM_PROXIES": TRUSTED_PROXIES,
    "EXCEPTION_HANDLER": "scoring.errors.with_code",
}
# Pages of every origin may use the API as a program does: with a token or anonymously, never with a visitor's cookies,
# since CORS_ALLOW_CREDENTIALS is off. lettersai/middleware/origins.py also refuses changes that a cookie would allow.
CORS_URLS_REGEX = "^/api/v1/"
CORS_ALLOW_ALL_ORIGINS = True
CORS_ALLOW_HEADERS = [
    "accept",
    "authorization",
    "content-type",
    "if-none-match",
    "idempotency-key",
    "last-event-id",
    "prefer",
]
CORS_EXPOSE_HEADERS = [
    "Content-Disposition",
    "ETag",
    "Idempotent-Replayed",
    "Link",
    "Location",
    "Preference-Applied",
    "RateLimit",
    "RateLimit-Policy",
    "Retry-After",
    "WWW-Authenticate",
    "X-Request-ID",
]
SPECTACULAR_SETTINGS = {
    "TITLE": "Letters-AI",
    "DESCRIPTION": "Send a handwritten character as ink or as an image; get candidates and a legibility score.",
    "VERSION": "1",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "OAS_VERSION": "3.1.0",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "lettersai.schema.components.complete",
    ],
    "SERVERS": [{"url": "/", "description": "This site"}],
    "TAGS": [
        {"name": "attempts", "description": "What you have written, and its scores"},
        {"name": "characters", "description": "The public catalogue"},
        {"name": "lists", "description": "Your lists of characters"},
        {"name": "me", "description": "Your account and its data"},
        {"name": "plan", "description": "How you want to practise"},
        {"name": "progress", "description": "Figures of your scores"},
        {"name": "reviews", "description": "What you practise, and what is due"},
        {"name": "sheets", "description": "Paper to print"},
        {"name": "tokens", "description": "Your API tokens"},
    ],
    "SERVE_INCLUDE_SCHEMA": False,
    "ENUM_NAME_OVERRIDES": {
        "FailureEnum": "scoring.serializers.FAILURES",
        "TransferFailureEnum": "accounts.transfer.api.FAILURES",
        "ScriptEnum": "characters.models.Character.Script",
        "TransferStatusEnum": "accounts.models.exports.Transfer.Status",
    },
    "SWAGGER_UI_DIST": "SIDECAR",
    # Deep links put a link inside each operation's button, which accessibility rules forbid.
    "SWAGGER_UI_SETTINGS": {"deepLinking": False, "syntaxHighlight": False},
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
}

# Logs

_FORMAT = os.environ.get("LOG_FORMAT") or ("json" if PRODUCTION else "line")
_LEVEL = os.environ.get("LOG_LEVEL") or ("INFO" if PRODUCTION else "WARNING")
LOGGING = logs.configured(
    matching("LOG_FORMAT", "json|line", _FORMAT, "json or line"),
    matching("LOG_LEVEL", "DEBUG|INFO|WARNING|ERROR", _LEVEL, "DEBUG, INFO, WARNING or ERROR"),
)
