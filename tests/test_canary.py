"""No secret comes out: each one is noted, everything is done and broken, and whatever was written is searched for them.

The PHP module's own log is searched in `tests/sso`.
"""

import base64
import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import requests
from cryptography.fernet import Fernet
from markupsafe import escape

from portal import create_app, store
from portal.sandbox.control import Running
from portal.store import database, tenants
from portal.store.servers import MailServer
from sso import envelope
from tests.deployed import PATIENCE, ROOT, Portal, environment_of, served
from tests.eavesdropper import ECHOES, Eavesdropper, listening
from tests.views.api.whmcs import Whmcs, registration
from tests.world import ADMIN, IN_A_FRAME, IN_A_WINDOW, World

# Where a page's own token belongs.
OWN_PAGE_TOKEN = re.compile(r'(name="portal-token" content|name="portal_token" value)="[^"]*"')
# What JSON, HTML and shells write in other ways.
AWKWARD = "\"&\\<é>'"
NOWHERE = "127.0.0.1:1"
IDLE = 3  # seconds that a worker is given


@dataclass
class Aftermath:
    """The secrets, by kind, and everything that was written, by where."""

    secrets: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    written: dict[str, str] = field(default_factory=dict)

    def write(self, where: str, text: str) -> None:
        self.written[where] = self.written.get(where, "") + text

    def found(self, kind: str) -> list[str]:
        """Where secrets of that kind stand."""
        spellings = {spelling for secret in self.secrets[kind] for spelling in spellings_of(secret)}
        return [where for where, text in self.written.items() if any(spelling in text for spelling in spellings)]


def spellings_of(secret: str) -> set[str]:
    encoded = base64.b64encode(secret.encode()).decode().rstrip("=")
    # What no way of writing changes, however often it was written anew.
    plain = re.findall(r"[A-Za-z0-9_-]{12,}", secret)
    return {
        *plain,
        secret,
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
        repr(secret)[1:-1],
        str(escape(secret)),
        quote(secret),
        quote(secret, safe=""),
        encoded,
    }


