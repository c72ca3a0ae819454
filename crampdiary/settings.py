"""Settings from the environment; a wrong value stops the start with one sentence."""

from __future__ import annotations

import ipaddress
import os
import re
import secrets
import sys
import warnings
from email.utils import parseaddr
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from crampdiary import limits

BASE_DIR = Path(__file__).resolve().parent.parent
environ.Env.read_env(BASE_DIR / ".env")
env = environ.Env()


def _refuse(sentence: str) -> ImproperlyConfigured:
    return ImproperlyConfigured(sentence)


def gettext_noop(words: str) -> str:
    return words  # Django's own would read the settings that are just being made


def _text(name: str, default: str) -> str:
    """Return a setting; one that is there and empty has its default, as in a file with every name."""
    value: str = env.str(name, default="")
    return value.strip() or default


DATA_DIR = Path(_text("DATA_DIR", str(BASE_DIR / "data")))
try:
    DATA_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
except OSError:
    raise _refuse(f"DATA_DIR is {str(DATA_DIR)!r}, which is no folder: name another.") from None


def _secret_key() -> str:
    """Return the secret key of the environment, of its file, or of a new file only we can read."""
    key = _text("SECRET_KEY", "")
    if not key:
        named = _text("SECRET_KEY_FILE", "")
        path = Path(named or DATA_DIR / "secret_key")
        if named and not path.exists():
            raise _refuse(f"SECRET_KEY_FILE names {path}, which does not exist: create it or unset it.")
        try:
            key = _kept_in(path)
        except OSError as error:
            raise _refuse(f"The secret key cannot be kept in {path}: {error.strerror}.") from None
    if len(key) < 50:
        raise _refuse("SECRET_KEY is shorter than 50 characters: make a longer random one.")
    return key


def _kept_in(path: Path) -> str:
    if not path.exists():
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:  # another worker was faster
            return path.read_text().strip()
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(64))
    return path.read_text().strip()


