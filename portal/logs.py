"""How the log is written: lines of JSON, or for people on a terminal. Local variables never come into it."""

import sys
from typing import Any

import structlog
from structlog.types import Processor

JSON, TEXT = "json", "text"


def configuration(form: str | None) -> dict[str, Any]:
    """For `logging.config.dictConfig`, and gunicorn's `logconfig_dict`. Without a form: text on a terminal, else JSON.

    Whoever has something to tell uses the standard library's `logging`; what it is given as `extra` becomes fields.
    """
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"portal": {"()": _formatter, "form": form or (TEXT if sys.stderr.isatty() else JSON)}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "portal"}},
        "root": {"level": "WARNING", "handlers": ["stderr"]},
        "loggers": {
            "portal": {"level": "INFO"},
            "gunicorn.error": {"level": "INFO", "handlers": [], "propagate": True},
            "gunicorn.access": {"level": "CRITICAL", "handlers": [], "propagate": False},
        },
    }


def _formatter(form: str) -> structlog.stdlib.ProcessorFormatter:
    before: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
    ]
    # The library's own default writes the local variables of every frame, and with them passwords.
    traceback = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
    last: list[Processor] = (
        [
            structlog.dev.ConsoleRenderer(
                colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback, timestamp_key="time"
            )
        ]
        if form == TEXT
        else [structlog.processors.ExceptionRenderer(traceback), structlog.processors.JSONRenderer()]
    )
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=before, processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last]
    )
