"""Runs every benchmark, prints a table and writes `results.json` beside this file."""

import argparse
import json
import platform
import tempfile
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet

from bench import collecting, dashboard, floor, listing, used, verdicts
from bench.dashboard import Stage, Visit
from portal import store
from tests import missing, services

SIZES = (10, 50, 1_000, 10_000)
VISITED = (10, 1_000, 10_000)
SMALL, LARGE = 50, 10_000
STARTS = 5
VERDICTS = 20
USED = 200
RESULTS = Path(__file__).parent / "results.json"
COLUMNS = "{:>9}  {:<20}  {:>5}  {:>5}  {:>6}  {:>11}  {:>7}  {:>7}  {:>6}  {:>6}"
NOTE = f"""
Milliseconds, medians. A visit is one click in WHMCS: the hand-off's page (`page`), then its two cards at the same time
(`wall`), on kept-alive connections to one gunicorn worker. Each call to the mail server takes {dashboard.LATENCY_MS} ms
and what it needs to make up its answer. Ideal: the calls that wait for one another. Mail server: the same calls by a
client that only reads the answers. Own: the portal's processor time for the cards. Floor: a bare Flask page of 50
constant rows."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--services", type=int, default=1_000, metavar="N", help="whose usage is collected (1000)")
    arguments = parser.parse_args()
    print(
        COLUMNS.format("mailboxes", "visit", "calls", "chain", "ideal", "mail server", "wall", "x ideal", "page", "own")
    )
    rows: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory(prefix="bench-") as name, dashboard.stage(Path(name), SIZES) as stage:
        bare = floor.measure(Path(name))
        for size in VISITED:
            for kind, visits in dashboard.measure(stage, size, STARTS).items():
                typical = dashboard.typical(visits)
                print(_line(size, kind, typical))
                rows.append(
                    {"mailboxes": size, "visit": kind, "median": asdict(typical), "visits": list(map(asdict, visits))}
                )
        weight = dashboard.weight(stage, max(SIZES))
        print(f"\nfloor: {bare.wall:.1f} (own {bare.own:.1f})   first visit: {weight / 1000:.0f} kB compressed")
        print(NOTE)
        lists = _lists(stage, Path(name))
        looks = _verdicts()
    collected = _collected(arguments.services)
    read = _used()
    machine = {"python": platform.python_version(), "system": platform.platform()}
    found = {
        "machine": machine,
        "dashboard": rows,
        "floor": asdict(bare),
        "first_visit_bytes": weight,
        "list": lists,
        "verdicts": looks,
        "collecting": collected,
        "used": read,
    }
    RESULTS.write_text(json.dumps(found, indent=1) + "\n")


def _lists(stage: Stage, folder: Path) -> dict[str, Any]:
    """Measure and print the address list."""
    print(f"\n{'list, ms':<20}  {LARGE:>7,}  {SMALL:>7}  ratio")
    waits = listing.waits(stage, LARGE, SMALL)
    for name, wait in waits.items():
        print(f"{name:<20}  {wait.large:>7.1f}  {wait.small:>7.1f}  {wait.ratio:>5.2f}")
    print(f"\n{listing.WORKERS} workers, {listing.CONNECTIONS} connections  a second  own ms  MB a worker")
    loads = listing.loads(stage, folder, LARGE)
    for name, load in loads.items():
        print(f"{name:<25}  {load.per_second:>8.0f}  {load.own:>6.2f}  {load.megabytes:>11.0f}")
    *bare, ours = loads.values()
    for name, other in zip(loads, bare, strict=False):
        print(f"{'list / ' + name:<32}  {ours.per_second / other.per_second:.2f}")
    swap = listing.swap(stage, LARGE)
    print(f"\na swap of the list: {swap / 1000:.1f} kB compressed")
    return {
        "waits": {name: asdict(wait) for name, wait in waits.items()},
        "loads": {name: asdict(load) for name, load in loads.items()},
        "swap_bytes": swap,
    }


def _verdicts() -> dict[str, Any]:
    """Measure and print the verdicts on DNS."""
    print(f"\n{'five verdicts, ms':<20}  questions  chain  ideal  resolver  wall  x ideal  x resolver   own")
    looks = {case: look for case, (look, _verdicts) in verdicts.measure(VERDICTS).items()}
    for case, look in looks.items():
        asked = f"{look.questions:>9.0f}  {look.chain:>5.0f}  {look.ideal:>5.0f}  {look.resolver:>8.0f}"
        times = (
            f"{look.wall:>4.0f}  {look.wall / look.ideal:>7.2f}  {look.wall / look.resolver:>10.2f}  {look.own:>4.0f}"
        )
        print(f"{case:<20}  {asked}  {times}")
    print(f"Each answer of the resolver takes {verdicts.LATENCY_MS} ms and what it needs to make it up.")
    print("Resolver: the same questions in the same order by a client that does not read the answers.")
    return {case: asdict(look) for case, look in looks.items()}


def _collected(count: int) -> dict[str, Any]:
    """Measure and print the collecting of usage."""
    print(f"\n{f'usage of {count:,} services':<24}  ideal s  wall s  x ideal  own ms a service    MB")
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        runs = collecting.measure(Path(name), count)
    for kind, run in runs.items():
        times = f"{run.ideal:>7.1f}  {run.wall:>6.1f}  {run.wall / run.ideal:>7.2f}"
        print(f"{kind:<24}  {times}  {run.own_ms:>16.2f}  {run.megabytes:>4.0f}")
    calls = " or ".join(str(run.calls) for run in runs.values())
    print(f"Ideal: {calls} calls of {collecting.LATENCY_MS} ms for each, {collecting.AT_ONCE} at a time.")
    return {kind: asdict(run) for kind, run in runs.items()}


def _used() -> dict[str, Any]:
    """Measure and print what is read of a history of a million days of services."""
    print(f"\n{'of a million days, ms':<24}  wall   own  worst")
    found = {}
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-"))
        urls = {"sqlite": f"sqlite:///{folder}/portal.db"}
        if missing.TOOLS["postgresql"]():
            urls["postgresql"] = f"{stack.enter_context(services.postgresql())}postgres"
        for kind, url in urls.items():
            store.use(url, [Fernet.generate_key().decode()])
            known = used.fill(-(-1_000_000 // used.DAYS))
            found[kind] = used.measure(known, USED) | used.measure_large(known[0], LARGE, STARTS)
            store.close()
            for page, reading in found[kind].items():
                print(f"{f'{kind}, {page}':<24}  {reading.wall:>4.1f}  {reading.own:>4.1f}  {reading.worst:>5.1f}")
    print("Estimate: the open window of a month, 20 mailboxes with both protocols and 20 with one now and then.")
    print(f"A year: the same of {LARGE:,} mailboxes and 12 months, half of them with both protocols throughout.")
    return {kind: used.as_rows(pages) for kind, pages in found.items()}


def _line(size: int, kind: str, visit: Visit) -> str:
    return COLUMNS.format(
        f"{size:,}",
        kind,
        visit.calls,
        visit.chain,
        visit.ideal or "-",
        f"{visit.mail_server:.0f}" if visit.calls else "-",
        f"{visit.wall:.0f}",
        f"{visit.wall / visit.ideal:.2f}" if visit.ideal else "-",
        f"{visit.page:.0f}",
        f"{visit.own:.0f}",
    )


if __name__ == "__main__":
    main()