def _is_loopback(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _boolean(name: str) -> bool:
    value = env.str(name, default="").strip().lower()
    if value not in {"", "0", "1", "true", "false", "yes", "no", "on", "off"}:
        raise _refuse(f"{name} is {value!r}: use 1 or 0.")
    return value in {"1", "true", "yes", "on"}


def _whole_number(name: str, default: int, *, least: int = 0) -> int:
    text = _text(name, str(default))
    if not text.isdecimal() or len(text) > 6:
        raise _refuse(f"{name} is {text!r}: use a whole number, such as {default}.")
    if int(text) < least:
        raise _refuse(f"{name} is {text}: use {least} or more.")
    return int(text)


def _file(name: str, default: Path, *words: str) -> str:
    """Return the path of a file that we will write later, or one of the words that may stand there."""
    path = Path(text := _text(name, str(default)))
    is_writable = os.access(path if path.exists() else path.parent, os.W_OK)
    if text not in words and (path.is_dir() or not path.parent.is_dir() or not is_writable):
        raise _refuse(f"{name} is {text!r}: name a file in a folder that exists, for this account to write.")
    return text


def _address(url: str) -> SplitResult:
    """Return the parts of an address that has a scheme, a host, perhaps a port, and nothing else."""
    try:
        parts = urlsplit(url)
        is_plain = (
            f"{parts.scheme}://{parts.netloc}".lower() == url.lower() and "@" not in url and parts.port != 0
        )
    except ValueError:  # half an IPv6 address, or a port that is none
        is_plain = False
    if not is_plain or parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError
    return parts


SECRET_KEY = _secret_key()
DEBUG = _boolean("DEBUG")
DEMO = _boolean("DEMO")  # every page says that its data is generated

BASE_URL = _text("BASE_URL", f"http://localhost:{_whole_number('PORT', 8000)}").rstrip("/")
try:
    _base = _address(BASE_URL)
except ValueError:
    _shown = re.sub("//.*@", "//...@", BASE_URL)  # no password in a log
    raise _refuse(
        f"BASE_URL is {_shown!r}: use the full address without a path, such as https://diary.example.org."
    ) from None
IS_HTTPS = _base.scheme == "https"
IS_LOOPBACK = _is_loopback(_base.hostname or "")
ALLOW_PLAIN_HTTP = _boolean("ALLOW_PLAIN_HTTP")
if not ALLOW_PLAIN_HTTP and not IS_HTTPS and not IS_LOOPBACK:
    raise _refuse(
        "BASE_URL is plain http on a network address: use https, or set ALLOW_PLAIN_HTTP=1 "
        "if everybody on that network may read the diary."
    )
if not IS_HTTPS and not IS_LOOPBACK:
    sys.stderr.write("Warning: plain http; everybody on this network can read the diary.\n")
if DEBUG and not IS_LOOPBACK:
    raise _refuse("DEBUG=1 shows settings and source code to everybody who can reach BASE_URL: unset it.")

ALLOWED_HOSTS = [name.strip() for name in env.list("ALLOWED_HOSTS", default=[])]
for _name in ALLOWED_HOSTS:
    if not re.fullmatch(r"\*|\.?[\w-]+(\.[\w-]+)*|\[[0-9a-fA-F:.]+\]", _name):
        raise _refuse(f"ALLOWED_HOSTS has {_name!r}: use names alone, such as diary.example.org.")
if not ALLOWED_HOSTS:
    ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"] if IS_LOOPBACK else [_base.hostname]
CSRF_TRUSTED_ORIGINS = [f"{_base.scheme}://{_base.netloc}"]

THREADS = _whole_number("THREADS", 4, least=1)  # of each process of the server
TRUSTED_PROXIES = _whole_number("TRUSTED_PROXIES", 0)
if IS_HTTPS and TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

INSTALLED_APPS = [
    "episodes",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",  # its widget templates, found like ours
    "django.contrib.admin.apps.SimpleAdminConfig",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "crispy_forms",
    "csp",
]

MIDDLEWARE = [
    "episodes.web.request_id.request_id_middleware",
    "episodes.operations.metrics.watch_middleware",
    "episodes.web.headers.permissions_middleware",  # these three also around what is refused below
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "episodes.web.bearer.bearer_middleware",  # the API knows no cookie
    "episodes.web.long_session.long_session_middleware",
    "episodes.web.headers.headers_middleware",
    "episodes.web.uploads.upload_middleware",
    "episodes.web.actor.actor_middleware",
    "episodes.web.audience.audience_middleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
]

ROOT_URLCONF = "crampdiary.urls"
WSGI_APPLICATION = "crampdiary.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "episodes.accounts.context.page_context",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_TEMPLATE_PACK = "crampdiary"
CRISPY_ALLOWED_TEMPLATE_PACKS = "crampdiary"
CRISPY_FAIL_SILENTLY = False

# --- Database -------------------------------------------------------------------------------


def _database_url(name: str, default: str) -> dict[str, Any]:
    try:
        with warnings.catch_warnings(action="error"):  # a warning about it prints its password
            parts = dict(env.db_url_config(_text(name, default)))
    except Exception:
        parts = {}
    if parts.get("NAME") in (None, "", ":memory:"):
        raise _refuse(f"{name} cannot be read: use sqlite:////path/file or postgres://user@host/name.")
    return parts


_database = _database_url("DATABASE_URL", f"sqlite:///{DATA_DIR / 'crampdiary.sqlite3'}")
if _database["ENGINE"] == "django.db.backends.sqlite3":
    _database["ENGINE"] = "crampdiary.sqlite"
    _database["OPTIONS"] = {
        # IMMEDIATE: two writers queue instead of failing half-way (a DEFERRED reader that turns
        # writer is refused at once, whatever the time-out).
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
        "PRAGMA secure_delete=ON;",
    }
    # Connections stay open: the last one that closes removes the log beside the file, and with a full disk nobody
    # could make it anew, not even to read.
    _database["CONN_MAX_AGE"] = None
elif _database["ENGINE"] == "django.db.backends.postgresql":
    _database["ENGINE"] = "crampdiary.postgresql"
    _database["OPTIONS"] = {
        **_database.get("OPTIONS", {}),
        "pool": {
            "min_size": 1,
            "max_size": _whole_number("DATABASE_POOL_SIZE", 8, least=1),
            "timeout": 10,  # seconds that a request waits for a connection; then it answers 503
            # The pool tries again ever more rarely. Given up early, the next request begins anew, so that a
            # database that was away for long is found as soon as it is back.
            "reconnect_timeout": 5,
        },
    }
    _database["OPTIONS"].setdefault("connect_timeout", 5)
    _database["CONN_HEALTH_CHECKS"] = True  # a connection that broke while it lay in the pool reaches nobody
    _owner = _database_url("DATABASE_OWNER_URL", env.str("DATABASE_URL"))  # for migrate, not for people
    if _owner["ENGINE"] != "django.db.backends.postgresql":
        raise _refuse("DATABASE_OWNER_URL must be postgres://..., as DATABASE_URL is.")
    _database["OWNER"] = {name: _owner[name] for name in ("USER", "PASSWORD", "HOST", "PORT")}
    _database["OWNER"]["OPTIONS"] = _owner.get("OPTIONS", {})
    _database["DISABLE_SERVER_SIDE_CURSORS"] = True  # safe behind a transaction-mode pooler
else:
    raise _refuse("DATABASE_URL must be sqlite:///... or postgres://...: no other database is supported.")
DATABASES = {"default": _database}
if _database["ENGINE"] == "crampdiary.postgresql" and _text("DATABASE_REPLICA_URL", ""):
    # A copy that runs behind: operators' statistics alone are read there (episodes/operations/statistics.py).
    _replica = _database_url("DATABASE_REPLICA_URL", "")
    if _replica["ENGINE"] != "django.db.backends.postgresql":
        raise _refuse("DATABASE_REPLICA_URL must be postgres://...: a streaming copy of the same database.")
    _options = {"connect_timeout": 5, **_replica.get("OPTIONS", {})}
    _replica |= {"ENGINE": "crampdiary.postgresql", "OPTIONS": _options, "TEST": {"MIRROR": "default"}}
    DATABASES["replica"] = _replica | {"DISABLE_SERVER_SIDE_CURSORS": True}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {
    # Rate limits must be shared by all workers, so the cache lives in the database.
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "crampdiary_cache",
        # Django throws a third of the entries away beyond 300: then 300 invented names would wipe the limits.
        "OPTIONS": {"MAX_ENTRIES": 200_000},
    }
}

