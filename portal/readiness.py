"""Whether the portal can do its work, part by part."""

from collections.abc import Callable, Mapping

import redis
from flask import current_app

from portal.store import Unavailable, schema

PATIENCE = 2  # seconds


def parts() -> Mapping[str, str]:
    """`ok` for each part that works; else in a few words what is wrong with it, without any address or secret."""
    checks: dict[str, Callable[[], str]] = {"store": _store}
    if current_app.config["REDIS_URL"]:
        checks["redis"] = _redis
    return {name: check() for name, check in checks.items()}


def _store() -> str:
    try:
        missing = schema.missing()
    except Unavailable as error:
        return f"unreachable ({type(error).__name__})"
    return f"not up to date: run db upgrade ({len(missing)} missing)" if missing else "ok"


def _redis() -> str:
    try:
        with redis.Redis.from_url(
            current_app.config["REDIS_URL"], socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE
        ) as client:
            client.ping()
    except redis.RedisError as error:
        return f"unreachable ({type(error).__name__})"
    return "ok"
