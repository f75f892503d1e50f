"""The environment's settings, read once; stops with the variable's name when one is missing or wrong."""

import os
import re
from collections.abc import Callable, Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from cryptography.fernet import Fernet

Value = TypeVar("Value")

DEFAULT_DATABASE = f"sqlite:///{Path(__file__).resolve().parent.parent / 'instance' / 'portal.db'}"
SHORTEST_SECRET = 32
BASE_URL = re.compile(r"https://[a-z0-9.-]+(:\d+)?|http://([a-z0-9-]+\.)*localhost(:\d+)?")
DNS_PORT = 53
LARGEST_PORT = 65535


class ConfigError(Exception):
    """A setting is missing or wrong. The text names the variable and never holds its value."""


def from_env(environ: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """Every setting by its variable's name, parsed; keys oldest to newest, times in seconds. Raise ConfigError."""
    env = _Environment(environ)
    return {
        "PORTAL_SECRET_KEYS": env.required("PORTAL_SECRET_KEYS", _secret_keys),
        "PORTAL_ENCRYPTION_KEYS": env.required("PORTAL_ENCRYPTION_KEYS", _encryption_keys),
        "PORTAL_BASE_URL": env.required("PORTAL_BASE_URL", _base_url),
        "DATABASE_URL": env.optional("DATABASE_URL", str, DEFAULT_DATABASE),
        "REDIS_URL": env.optional("REDIS_URL", _redis_url, None),
        "PORTAL_TRUSTED_PROXIES": env.optional("PORTAL_TRUSTED_PROXIES", _count, 0),
        "PORTAL_DNS_RESOLVERS": env.optional("PORTAL_DNS_RESOLVERS", _resolvers, []),
        "PORTAL_DNS_LOOK_AGAIN": env.optional("PORTAL_DNS_LOOK_AGAIN", _whole_seconds, 15),
        "PORTAL_SESSION_IDLE": env.optional("PORTAL_SESSION_IDLE", _seconds, 1800),
        "PORTAL_SESSION_ABSOLUTE": env.optional("PORTAL_SESSION_ABSOLUTE", _seconds, 28800),
        "PORTAL_MAIL_CONNECT_TIMEOUT": env.optional("PORTAL_MAIL_CONNECT_TIMEOUT", _seconds, 5),
        "PORTAL_MAIL_TIMEOUT": env.optional("PORTAL_MAIL_TIMEOUT", _seconds, 20),
        "PORTAL_LOG_FORMAT": env.optional("PORTAL_LOG_FORMAT", _log_format, None),
        "PORTAL_METRICS_TOKEN": env.optional("PORTAL_METRICS_TOKEN", _metrics_token, None),
        "PORTAL_PSEUDO_LOCALE": env.optional("PORTAL_PSEUDO_LOCALE", _switch, False),
    }


class _Environment:
    """Variables, each given as NAME or as NAME_FILE; an empty one counts as not given."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ

    def required(self, name: str, parse: Callable[[str], Value]) -> Value:
        raw = self._raw(name)
        if not raw:
            raise ConfigError(f"{name} (or {name}_FILE) has to be set")
        return _parsed(name, raw, parse)

    def optional(self, name: str, parse: Callable[[str], Value], default: Any) -> Value | Any:
        raw = self._raw(name)
        return _parsed(name, raw, parse) if raw else default

    def _raw(self, name: str) -> str:
        value, path = self._environ.get(name, "").strip(), self._environ.get(f"{name}_FILE", "")
        if value and path:
            raise ConfigError(f"{name} and {name}_FILE are both set: keep one of them")
        if not path:
            return value
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            raise ConfigError(f"{name}_FILE names a file that cannot be read") from None


def _parsed(name: str, raw: str, parse: Callable[[str], Value]) -> Value:
    try:
        return parse(raw)
    except ValueError as error:
        raise ConfigError(f"{name}: {error}") from None


def _list(raw: str) -> list[str]:
    return [item.strip() for item in raw.split(",") if item.strip()]


def _secret_keys(raw: str) -> list[str]:
    keys = _list(raw)
    if not keys or any(len(key) < SHORTEST_SECRET for key in keys):
        raise ValueError(f"each key has to have at least {SHORTEST_SECRET} characters")
    return keys


def _encryption_keys(raw: str) -> list[str]:
    keys = _list(raw)
    try:
        for key in keys:
            Fernet(key)
    except ValueError:
        keys = []
    if not keys:
        raise ValueError("each key has to be a Fernet key (32 bytes in URL-safe base64)")
    return keys


def _base_url(raw: str) -> str:
    url = raw.removesuffix("/")
    if not BASE_URL.fullmatch(url):
        raise ValueError("write https://host or https://host:port in lower case, with nothing behind it")
    return url


def _redis_url(raw: str) -> str:
    if urlsplit(raw).scheme not in ("redis", "rediss", "unix"):
        raise ValueError("write redis://, rediss:// or unix://")
    return raw


def _log_format(raw: str) -> str:
    if raw not in ("json", "text"):
        raise ValueError("write json or text")
    return raw


def _switch(raw: str) -> bool:
    if raw not in ("0", "1"):
        raise ValueError("write 1 or 0")
    return raw == "1"


def _metrics_token(raw: str) -> str:
    if not re.fullmatch(rf"[!-~]{{{SHORTEST_SECRET},200}}", raw):
        raise ValueError(f"it has to have at least {SHORTEST_SECRET} characters, and no spaces")
    return raw


def _count(raw: str) -> int:
    if not re.fullmatch(r"[0-9]{1,3}", raw):
        raise ValueError("write a whole number")
    return int(raw)


def _seconds(raw: str) -> float:
    if not re.fullmatch(r"[0-9]{1,8}(\.[0-9]{1,6})?", raw) or not float(raw):
        raise ValueError("write a number of seconds above 0")
    return float(raw)


def _whole_seconds(raw: str) -> int:
    if not re.fullmatch(r"[1-9][0-9]{0,3}", raw):
        raise ValueError("write a whole number of seconds from 1 to 9999")
    return int(raw)


def _resolvers(raw: str) -> list[tuple[str, int]]:
    """`192.0.2.1`, `192.0.2.1:5353`, `[2001:db8::1]:5353`, separated by commas."""
    return [_resolver(item) for item in _list(raw)]


def _resolver(item: str) -> tuple[str, int]:
    parts = re.fullmatch(r"(?:\[([^]]+)\]|([0-9.]+))(?::([0-9]{1,5}))?", item)
    if parts is None or int(parts[3] or DNS_PORT) > LARGEST_PORT:
        raise ValueError("write IP addresses, with :port where it is not 53, separated by commas")
    return str(ip_address(parts[1] or parts[2])), int(parts[3] or DNS_PORT)