# --- People ---------------------------------------------------------------------------------

AUTH_USER_MODEL = "episodes.User"
AUTHENTICATION_BACKENDS = ["episodes.accounts.backends.LogInBackend"]
PASSWORD_HASHERS = [f"django.contrib.auth.hashers.{name}PasswordHasher" for name in ("Argon2", "PBKDF2")]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "episodes.accounts.passwords.NotEasyToGuess"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "diary:today"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SIGNUP_REDIRECT_URL = "account:start"
ACCOUNT_ADAPTER = "episodes.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email", "username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*"]
ACCOUNT_SIGNUP_FORM_CLASS = "episodes.accounts.forms.SignupExtra"
ACCOUNT_EMAIL_VERIFICATION = "optional"
# strict: a taken e-mail signs up like a free one, and only its owner can ever confirm it.
ACCOUNT_PREVENT_ENUMERATION = "strict"
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_FORMS = {
    "add_email": "episodes.accounts.library_forms.AddEmailForm",
    "change_password": "episodes.accounts.library_forms.ChangePasswordForm",
    "login": "episodes.accounts.library_forms.LoginForm",
    "reauthenticate": "episodes.accounts.library_forms.ReauthenticateForm",
    "reset_password": "episodes.accounts.library_forms.ResetPasswordForm",
    "reset_password_from_key": "episodes.accounts.library_forms.ResetPasswordKeyForm",
    "set_password": "episodes.accounts.library_forms.SetPasswordForm",
    "signup": "episodes.accounts.library_forms.SignUpForm",
}
ACCOUNT_RATE_LIMITS = limits.RATES
API_REQUESTS_A_MINUTE = _whole_number("API_REQUESTS_A_MINUTE", 120, least=1)  # of one token
MFA_RATE_LIMITS = {"webauthn_login": "20/m/ip"}
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_DEFAULT_HTTP_PROTOCOL = _base.scheme
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600
USERSESSIONS_TRACK_ACTIVITY = False
ACCOUNT_REAUTHENTICATION_REQUIRED = True  # a new e-mail sets a new password, so it needs a step up
MFA_ADAPTER = "episodes.accounts.mfa.MfaAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Crampdiary"
MFA_TOTP_TOLERANCE = 1  # the code before and the code after count too: not everybody types fast
# An e-mail is optional here and its owner can always sign up: nobody is locked out by another's factor.
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_FORMS = {
    "activate_totp": "episodes.accounts.mfa.ActivateCodeAppForm",
    "add_webauthn": "episodes.accounts.mfa.AddPasskeyForm",
    "authenticate": "episodes.accounts.mfa.CodeForm",
    "authenticate_webauthn": "episodes.accounts.mfa.PasskeyForm",
    "edit_webauthn": "episodes.accounts.mfa.RenamePasskeyForm",
    "login_webauthn": "episodes.accounts.mfa.PasskeyLoginForm",
    "reauthenticate": "episodes.accounts.mfa.CodeAgainForm",
    "reauthenticate_webauthn": "episodes.accounts.mfa.PasskeyAgainForm",
}
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES

SESSION_ENGINE = "episodes.web.session_store"
SESSION_COOKIE_AGE = 90 * 24 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
COOKIE_PREFIX = _text("COOKIE_PREFIX", "")
if not re.fullmatch(r"[\w-]*", COOKIE_PREFIX, re.ASCII):
    raise _refuse(f"COOKIE_PREFIX is {COOKIE_PREFIX!r}: use letters, digits, _ and - alone.")