@dataclass
class Play:
    """Everything that people and machines do, in the portal as it is deployed."""

    world: World
    spy: Eavesdropper
    settings: Mapping[str, Any]
    folder: Path
    after: Aftermath
    typed: int = 0

    def password(self, kind: str = "passwords typed") -> str:
        """A new one, which no rule refuses."""
        self.typed += 1
        made = f"Canary-{self.typed}-{os.urandom(6).hex()}Aa1!{AWKWARD}"
        self.after.secrets[kind].add(made)
        return made

    def send(self, portal: Portal, method: str, path: str, *, told: bool = True, **more: Any) -> requests.Response:
        """`told`: whether the answer is searched; an answer that has to hold a secret is not."""
        more["headers"] = {"Host": "portal.test"} | more.get("headers", {})
        answer = requests.request(method, portal.url + path, timeout=PATIENCE, allow_redirects=False, **more)
        left_out = ("Set-Cookie",) if told else ("Set-Cookie", "Location")
        headers = "\n".join(f"{name}: {value}" for name, value in answer.headers.items() if name not in left_out)
        if cookie := answer.cookies.get("__Host-portal"):
            self.after.secrets["cookies"].add(cookie)
        self.after.secrets["page tokens"] |= set(re.findall(r'name="portal-token" content="([^"]+)"', answer.text))
        body = OWN_PAGE_TOKEN.sub("", answer.text) if told else ""
        self.after.write(f"answer to {method} {path}", f"{headers}\n{body}\n")
        return answer

    def hand_off(self, portal: Portal, token: str, headers: Mapping[str, str] = IN_A_FRAME) -> requests.Response:
        self.after.secrets["hand-off tokens"].add(token)
        return self.send(portal, "POST", "/sso/northwind", data={"token": token}, headers=headers)

    def enter(self, portal: Portal, **claims: Any) -> str:
        """A visitor's page token."""
        return self.entered(portal, self.world.claims(**claims))

    def entered(self, portal: Portal, claims: dict[str, Any]) -> str:
        headers = IN_A_WINDOW if claims["mode"] == "top" else IN_A_FRAME
        page = self.hand_off(portal, self.world.token(claims), headers)
        found = re.search(r'name="portal-token" content="([^"]+)"', page.text)
        assert found is not None, page.text
        return found[1]

    def refused_tokens(self, portal: Portal) -> None:
        claims = self.world.claims()
        good = self.world.token(claims)
        self.hand_off(portal, good)
        for token in (good, good[:-3], good + "x" * 5000, self.world.token(self.world.claims(), now=1.0)):
            self.hand_off(portal, token)
        self.hand_off(portal, self.world.token(self.world.claims(), key=envelope.new_key()))
        self.hand_off(portal, self.world.token(self.world.claims(svc="not a number")))

    def visit(self, portal: Portal, token: str) -> None:
        """Look at the cards, and try what takes a password."""
        home, headers = "/s/northwind-101", {"X-Portal-Token": token, "HX-Request": "true"}
        for card in ("", "usage", "addresses/", "mailboxes/carol@alice.test", "mailboxes/nobody@alice.test", "history"):
            self.send(portal, "GET", f"{home}/{card}", headers=headers)
        for number, again in enumerate(("", "different")):
            password = self.password()
            form = {"name": f"new{self.typed}-{number}", "display_name": "", "limit_mb": "0", "password": password}
            form["password_again"] = password + again
            self.send(portal, "POST", f"{home}/mailboxes/", headers=headers, data=form)
            change = {"password": password, "password_again": password + again, "portal_token": token}
            self.send(portal, "POST", f"{home}/mailboxes/info@alice.test/password", headers=headers, data=change)
        self.send(portal, "POST", f"{home}/dkim/enable", headers=headers)
        self.send(portal, "GET", f"{home}/usage", headers={"X-Portal-Token": token[:-2] + "xx"})

    def staff(self, portal: Portal) -> None:
        """An admin's visit: look at what is for staff alone, and take what gives a password or a link, once each."""
        user = {"id": 7, "name": "A", "email": "a@example.test", "admin": {"id": 1, "name": "Nora Admin"}}
        home, headers = "/s/northwind-101", {"X-Portal-Token": self.enter(portal, role="admin", mode="top", user=user)}
        for act in ("staff/password", "staff/panel", "mailboxes/carol@alice.test/webmail"):
            # A mail server that echoes gives nothing that belongs on the page.
            answer = self.send(portal, "POST", f"{home}/{act}", headers=headers, told=bool(self.spy.echo))
            assert self.spy.echo or answer.status_code in (200, 303), (act, answer.text)
        for card in ("staff", "plan", "raw-state", "history"):
            self.send(portal, "GET", f"{home}/{card}", headers=headers)

    def console(self, portal: Portal) -> None:
        """An operator's visit: mail servers with passwords that are wrong, a new key, and every page."""
        home, headers = "/console", {"X-Portal-Token": self.entered(portal, self.world.operator())}
        password = self.password("password of the mail server")
        server = {"kind": "smartermail", "name": "another", "url": self.spy.url, "username": "u", "mail_host": "m.test"}
        self.send(portal, "POST", f"{home}/servers/", headers=headers, data=server | {"password": password})
        self.send(portal, "POST", f"{home}/servers/1/password", headers=headers, data={"password": password})
        self.send(portal, "POST", f"{home}/servers/1/test", headers=headers)
        made = self.send(portal, "POST", f"{home}/keys/rotate", headers=headers, data={"overlap": "24"}, told=False)
        assert made.status_code == 200, made.text
        northwind = tenants.by_slug("northwind")
        assert northwind is not None
        with self.world.app.app_context():
            self.world.keys["northwind"] = tenants.keys(northwind)[-1]
        self.after.secrets["tenants' keys"].add(self.world.keys["northwind"])
        store.release()
        for page in (
            "",
            "services/northwind/101",
            "servers/",
            "servers/1/state",
            "keys/",
            "audit/",
            "health/",
            "jobs/",
        ):
            self.send(portal, "GET", f"{home}/{page}", headers=headers)

    def call(self, portal: Portal, method: str, path: str, body: Any = None, *, told: bool = True) -> Any:
        raw = b"" if body is None else json.dumps(body).encode()
        header = Whmcs(self.world, "northwind").header(method, path, raw)
        self.after.secrets["signed calls"].add(header.split()[-1])
        answer = self.send(portal, method, path, told=told, data=raw, headers={"Authorization": header})
        # The same once more is refused, and told why.
        self.send(portal, method, path, data=raw, headers={"Authorization": header})
        if answer.ok and isinstance(answer.json(), dict) and "password" in answer.json():
            self.after.secrets["passwords of hidden admins"].add(answer.json()["password"])
        return answer

    def calls_of_whmcs(self, portal: Portal, svc: int) -> None:
        name = f"made{svc}.test"
        own = self.password("passwords of domain admins")
        self.call(portal, "GET", "/api/v1/ping")
        self.call(portal, "PUT", "/api/v1/services/999", registration("taken.test", password=own))
        body = {key: value for key, value in registration(name).items() if key != "username"}
        self.call(portal, "POST", f"/api/v1/services/{svc}/create", body, told=False)
        self.call(portal, "POST", f"/api/v1/services/{svc}/password", {}, told=False)
        self.call(portal, "POST", f"/api/v1/services/{svc}/suspend", {})
        self.call(portal, "GET", f"/api/v1/services/{svc}/summary")
        self.call(portal, "POST", "/api/v1/usage", {"services": [101, svc]})

    def command(self, *words: str, **settings: str) -> None:
        """A command in a process of its own."""
        done = subprocess.run(
            [sys.executable, "-m", "flask", "--app", "wsgi", *words],
            cwd=ROOT,
            env={**os.environ, **environment_of(self.settings), **settings},
            capture_output=True,
            text=True,
            timeout=PATIENCE * 3,
        )
        self.after.write(f"flask {' '.join(words)} {' '.join(settings)}", done.stdout + done.stderr)

    def here(self, *words: str, told: bool = True, given: str = "") -> None:
        """The same in this process, which is faster, where nothing is logged. Without `told` it prints a key, once."""
        done = self.world.app.test_cli_runner().invoke(args=words, input=given)
        store.release()
        self.after.write(f"flask {' '.join(words)}", (done.stdout if told else "") + done.stderr)
        if not told:
            self.after.secrets["tenants' keys"].add(done.stdout.strip())

    def worker(self, name: str, **settings: str) -> None:
        """Until it has done a job, or ended, or does neither."""
        log = self.folder / f"worker {name}.log"
        with (
            log.open("w") as output,
            subprocess.Popen(
                [sys.executable, "-m", "flask", "--app", "wsgi", "worker"],
                cwd=ROOT,
                env={**os.environ, **environment_of(self.settings), **settings},
                stdout=output,
                stderr=subprocess.STDOUT,
            ) as process,
        ):
            deadline = time.monotonic() + IDLE
            while process.poll() is None and time.monotonic() < deadline and '"job"' not in log.read_text():
                time.sleep(0.05)
            process.send_signal(signal.SIGTERM)
            process.wait(PATIENCE)
        self.after.write(f"log of the worker, {name}", log.read_text())


