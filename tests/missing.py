"""Programs of the system that some tests need: a test without its program is listed at the end, and fails in CI.

A pytest plugin (pyproject.toml loads it) and the function `needs`, which fixtures and tests call.
"""

import os
import shutil
from collections import Counter
from collections.abc import Callable
from glob import glob

import pytest


def _command(*names: str) -> Callable[[], str | None]:
    return lambda: next(filter(None, map(shutil.which, names)), None)


def _file(*patterns: str) -> Callable[[], str | None]:
    return lambda: max((path for pattern in patterns for path in glob(pattern)), default=None)


TOOLS = {
    "php": _command("php"),
    "smarty3": _file("/usr/share/php/smarty3/Smarty.class.php"),
    "smarty4": _file("/usr/share/php/smarty4/Smarty.class.php"),
    "chromium": _command("chromium", "chromium-browser", "google-chrome"),
    "redis": _command("redis-server", "valkey-server"),
    "postgresql": _file("/usr/lib/postgresql/*/bin/postgres"),
    "mariadb": _file("/usr/sbin/mariadbd", "/usr/sbin/mysqld"),
}


def needs(tool: str) -> str:
    """The path of `tool`, one of TOOLS. Without it the calling test is skipped and listed; in CI it fails."""
    found = TOOLS[tool]()
    if found:
        return found
    if os.environ.get("CI"):
        pytest.fail(f"{tool} is not installed", pytrace=False)
    pytest.skip(f"{tool} is not installed")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    skipped = Counter(report.longrepr[2] for report in terminalreporter.getreports("skipped"))
    if skipped:
        terminalreporter.section("NOT RUN")
    for reason, tests in skipped.items():
        terminalreporter.write_line(f"{tests} tests: {reason.removeprefix('Skipped: ')} (scripts/system-packages)")
