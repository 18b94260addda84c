"""Settings. Every difference between deployments is an environment variable (README, "Settings")."""

import datetime as dt
from pathlib import Path
from typing import Any

import dj_database_url
from django.utils.translation import gettext_lazy as _
from redis.backoff import NoBackoff
from redis.retry import Retry

from governance import embedded, env
from governance.schema_names import ENUM_NAMES

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(env.text("WANGGE_VAR") or BASE_DIR / "var")

DEBUG = env.flag("WANGGE_DEBUG")
SECRET_KEY = env.text("SECRET_KEY") or embedded.kept_secret(VAR_DIR / "secret_key")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]", "testserver"])
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS")
SITE_URL = env.text("SITE_URL", "http://localhost:8000").rstrip("/")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "governance.staticfiles.StaticFiles",
    "axes",
    "csp",
    "mptt",
    "leaflet",
    "django_htmx",
    "template_partials",
    "rest_framework",
    "drf_spectacular",
    "governance",
    "accounts",
    "grids",
    "residents",
    "locating",
    "facilities",
    "rosters",
    "workorders",
    "coordination",
    "supervision",
    "admission",
    "gateway",
    "messaging",
    "care",
    "visits",
    "hotline",
    "public",
    "insights",
    "onemap",
    "alerts",
    "surveys",
    "appraisal",
    "bulletins",
    "demo",
]

MIDDLEWARE = [
    "governance.health.before_everything_else",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "accounts.middleware.idle_sign_out",
    "accounts.middleware.language",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "accounts.middleware.password_change_first",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "governance.http.no_store_for_the_signed_in",
    "governance.http.domain_errors",
    "governance.http.a_page_above_what_only_takes_forms",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "governance.urls"
WSGI_APPLICATION = "governance.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "governance.context.shell",
            ],
            "builtins": ["governance.templatetags.icons", "template_partials.templatetags.partials"],
        },
    }
]

# Database and broker: embedded under VAR_DIR unless told otherwise (governance/embedded.py).
DATABASES: dict[str, Any] = {
    "default": dj_database_url.parse(
        env.text("DATABASE_URL") or embedded.database_url(VAR_DIR), conn_max_age=600, conn_health_checks=True
    )
}
DATABASES["default"].setdefault("OPTIONS", {}).setdefault("connect_timeout", 5)
REDIS_URL = env.text("REDIS_URL") or embedded.redis_url(VAR_DIR)
CACHES: dict[str, Any] = {
    "default": {
        "BACKEND": "governance.cache.ForgivingRedisCache",
        "LOCATION": REDIS_URL,
        # Redis-py would try for seconds on end; a page waits two at most.
        "OPTIONS": {"socket_timeout": 2, "socket_connect_timeout": 2, "retry": Retry(NoBackoff(), 1)},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Celery. The beat schedule stands in governance/celery.py.
CELERY_BROKER_URL = embedded.broker_url(REDIS_URL)
CELERY_RESULT_BACKEND = None
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_TIME_LIMIT = 30 * 60
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_connect_timeout": 2}
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0, "interval_step": 0.2, "interval_max": 0.5}
CELERY_TIMEZONE = "Asia/Shanghai"
CELERY_BEAT_MAX_LOOP_INTERVAL = 1  # seconds: so long it may take to hear that it should stop (governance/beat.py)

# People and access.
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "accounts.backends.PasswordBackend",
    "grids.backends.PostBackend",
]
CSRF_FAILURE_VIEW = "governance.errors.stale_form"
LOGIN_URL = "accounts:sign-in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "accounts:sign-in"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "accounts.passwords.CharacterClassesValidator"},
]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = dt.timedelta(minutes=30)
AXES_LOCKOUT_PARAMETERS = ["username"]
AXES_USERNAME_CALLABLE = "accounts.backends.attempted_name"
AXES_CLIENT_IP_CALLABLE = "accounts.audit.client_ip"
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # half an hour from the fifth failure, whatever follows
AXES_LOCKOUT_CALLABLE = "accounts.lockout.answer"
AXES_VERBOSE = False
SILENCED_SYSTEM_CHECKS = ["axes.W006"]  # a name is locked wherever the tries come from
SESSION_ENGINE = "accounts.session_store"
SESSION_COOKIE_HTTPONLY = True
IDLE_SIGN_OUT_AFTER = dt.timedelta(minutes=30)
"""Signed-in people are signed out after this long without a request (DOMAIN.md §4.2, item 2)."""