@contextmanager
def stage(folder: Path, after: Aftermath) -> Iterator[Play]:
    with ExitStack() as stack:
        mail = stack.enter_context(Running())
        spy = stack.enter_context(listening(mail.url))
        settings = {
            "PORTAL_SECRET_KEYS": [f"canary-session-{os.urandom(20).hex()}"],
            "PORTAL_ENCRYPTION_KEYS": [Fernet.generate_key().decode()],
            "PORTAL_BASE_URL": "https://portal.test",
            "DATABASE_URL": f"sqlite:///{folder / 'portal.db'}",
            "REDIS_URL": None,
            "PORTAL_TRUSTED_PROXIES": 0,
            "PORTAL_DNS_RESOLVERS": [],
            "PORTAL_DNS_LOOK_AGAIN": 15,
            "PORTAL_SESSION_IDLE": 1800,
            "PORTAL_SESSION_ABSOLUTE": 28800,
            "PORTAL_MAIL_CONNECT_TIMEOUT": 0.5,
            "PORTAL_MAIL_TIMEOUT": 0.6,
            "PORTAL_LOG_FORMAT": None,
            "PORTAL_METRICS_TOKEN": None,
            "PORTAL_PSEUDO_LOCALE": False,
        }
        for name in ("alice.test", "alice-shop.test", "bob.test", "taken.test"):
            mail.domain(name, admin=ADMIN)
        for name in ("alice", "carol", "info"):
            mail.mailbox("alice.test", name)
        world = World(create_app(settings), mail)
        world.build()
        MailServer.update(url=spy.url, changed=1).execute()
        store.release()
        after.secrets["keys of sessions and queue"] |= set(settings["PORTAL_SECRET_KEYS"])
        after.secrets["encryption keys"] |= set(settings["PORTAL_ENCRYPTION_KEYS"])
        after.secrets["tenants' keys"] |= set(world.keys.values())
        after.secrets["password of the mail server"].add(mail.password)
        yield Play(world, spy, settings, folder, after)
        world.app.extensions["mail"].close()
        world.app.extensions["dns"].close()
        store.close()