_host_prefix = "__Host-" if IS_HTTPS else ""
SESSION_COOKIE_NAME = f"{_host_prefix}{COOKIE_PREFIX}session"
CSRF_COOKIE_NAME = f"{_host_prefix}{COOKIE_PREFIX}csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS

# --- Language and time ----------------------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("de", "Deutsch"), ("es", "Español"), ("fr", "Français")]
LANGUAGE_COOKIE_NAME = f"{COOKIE_PREFIX}language"  # of people who are not logged in
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SECURE = IS_HTTPS
FORMAT_MODULE_PATH = ["crampdiary.formats"]
USE_TZ = True
TIME_ZONE = "UTC"  # every person has a zone of their own; the server's says nothing
LOCALE_PATHS = [BASE_DIR / "locale"]

# --- Files, mail, headers -------------------------------------------------------------------

STATIC_URL = "static/"
STATIC_ROOT = Path(_text("STATIC_ROOT", str(DATA_DIR / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

try:
    _mail = env.email_url_config(_text("EMAIL_URL", "consolemail://"))
    if _mail["EMAIL_BACKEND"].endswith("smtp.EmailBackend") and not _mail["EMAIL_HOST"]:
        raise ValueError
except Exception:
    raise _refuse(
        "EMAIL_URL cannot be read: use smtp+tls://user:password@host:587 or consolemail://."
    ) from None
vars().update(_mail)
DEFAULT_FROM_EMAIL = _text("DEFAULT_FROM_EMAIL", f"crampdiary@{_base.hostname}")
if "@" not in parseaddr(DEFAULT_FROM_EMAIL)[1]:
    raise _refuse(f"DEFAULT_FROM_EMAIL is {DEFAULT_FROM_EMAIL!r}: use an e-mail address.")
EMAIL_TIMEOUT = 10  # seconds: nobody waits longer for a mail server that hangs
# Push services beside the known ones, such as one that listens on this machine during tests.
PUSH_EXTRA_ORIGINS = env.list("PUSH_EXTRA_ORIGINS", default=[])
for _origin in PUSH_EXTRA_ORIGINS:
    try:
        _push = _address(_origin)
    except ValueError:
        raise _refuse(
            f"PUSH_EXTRA_ORIGINS has {_origin!r}: use scheme and host, such as https://push.example.org."
        ) from None
    if _push.scheme == "http" and not _is_loopback(_push.hostname or ""):
        raise _refuse(f"PUSH_EXTRA_ORIGINS has {_origin!r}: plain http is for this machine alone.")

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = IS_HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if IS_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = IS_HTTPS
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

LOG_FORMAT = _text("LOG_FORMAT", "text")
if LOG_FORMAT not in {"text", "json"}:
    raise _refuse("LOG_FORMAT must be text or json.")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"without_paths": {"()": "crampdiary.logs.WithoutPaths"}},
    "formatters": {
        "text": {
            "()": "crampdiary.logs.TextFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s [%(request_id)s] %(message)s",
        },
        "json": {"()": "crampdiary.logs.JsonFormatter"},
    },
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT, "filters": ["without_paths"]}
    },
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    # A line for each request is for machines to read: in a terminal it would hide the reset links.
    "loggers": {"crampdiary.request": {"level": "INFO" if LOG_FORMAT == "json" else "WARNING"}},
}

# Who may read /metrics: whoever sends this as a bearer token. Without one there is no such page.
METRICS_TOKEN = _text("METRICS_TOKEN", "")
if METRICS_TOKEN and len(METRICS_TOKEN) < 20:
    raise _refuse("METRICS_TOKEN is shorter than 20 characters: make a longer random one, or unset it.")
METRICS_DIR = _text("METRICS_DIR", str(DATA_DIR / "metrics"))
LEAST_FREE_MIB = _whole_number("LEAST_FREE_MIB", 100)  # below it /readyz says that the disk is full

# Where the heads of the audit chains are copied, outside the database: a file, "syslog" or "off".
AUDIT_ANCHOR = _file("AUDIT_ANCHOR", DATA_DIR / "audit-heads.jsonl", "syslog", "off")

# Which accounts were erased, kept outside the database, so that restoring an older backup erases them again.
ERASURE_LEDGER = _file("ERASURE_LEDGER", DATA_DIR / "erasures.jsonl")

# --- Words on /privacy/ ---------------------------------------------------------------------

PRIVACY = {
    "operator": _text("PRIVACY_OPERATOR", gettext_noop("the person who runs this server")),
    "contact": _text("PRIVACY_CONTACT", ""),
    "retention": _text("PRIVACY_RETENTION", gettext_noop("until you delete it")),
    "backups": _text("PRIVACY_BACKUPS", gettext_noop("kept as the operator decides")),
}
MINIMUM_AGE_YEARS = _whole_number("MINIMUM_AGE_YEARS", 16)