# Transport. Behind nginx with TLS set WANGGE_HTTPS=1 (README, "Deploy").
HTTPS = env.flag("WANGGE_HTTPS")
SECURE_SSL_REDIRECT = HTTPS
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_REFERRER_POLICY = "same-origin"
TRUSTED_PROXY_COUNT = env.integer("TRUSTED_PROXY_COUNT", 0)
"""How many of our own proxies stand in front and add to X-Forwarded-For; 0 believes none of it."""
X_FRAME_OPTIONS = "DENY"
TILE_HOSTS = env.words("MAP_TILE_HOSTS")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:", "blob:", *TILE_HOSTS],
        "style-src": ["'self'"],
        "script-src": ["'self'"],
        "object-src": ["'none'"],
        "base-uri": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}

# Language and time.
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
FORMAT_MODULE_PATH = ["governance.formats"]
OFFICE_HOURS = env.text("OFFICE_HOURS", "08:30-12:00,13:30-17:30")
QUIET_HOURS = env.text("QUIET_HOURS", "21:00-08:00")
"""Notices made in these hours are held until their end, unless the order is an emergency."""

# Files.
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "governance.staticfiles.NpmFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "governance.staticfiles.CompressedStaticFiles"},
}
MEDIA_ROOT = Path(env.text("MEDIA_ROOT") or VAR_DIR / "media")
MEDIA_ACCEL_PREFIX = env.text("MEDIA_ACCEL_PREFIX")
"""Set to nginx's internal location to let nginx send the photos after Django has checked who asks."""
PHOTO_MAX_BYTES = env.integer("PHOTO_MAX_MB", 15, minimum=1) * 1024 * 1024
PHOTO_MAX_PIXELS = 60_000_000
PHOTO_MAX_COUNT = 9
"""Photos in one form."""
ROSTER_MAX_BYTES = env.integer("ROSTER_MAX_MB", 200, minimum=1) * 1024 * 1024
"""A list that comes through a page; on the server `manage.py import_residents` takes a CSV of any size."""
UPLOAD_MAX_BYTES = max(ROSTER_MAX_BYTES, PHOTO_MAX_BYTES * PHOTO_MAX_COUNT) + 1024 * 1024
"""Of a whole request with files; a larger one is answered before any of it is read."""
PUBLIC_UPLOAD_MAX_BYTES = PHOTO_MAX_BYTES * 4 + 1024 * 1024
"""Of a request to a page without sign-in, below these addresses."""
PUBLIC_UPLOAD_PATHS = ("/p/", "/l/")
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
FILE_UPLOAD_HANDLERS = ["governance.uploads.RoomMindingUploadHandler"]

# The public's pages (public/).
PUBLIC_DISTRICT = env.text("PUBLIC_DISTRICT")
"""Code of the district whose pages these are; empty is the first by code."""
HOTLINE_NUMBER = env.text("HOTLINE_NUMBER", "12345")
PUBLIC_REPORTS_PER_HOUR = env.integer("PUBLIC_REPORTS_PER_HOUR", 300, minimum=1)
"""So many of the public's reports go straight to a district's desk in an hour; what comes beyond is held."""
PUBLIC_HELD_MOST = env.integer("PUBLIC_HELD_MOST", 500, minimum=1)
"""Held reports that wait in a district; beyond, the sender is told to call."""
PUBLIC_HELD_KEEP_DAYS = env.integer("PUBLIC_HELD_KEEP_DAYS", 30, minimum=1)
PUBLIC_LINK_USE_KEEP_DAYS = env.integer("PUBLIC_LINK_USE_KEEP_DAYS", 365, minimum=1)