@pytest.fixture(scope="module")
def after(tmp_path_factory: pytest.TempPathFactory) -> Aftermath:
    """What is left when all was done and everything was broken."""
    folder, after = tmp_path_factory.mktemp("canary"), Aftermath()
    metrics = f"canary-metrics-{os.urandom(20).hex()}"
    after.secrets["token of the counts"].add(metrics)
    with stage(folder, after) as play:
        everyday(play, metrics)
        with_a_mail_server_out_of_its_mind(play)
        commands(play)
        search_the_disk(play)
        broken(play)
        without_store_or_redis(play)
        for kind, found in play.spy.secrets.items():
            # One is to be too short: `server check` looks what becomes of it.
            after.secrets[kind] |= {secret for secret in found if len(secret) > 1}
    return after


def everyday(play: Play, metrics: str) -> None:
    with served(play.settings, play.folder, PORTAL_METRICS_TOKEN=metrics) as portal:
        token = play.enter(portal)
        play.visit(portal, token)
        play.refused_tokens(portal)
        play.calls_of_whmcs(portal, 501)
        play.staff(portal)
        play.console(portal)
        play.send(portal, "GET", "/metrics", headers={"Authorization": f"Bearer {metrics}", "Via": "proxy"})
        play.send(portal, "GET", "/metrics", headers={"Authorization": f"Bearer {metrics}x", "Via": "proxy"})
        play.send(portal, "POST", "/csp", data=b'{"csp-report": {"blocked-uri": "x"}}')
    play.after.write("log of the portal", portal.log.read_text())


def with_a_mail_server_out_of_its_mind(play: Play) -> None:
    with served(play.settings, play.folder, WEB_CONCURRENCY="1") as portal:
        token = play.enter(portal)
        play.send(portal, "GET", "/s/northwind-101/usage", headers={"X-Portal-Token": token, "HX-Request": "true"})
        for number, echo in enumerate(ECHOES):
            play.spy.echo = echo
            play.visit(portal, token)
            play.calls_of_whmcs(portal, 510 + number)
            if echo == "400 in words":
                play.staff(portal)
                play.console(portal)
        play.spy.echo = ""
        play.world.mail.latency(1000)
        play.visit(portal, token)
        play.world.mail.latency(0)
    play.after.write("log of the portal, mail server out of its mind", portal.log.read_text())


def commands(play: Play) -> None:
    (play.folder / "backups").mkdir()
    play.here("tenant", "add", "third", "--name=Third", "--whmcs-url=https://third.test", told=False)
    play.here("tenant", "rotate", "harbour", told=False)
    password = play.password("password of the mail server")
    add = ["server", "add", "smartermail", "mail2", f"--url=http://{NOWHERE}", "--username=u", "--mail-host=m.test"]
    for _again in range(2):
        play.here(*add, given=f"{password}\n")
    play.here("db", "backup", str(play.folder / "backups"))
    for words in (["tenant", "list"], ["server", "list"], ["statement", "show", "northwind-101"]):
        play.here(*words)
    play.command("usage", "collect")
    play.command("server", "check", "mail1", "--domain=alice.test", "--scratch-domain=scratch.test")
    play.command("server", "check", "mail2", "--domain=alice.test", "--json")
    # Those that sign in anew at such a server.
    for echo in ("500", "400 in words", "401"):
        play.spy.echo = echo
        play.command("server", "check", "mail1", "--domain=alice.test", "--json", "--scratch-domain=scratch.test")
        play.spy.echo = ""
    play.worker("as always")
    play.spy.echo = "400 in words"
    play.command("usage", "collect")
    play.worker("mail server out of its mind")
    play.spy.echo = ""


def search_the_disk(play: Play) -> None:
    """The database, its backup, the queue, the counts: as text where it is, and all bytes."""
    with closing(sqlite3.connect(play.folder / "portal.db")) as kept:
        play.after.write("database", "\n".join(kept.iterdump()))
    files = [*play.folder.glob("portal.db*"), *play.folder.glob("backups/*"), *play.folder.glob("metrics/*.db")]
    assert len(files) > 4
    for path in files:
        play.after.write(f"file {path.name}", path.read_bytes().decode("latin-1"))


