"""The floor: what Flask under the same gunicorn needs for a bare page of 50 constant rows."""

import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from flask import Flask, render_template

from bench.browser import Browser
from bench.serving import Gunicorn

ROUNDS = 200
ROWS = [
    {
        "address": f"firstname.lastname{number}@example.test",
        "name": f"Firstname Lastname {number}",
        "alias": f"alias{number}",
        "used": number * 2**20,
        "limit": 5 * 2**30,
        "storage": f"{number} MB of 5 GB",
        "date": f"Jan {number}, 2026",
    }
    for number in range(50)
]
SHORT = """<!doctype html>
<title>Addresses</title>
<table>
{% for row in rows %}
<tr><td><a href="/mailboxes/{{ row.address }}">{{ row.address }}</a> {{ row.alias }}</td><td>{{ row.storage }}</td></tr>
{% endfor %}
</table>
"""
# Each row as long as one of the portal's, which has what a browser, htmx and a screen reader need.
WHOLE = """<!doctype html>
<title>Addresses</title>
<table class="addresses">
{% for row in rows %}
<tr data-address="{{ row.address }}" data-kind="mailbox" id="row-{{ row.address }}">
  <td class="col-address">
    <div class="first"><a class="row-link" href="/mailboxes/{{ row.address }}" hx-get="/mailboxes/{{ row.address }}"
      hx-target="#portal" hx-select="#portal" hx-swap="outerHTML" hx-replace-url="true"><bdi>{{ row.address }}</bdi></a>
      <bdi class="display-name">{{ row.name }}</bdi></div>
    <span class="second line">Aliases: <bdi>{{ row.alias }}</bdi></span>
  </td>
  <td class="col-kind"><span class="badge">EAS</span> <span class="badge">MAPI</span></td>
  <td class="col-size"><progress max="{{ row.limit }}" value="{{ row.used }}" aria-hidden="true"></progress>
    <span class="amount">{{ row.storage }}</span></td>
  <td class="col-last">{{ row.date }}</td>
</tr>
{% endfor %}
</table>
"""

app = Flask(__name__)
PAGES = {name: app.jinja_env.from_string(source) for name, source in (("short", SHORT), ("whole", WHOLE))}


@app.get("/<name>")
def show(name: str) -> str:
    return render_template(PAGES[name], rows=ROWS)


@dataclass(frozen=True)
class Floor:
    """Milliseconds for the page: until it is here, and of processor time."""

    wall: float
    own: float


def measure(folder: Path) -> Floor:
    """The page of short rows, on a kept-alive connection."""
    walls = []
    with Gunicorn("bench.floor:app", {}, folder / "floor.log") as server, Browser(server.port) as browser:
        browser.fetch("/short")
        used = server.processor_seconds()
        for _round in range(ROUNDS):
            began = time.perf_counter()
            browser.fetch("/short")
            walls.append(time.perf_counter() - began)
        used = server.processor_seconds() - used
    return Floor(wall=1000 * median(walls), own=1000 * used / ROUNDS)
