"""The files of `deploy/`: they fit this version, who they are for understands them, and nothing is cut off."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import crossplane
import pytest

from portal import config, store
from portal.views.console.brand import LARGEST_FORM
from tests.conftest import ENCRYPTION_KEY
from tests.deployed import PATIENCE, Portal, served, wait_until
from tests.world import World

ROOT = Path(__file__).parent.parent
DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").iterdir())


def environment_file() -> dict[str, str]:
    """Every setting of the example, those behind a # too."""
    lines = (DEPLOY / "portal.env.example").read_text().splitlines()
    found = [re.fullmatch(r"#?([A-Z_]+)=(.*)", line) for line in lines]
    return {match[1]: match[2] for match in found if match}


class Asked(dict[str, str]):
    """An environment that notes what was asked of it."""

    names: set[str]

    def get(self, name: str, default: Any = None) -> Any:
        self.names.add(name.removesuffix("_FILE"))
        return super().get(name, default)


def test_the_example_has_every_setting_and_no_other() -> None:
    asked = Asked(
        PORTAL_SECRET_KEYS="s" * 43, PORTAL_ENCRYPTION_KEYS=ENCRYPTION_KEY, PORTAL_BASE_URL="https://portal.test"
    )
    asked.names = set()
    config.from_env(asked)

    assert environment_file().keys() == asked.names


def test_the_example_works_once_its_keys_are_filled_in() -> None:
    example = environment_file() | {"PORTAL_SECRET_KEYS": "s" * 43, "PORTAL_ENCRYPTION_KEYS": ENCRYPTION_KEY}
    wanted = {name: value for name, value in example.items() if value}

    assert config.from_env(wanted)["PORTAL_TRUSTED_PROXIES"] == 1


def program_or_skip(name: str) -> str:
    found = shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin")
    if found is None:
        pytest.skip(f"{name} is not installed; what matters of its files is read by the other tests")
    return found


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_systemd_understands_its_units(unit: Path, tmp_path: Path) -> None:
    program = program_or_skip("systemd-analyze")
    for each in UNITS:
        text = each.read_text().replace("/opt/mailporch/.venv/bin/", f"{Path(sys.executable).parent}/")
        (tmp_path / each.name).write_text(text.replace("/opt/mailporch", str(ROOT)))

    said = subprocess.run([program, "verify", tmp_path / unit.name], capture_output=True, text=True)

    assert [line for line in said.stderr.splitlines() if "mailporch" in line] == []


@pytest.mark.parametrize("unit", [unit for unit in UNITS if unit.suffix == ".service"], ids=lambda unit: unit.name)
def test_services_have_few_rights(unit: Path) -> None:
    lines = unit.read_text().splitlines()

    wanted = {"User=mailporch", "NoNewPrivileges=yes", "ProtectSystem=strict", "CapabilityBoundingSet=", "UMask=0077"}
    assert wanted <= set(lines)


def nginx() -> str:
    return (DEPLOY / "nginx.conf").read_text()


def test_nginx_has_each_directive_in_a_place_and_form_it_takes(tmp_path: Path) -> None:
    # The lines of a map are values, which crossplane takes for directives.
    site = re.sub(r"^map .*?^}", "", nginx(), flags=re.MULTILINE | re.DOTALL)
    (tmp_path / "nginx.conf").write_text(f"events {{}}\nhttp {{\n{site}\n}}\n")

    found = crossplane.parse(str(tmp_path / "nginx.conf"), strict=True)

    assert found["errors"] == []


def test_nginx_passes_on_what_the_portal_takes_and_keeps_what_is_not_public(world: World) -> None:
    text = nginx()

    assert text.count("{") == text.count("}")
    assert f"client_max_body_size {world.app.config['MAX_CONTENT_LENGTH'] // 1024}k;" in text
    assert f"client_max_body_size {LARGEST_FORM // 2**20}m;" in text
    assert re.search(r"location = /metrics\s*{ return 404; }", text)
    assert re.search(r"location = /readyz\s*{ return 404; }", text)
    # Never added to what a client claims.
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in text
    assert "$proxy_add_x_forwarded_for" not in text


def test_every_line_of_the_deployed_portals_log_is_json(world: World, settings: dict[str, Any], tmp_path: Path) -> None:
    with served(settings, tmp_path) as portal:
        portal.get("/healthz")
    portal.process.wait(PATIENCE)

    events = [json.loads(line)["event"] for line in portal.log.read_text().splitlines()]
    assert "request" in events
    assert any("Listening at" in event for event in events)


def test_all_processes_count_together_and_those_that_come_later_go_on(
    world: World, settings: dict[str, Any], tmp_path: Path
) -> None:
    row = 'portal_request_seconds_count{method="GET",route="/healthz",status="200"}'

    def total(portal: Portal) -> float:
        found = [line for line in portal.get("/metrics").text.splitlines() if line.startswith(row)]
        return float(found[0].split()[-1])

    with served(settings, tmp_path) as first:
        with ThreadPoolExecutor(20) as people:
            list(people.map(lambda _number: first.get("/healthz"), range(60)))
        together = {total(first) for _time in range(10)}
    first.process.wait(PATIENCE)
    with served(settings, tmp_path) as second:
        second.get("/healthz")
        later = total(second)

    assert together == {60}
    assert later == 61
    assert len(list((tmp_path / "metrics").glob("histogram_*.db"))) <= 2


def test_a_request_in_flight_is_answered_after_term(world: World, settings: dict[str, Any], tmp_path: Path) -> None:
    visitor = world.visitor()
    store.release()
    world.mail.latency(400)
    headers = {
        "X-Portal-Token": visitor.token,
        "HX-Request": "true",
        "Host": "portal.test",
        "Sec-Fetch-Site": "same-origin",
    }
    with served(settings, tmp_path) as portal, ThreadPoolExecutor(1) as person:
        world.mail.clear_log()
        answer = person.submit(portal.get, f"{visitor.home}/mailboxes/carol@alice.test", **headers)
        wait_until(lambda: world.mail.calls())
        portal.process.send_signal(signal.SIGTERM)
        status = answer.result().status_code
        ended = portal.process.wait(PATIENCE)

    assert (status, ended) == (200, 0)
    assert [line["status"] for line in portal.lines("request") if "mailboxes" in line["route"]] == [200]