def broken(play: Play) -> None:
    """Wrong settings, another encryption key, a damaged row: whatever leaves a traceback."""
    other, short = Fernet.generate_key().decode(), "canary-too-short"
    play.after.secrets["encryption keys"].add(other)
    play.after.secrets["keys of sessions and queue"].add(short)
    play.command("usage", "collect", PORTAL_ENCRYPTION_KEYS=other)
    play.command("server", "check", "mail1", "--domain=alice.test", PORTAL_ENCRYPTION_KEYS=other)
    play.worker("with another encryption key", PORTAL_ENCRYPTION_KEYS=other)
    play.command("tenant", "list", PORTAL_SECRET_KEYS=short)
    play.command("tenant", "list", PORTAL_ENCRYPTION_KEYS=f"{other}x")
    play.command("tenant", "list", PORTAL_METRICS_TOKEN=short)
    with served(play.settings, play.folder, ready="/healthz", PORTAL_ENCRYPTION_KEYS=other) as portal:
        play.refused_tokens(portal)
        play.calls_of_whmcs(portal, 601)
    play.after.write("log of the portal with another encryption key", portal.log.read_text())
    with served(play.settings, play.folder) as portal:
        token = play.enter(portal)
        database.execute_sql("UPDATE mail_server SET password = 'damaged'")
        store.release()
        play.visit(portal, token)
        play.calls_of_whmcs(portal, 602)
        database.execute_sql("DROP TABLE spent_token")
        store.release()
        play.refused_tokens(portal)
        play.calls_of_whmcs(portal, 603)
        database.execute_sql("DROP TABLE history")
        store.release()
        play.visit(portal, token)
    play.after.write("log of the portal with a damaged database", portal.log.read_text())


def without_store_or_redis(play: Play) -> None:
    password, address = f"canary-store-{os.urandom(8).hex()}", f"{NOWHERE}/portal"
    play.after.secrets["passwords of store and redis"].add(password)
    redis = {"REDIS_URL": f"redis://:{password}@{NOWHERE}/0"}
    for kind in ("postgresql", "mariadb", "bogus"):
        play.command("tenant", "list", DATABASE_URL=f"{kind}://portal:{password}@{address}")
    down = {"DATABASE_URL": f"postgresql://portal:{password}@{address}"}
    play.worker("without its store", **down)
    play.worker("without redis", **redis)
    with served(play.settings, play.folder, ready="/healthz", **down, **redis) as portal:
        play.refused_tokens(portal)
        play.calls_of_whmcs(portal, 604)
        play.send(portal, "GET", "/readyz")
    play.after.write("log of the portal without store and redis", portal.log.read_text())


KINDS = (
    "cookies",
    "encryption keys",
    "hand-off tokens",
    "keys of sessions and queue",
    "page tokens",
    "password of the mail server",
    "passwords of domain admins",
    "passwords of hidden admins",
    "passwords of store and redis",
    "passwords sent to it",
    "passwords typed",
    "signed calls",
    "tenants' keys",
    "token of the counts",
    "tokens of the mail server",
)


def test_every_kind_of_secret_was_used(after: Aftermath) -> None:
    assert sorted(after.secrets) == sorted(KINDS)
    assert [kind for kind in KINDS if not all(len(secret) > 8 for secret in after.secrets[kind])] == []
    assert [kind for kind in KINDS if not after.secrets[kind]] == []


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_written_nowhere(after: Aftermath, kind: str) -> None:
    assert after.found(kind) == []


def test_everything_was_written_that_was_to_be_searched(after: Aftermath) -> None:
    everything = "\n".join(after.written.values())

    for trace in ("Traceback", '"exc_type"', "call failed", "hand-off of northwind refused", "HTTP 500", "ConfigError"):
        assert trace in everything, trace
    assert len([where for where in after.written if where.startswith("log of the ")]) == 10
    assert "CREATE TABLE" in after.written["database"]


def test_what_is_searched_for_would_be_found() -> None:
    after = Aftermath()
    after.secrets["kind"].add(f"secret{AWKWARD}")
    for where, text in enumerate(spellings_of(f"secret{AWKWARD}")):
        after.write(f"{where}", f"before {text} behind")

    assert len(after.found("kind")) == len(after.written) > 4
