"""The floor: what Flask under the same gunicorn needs for a bare page of 50 constant rows."""

import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from flask import Flask

from bench.browser import Browser
from bench.serving import Gunicorn

ROUNDS = 200
ROWS = [
    {"address": f"firstname.lastname{number}@example.test", "alias": f"alias{number}", "used": f"{number} MB"}
    for number in range(50)
]
SOURCE = """<!doctype html>
<title>Addresses</title>
<table>
{% for row in rows %}
<tr><td><a href="/mailboxes/{{ row.address }}">{{ row.address }}</a> {{ row.alias }}</td><td>{{ row.used }}</td></tr>
{% endfor %}
</table>
"""

app = Flask(__name__)
PAGE = app.jinja_env.from_string(SOURCE)


@app.get("/")
def show() -> str:
    return PAGE.render(rows=ROWS)


@dataclass(frozen=True)
class Floor:
    """Milliseconds for the page: until it is here, and of processor time."""

    wall: float
    own: float


def measure(folder: Path) -> Floor:
    """The bare page, on a kept-alive connection."""
    walls = []
    with Gunicorn("bench.floor:app", {}, folder / "floor.log") as server, Browser(server.port) as browser:
        browser.fetch("/")
        used = server.processor_seconds()
        for _round in range(ROUNDS):
            began = time.perf_counter()
            browser.fetch("/")
            walls.append(time.perf_counter() - began)
        used = server.processor_seconds() - used
    return Floor(wall=1000 * median(walls), own=1000 * used / ROUNDS)
