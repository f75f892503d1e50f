"""A form of a page as a browser sends it when nobody types anything."""

from html.parser import HTMLParser

from werkzeug.test import TestResponse


class FormAsSent(HTMLParser):
    """`fields` by name, each with its values in the order of the page; of the first form that posts to `action`."""

    def __init__(self, page: TestResponse, action: str) -> None:
        super().__init__()
        self.fields: dict[str, list[str]] = {}
        self._action = action
        self._inside = self._done = False
        self.feed(page.text)
        assert self._done, f"no form posts to {action}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "form" and not self._done:
            self._inside = found.get("hx-post") == self._action
        elif tag == "input" and self._inside and (found.get("type") != "checkbox" or "checked" in found):
            # Fields for one line of text lose their line breaks.
            value = found.get("value", "").replace("\r", "").replace("\n", "")
            self.fields.setdefault(found["name"], []).append(value)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form" and self._inside:
            self._inside, self._done = False, True