# Duplicates and repeated cases (workorders/doubles.py, workorders/repeats.py).
DUPLICATE_RADIUS_M = env.integer("DUPLICATE_RADIUS_M", 100, minimum=1)
DUPLICATE_DAYS = env.integer("DUPLICATE_DAYS", 30, minimum=1)
REPEAT_RADIUS_M = env.integer("REPEAT_RADIUS_M", 50, minimum=1)
REPEAT_DAYS = env.integer("REPEAT_DAYS", 90, minimum=1)

# Hot topics of the hotline (hotline/topics): requests about the same that came within so many days (proposal).
TOPIC_WINDOW_DAYS = env.integer("TOPIC_WINDOW_DAYS", 14, minimum=1)

# Map: no tile server unless named; boundaries on a plain ground.
MAP_TILES = env.text("MAP_TILES")
MAP_ATTRIBUTION = env.text("MAP_ATTRIBUTION")
MAP_APPROVAL_NO = env.text("MAP_APPROVAL_NO")
LEAFLET_CONFIG: dict[str, Any] = {"TILES": [], "RESET_VIEW": False}

# Mail.
EMAIL_BACKEND = env.text("EMAIL_BACKEND", "django.core.mail.backends.console.EmailBackend")
EMAIL_HOST = env.text("EMAIL_HOST", "localhost")
EMAIL_PORT = env.integer("EMAIL_PORT", 25, minimum=1)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = env.flag("EMAIL_USE_TLS")
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "wangge@localhost")

# Events out (docs/webhooks.md).
WEBHOOK_ALLOW_HTTP = env.flag("WEBHOOK_ALLOW_HTTP")
WEBHOOK_NETWORKS = env.networks("WEBHOOK_NETWORKS")
"""Networks that are not public and that webhooks may go to all the same."""
WEBHOOK_CA_FILE = env.text("WEBHOOK_CA_FILE")
WEBHOOK_TIMEOUT_S = env.integer("WEBHOOK_TIMEOUT", 5, minimum=1)
WEBHOOK_KEEP_DAYS = env.integer("WEBHOOK_KEEP_DAYS", 30, minimum=1)

# Messages to residents (docs/messages.md). A way without its settings takes messages and keeps them until it has.
SMS_URL = env.text("SMS_URL")
SMS_TOKEN = env.text("SMS_TOKEN")
SMS_SECRET = env.text("SMS_SECRET")
SMS_SIGNATURE = env.text("SMS_SIGNATURE")
"""Stands before each SMS in 【】, as it was registered with the provider."""
WECOM_API = env.text("WECOM_API", "https://qyapi.weixin.qq.com/cgi-bin").rstrip("/")
WECOM_CORP_ID = env.text("WECOM_CORP_ID")
WECOM_SECRET = env.text("WECOM_SECRET")
WECOM_AGENT_ID = env.integer("WECOM_AGENT_ID", 0)
MESSAGE_TIMEOUT_S = env.integer("MESSAGE_TIMEOUT", 10, minimum=1)
MESSAGE_KEEP_DAYS = env.integer("MESSAGE_KEEP_DAYS", 90, minimum=1)
"""After the end; what still waits is kept."""
MESSAGES_TO_CONSOLE = env.flag("MESSAGES_TO_CONSOLE")
"""What has no gateway ends in the log, which says that a message went out and no more: for demonstrations."""

# API.
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.tokens.TokenSignIn",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "governance.api_errors.handler",
    "DEFAULT_PARSER_CLASSES": [
        "governance.parsers.ShallowJSONParser",
        "rest_framework.parsers.FormParser",
        "rest_framework.parsers.MultiPartParser",
    ],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_THROTTLE_CLASSES": [
        "rest_framework.throttling.AnonRateThrottle",
        "rest_framework.throttling.UserRateThrottle",
        "rest_framework.throttling.ScopedRateThrottle",
    ],
    "DEFAULT_THROTTLE_RATES": {"anon": "60/min", "user": "600/min", "token": "30/min"},
    "NUM_PROXIES": TRUSTED_PROXY_COUNT,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
API_TOKEN_LIFE = dt.timedelta(days=30)
SPECTACULAR_SETTINGS = {
    "TITLE": "Wangge",
    "DESCRIPTION": "Grid governance: the area tree and the work orders that climb it.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "ENUM_NAME_OVERRIDES": ENUM_NAMES,
}

