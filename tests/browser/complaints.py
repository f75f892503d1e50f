"""Collects what a browser complains about: errors on the console, uncaught errors, violations of the CSP."""

from playwright.sync_api import BrowserContext, ConsoleMessage, WebError

REPORT_VIOLATIONS = """
addEventListener("securitypolicyviolation", event =>
    console.error(`CSP: ${event.violatedDirective} blocked ${event.blockedURI} on ${event.documentURI}`));
"""


class Complaints:
    """`found` leaves out what the test said it expects."""

    def __init__(self) -> None:
        self._all: list[str] = []
        self._expected: list[str] = []

    def listen(self, context: BrowserContext) -> None:
        """From now on, in every page and frame of this context."""
        context.set_default_timeout(10_000)
        context.add_init_script(REPORT_VIOLATIONS)
        context.on("console", self._console)
        context.on("weberror", self._error)

    def expect_status(self, *codes: int) -> None:
        """The browser writes a line of its own about each answer with such a status."""
        self._expected += [f"the server responded with a status of {code} " for code in codes]

    def expect(self, text: str) -> None:
        """Lines that contain this text are part of the test."""
        self._expected.append(text)

    @property
    def found(self) -> list[str]:
        return [line for line in self._all if not any(text in line for text in self._expected)]

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self._all.append(f"{message.type}: {message.text} ({message.location['url']})")

    def _error(self, error: WebError) -> None:
        self._all.append(f"uncaught: {error.error}")