# Personal data in rows is encrypted under this ring (accounts/crypto.py).
FIELD_KEYS = env.text("FIELD_KEYS") or embedded.kept_field_key(VAR_DIR / "field_key")
CRYPTO_PROFILE = env.choice("CRYPTO_PROFILE", "international", ("international", "guomi"))
"""AES-256-GCM with SHA-256, or SM4-GCM with SM3; a change is a rotation (`manage.py rotate_keys`)."""

# How long things are kept, in days (accounts/retention.py, DOMAIN.md §4.4); 0 keeps for ever.
AUDIT_KEEP_DAYS = env.integer("AUDIT_KEEP_DAYS", 365, minimum=180)
NOTICE_KEEP_DAYS = env.integer("NOTICE_KEEP_DAYS", 180)
SESSION_KEEP_DAYS = 1
"""After its own end."""
TIER_KEEP_DAYS = env.integer("TIER_KEEP_DAYS", 365, minimum=365)
ORDER_CONTACT_KEEP_DAYS = env.integer("ORDER_CONTACT_KEEP_DAYS", 5 * 365)
"""After an order was closed: the name and phone of who reported it go; the order stays."""
REQUESTER_KEEP_DAYS = env.integer("REQUESTER_KEEP_DAYS", 5 * 365)
"""After a request was closed: name, phone and reply address of who asked go; the request stays."""
VISIT_KEEP_DAYS = env.integer("VISIT_KEEP_DAYS", 3 * 365)
"""Visits, entries of the daily log, daily and weekly reports; monthly ones stay."""
SURVEY_KEEP_DAYS = env.integer("SURVEY_KEEP_DAYS", 180)
"""After a questionnaire's last day: who answered goes, the counts stay."""
ROSTER_KEEP_DAYS = env.integer("ROSTER_KEEP_DAYS", 30, minimum=1)
"""Rows and files of rosters, after the end; until then one can be taken back."""
EXCHANGE_KEEP_DAYS = env.integer("EXCHANGE_KEEP_DAYS", 90, minimum=1)
"""Rows and files of exchanges with the city platform; until then refused rows can be tried again."""
ORPHAN_FILE_KEEP_DAYS = 1
GONE_RESIDENT_KEEP_DAYS = env.integer("GONE_RESIDENT_KEEP_DAYS", 180)
"""After somebody has moved away or died their entry no longer says who they were."""
OWN_REQUEST_KEEP_DAYS = env.integer("OWN_REQUEST_KEEP_DAYS", 3 * 365)
LIST_KEEP_DAYS = 1
POSITION_KEEP_DAYS = 1
"""Not a time to keep: the nightly run removes every position whose consent is over (onemap/retention_rules.py)."""
CONSENT_KEEP_DAYS = env.integer("CONSENT_KEEP_DAYS", 365, minimum=180)
"""Consents to share one's position, after they ended."""

# Personal data in the registers (docs/privacy.md).
REVEALS_PER_HOUR = env.integer("REVEALS_PER_HOUR", 20, minimum=1)
"""How many masked numbers one person may have shown in full within an hour."""

EXPORT_MAX_ROWS = env.integer("EXPORT_MAX_ROWS", 20_000, minimum=1)
"""Rows of one list that is taken along."""
EXPORT_KEEP_HOURS = env.integer("EXPORT_KEEP_HOURS", 24, minimum=1)
"""How long its file may be fetched."""

# Demo people are synthetic; their phone numbers start with 12 and cannot be dialled (DOMAIN.md §7.1).
ALLOW_SYNTHETIC_IDS = env.flag("ALLOW_SYNTHETIC_IDS")
DEMO_PASSWORD = env.text("WANGGE_DEMO_PASSWORD")
DEMO_SCALE = env.fraction("WANGGE_DEMO_SCALE", 0.01)  # which part of a real district `manage.py run` loads

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"()": "governance.logs.Discreet", "format": "{asctime} {levelname} {name} {message}", "style": "{"}
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.text("LOG_LEVEL", "INFO")},
    "loggers": {"django.server": {"level": "WARNING"}, "axes": {"level": "ERROR"}},
}

SITE_NAME = _("Wangge")
