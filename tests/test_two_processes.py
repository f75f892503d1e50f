"""Two processes of the portal on one database: what one of them knows, the other knows."""

import hashlib
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests
from cryptography.fernet import Fernet
from requests import Response

from bench.serving import Gunicorn
from portal import config, create_app, store
from portal.sandbox.control import Running
from portal.sandbox.dns.server import Dns
from sso import envelope
from tests.at_once import at_once
from tests.world import BASE, IN_A_FRAME, World, new_mailbox, page_token

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
EXPIRED = "This sign-in has expired or was already used. Go back to your client area and open the service again."


@dataclass
class Pair:
    """Two processes of the portal on one database, which `world` signs hand-offs for; each has a log of its own."""

    world: World
    dns: Dns
    first: Gunicorn
    second: Gunicorn
    database: Path
    logs: tuple[Path, Path]

    def post(self, process: Gunicorn, path: str, data: dict[str, str], **headers: str) -> Response:
        return requests.post(f"http://127.0.0.1:{process.port}{path}", data, headers=headers, timeout=20)

    def get(self, process: Gunicorn, path: str, **headers: str) -> Response:
        return requests.get(f"http://127.0.0.1:{process.port}{path}", headers=headers, timeout=20)

    def hand_off(self, process: Gunicorn, token: str) -> Response:
        return self.post(process, "/sso/northwind", {"token": token}, **IN_A_FRAME)

    def at_once(self, ask: Callable[[Gunicorn], Response], times: int) -> tuple[list[Response], list[Response]]:
        """The answers of each process when it is asked `times` times while the other one is."""
        answers = at_once(2 * times, lambda number: ask(self.second if number % 2 else self.first))
        return answers[::2], answers[1::2]


@pytest.fixture(scope="module")
def dns() -> Iterator[Dns]:
    with Dns() as running:
        yield running


@pytest.fixture(scope="module")
def processes(mail_process: Running, dns: Dns, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    folder = tmp_path_factory.mktemp("two-processes")
    environment = {
        "PORTAL_SECRET_KEYS": "s" * 43,
        "PORTAL_ENCRYPTION_KEYS": Fernet.generate_key().decode(),
        "PORTAL_BASE_URL": BASE,
        "DATABASE_URL": f"sqlite:///{folder / 'portal.db'}",
        "REDIS_URL": "",
        "PORTAL_DNS_RESOLVERS": dns.address,
    }
    world = World(create_app(config.from_env(environment)), mail_process)
    world.build()
    store.close()
    logs = folder / "first.log", folder / "second.log"
    with ExitStack() as stack:
        first, second = (stack.enter_context(Gunicorn("wsgi:app", environment, log)) for log in logs)
        yield Pair(world, dns, first, second, folder / "portal.db", logs)
    world.app.extensions["mail"].close()


@pytest.fixture
def pair(processes: Pair, mail: Running) -> Pair:
    return processes


def headers_of(page: Response) -> dict[str, str]:
    """What htmx sends with every request of this page."""
    return {"HX-Request": "true", "X-Portal-Token": page_token(page), "Sec-Fetch-Site": "same-origin"}


def sessions_in(pair: Pair) -> int:
    with closing(sqlite3.connect(pair.database)) as connection:
        return int(connection.execute("SELECT count(*) FROM session").fetchone()[0])


def test_of_24_who_post_a_token_to_two_processes_at_once_one_gets_in(pair: Pair) -> None:
    token = pair.world.token(pair.world.claims())
    before = sessions_in(pair)

    answers = pair.at_once(lambda process: pair.hand_off(process, token), 12)

    opened = [answer for each in answers for answer in each if answer.status_code == 200]
    refused = [answer for each in answers for answer in each if answer.status_code == 403]
    assert [len(each) for each in answers] == [12, 12]
    assert (len(opened), len(refused)) == (1, 23)
    assert all(answer.text.count(EXPIRED) == 1 and not answer.cookies for answer in refused)
    assert sessions_in(pair) == before + 1


def test_the_session_that_one_process_opened_is_open_at_the_other(pair: Pair) -> None:
    page = headers_of(pair.hand_off(pair.first, pair.world.token(pair.world.claims())))

    answers = [pair.get(process, "/s/northwind-101/usage", **page) for process in (pair.first, pair.second)]

    assert [answer.status_code for answer in answers] == [200, 200]


def test_what_each_process_writes_about_a_refused_token_cannot_be_replayed(pair: Pair) -> None:
    claims = pair.world.claims()
    token = pair.world.token(claims)

    pair.at_once(lambda process: pair.hand_off(process, token), 2)

    for log in pair.logs:
        written = log.read_text()
        assert "hand-off of northwind refused: 403 Forbidden: spent" in written
        assert not any(secret in written for secret in (claims["jti"], token[-43:], token.strip(".").split(".")[0]))


def test_a_token_spent_at_one_process_is_spent_at_the_other_however_its_signature_is_spelt(pair: Pair) -> None:
    token = pair.world.token(pair.world.claims())
    opened = pair.hand_off(pair.first, token)
    last = ALPHABET.index(token[-1])
    same_bytes = [token[:-1] + ALPHABET[last - last % 4 + other] for other in range(4)]
    other_alphabets = [f"{token}=", f"{token[:-43]}{token[-43:].replace('-', '+').replace('_', '/')}=", f"{token}\n"]

    as_spent = [pair.hand_off(pair.second, spelling) for spelling in same_bytes]
    as_malformed = [pair.hand_off(pair.second, spelling) for spelling in other_alphabets]

    assert opened.status_code == 200
    assert token in same_bytes
    assert [(answer.status_code, EXPIRED in answer.text) for answer in as_spent] == [(403, True)] * 4
    assert [answer.status_code for answer in as_malformed] == [400] * 3


def test_a_signed_call_is_answered_by_one_of_two_processes_once(pair: Pair) -> None:
    call = {"jti": envelope.new_jti(), "method": "GET", "path": "/api/v1/servers", "host": "portal.test"}
    call |= {"body": hashlib.sha256(b"").hexdigest()}
    header = f"Portal northwind {envelope.seal(call, [pair.world.keys['northwind']], envelope.API)}"

    answers = pair.at_once(lambda process: pair.get(process, "/api/v1/servers", Authorization=header), 6)

    assert Counter(answer.status_code for each in answers for answer in each) == {200: 1, 401: 11}


def test_what_one_process_changed_the_other_shows_at_once_though_it_kept_its_list(pair: Pair) -> None:
    page = headers_of(pair.hand_off(pair.first, pair.world.token(pair.world.claims())))
    before = pair.get(pair.second, "/s/northwind-101/addresses/", **page)
    pair.world.mail.clear_log()
    kept = pair.get(pair.second, "/s/northwind-101/addresses/", **page)
    calls_while_kept = pair.world.mail.calls()

    created = pair.post(pair.first, "/s/northwind-101/mailboxes/", new_mailbox("marie"), **page)
    after = pair.get(pair.second, "/s/northwind-101/addresses/", **page)

    assert [answer.status_code for answer in (before, kept, created, after)] == [200] * 4
    assert calls_while_kept == []
    assert "marie@alice.test" not in before.text + kept.text
    assert 'data-address="marie@alice.test"' in after.text


def test_forwarding_that_one_process_changed_the_other_shows_and_finds_at_once_though_it_remembered_it(
    pair: Pair,
) -> None:
    page = headers_of(pair.hand_off(pair.first, pair.world.token(pair.world.claims())))
    mailbox, rows = "/s/northwind-101/mailboxes/carol@alice.test", "/s/northwind-101/addresses/?forwarding=1"
    pair.post(pair.first, mailbox, {"forwards": "old@example.net"}, **page)
    before = [pair.get(process, rows, **page) for process in (pair.first, pair.second)]

    changed = pair.post(pair.first, mailbox, {"forwards": "new@example.net"}, **page)
    at_once = [pair.get(process, rows.partition("?")[0], **page) for process in (pair.first, pair.second)]
    after = [pair.get(process, rows, **page) for process in (pair.first, pair.second)]
    found = [pair.get(process, f"{rows}&q=new@example", **page) for process in (pair.first, pair.second)]

    assert changed.status_code == 200
    assert all("old@example.net" in answer.text for answer in before)
    assert not any("old@example.net" in answer.text for answer in at_once + after)
    assert all("new@example.net" in answer.text for answer in after)
    assert all('data-address="carol@alice.test"' in answer.text for answer in found)


def test_of_ten_who_add_to_a_mailbox_at_two_processes_at_once_one_does_and_the_others_are_told(pair: Pair) -> None:
    page = headers_of(pair.hand_off(pair.first, pair.world.token(pair.world.claims())))
    mailbox = "/s/northwind-101/mailboxes/carol@alice.test"
    seen = pair.get(pair.first, mailbox, **page).text.partition('name="seen" value="')[2].partition('"')[0]
    pair.world.mail.latency(60)
    names = iter(range(10))

    answers = pair.at_once(
        lambda process: pair.post(
            process, mailbox, {"seen": seen, "forwards": f"new{next(names)}@example.net"}, **page
        ),
        5,
    )

    kept = pair.world.mail.state("alice.test")["users"]["carol"]["forwardList"]["forwardList"]
    [saved] = [answer for each in answers for answer in each if answer.status_code == 200]
    assert Counter(answer.status_code for each in answers for answer in each) == {200: 1, 409: 9}
    assert len(kept) == 1
    assert kept[0] in saved.text


def test_ten_mailboxes_that_take_one_alias_at_two_processes_at_once_all_keep_it(pair: Pair) -> None:
    page = headers_of(pair.hand_off(pair.first, pair.world.token(pair.world.claims())))
    addresses = [f"box{number}@alice.test" for number in range(10)]
    for address in addresses:
        pair.world.mail.mailbox("alice.test", address.partition("@")[0])
    left = iter(addresses)

    answers = pair.at_once(
        lambda process: pair.post(
            process, f"/s/northwind-101/mailboxes/{next(left)}", {"aliases": "team", "share": "team"}, **page
        ),
        5,
    )

    assert Counter(answer.status_code for each in answers for answer in each) == {200: 10}
    assert set(pair.world.mail.state("alice.test")["aliases"]["team"]["aliasTargetList"]) == set(addresses)


def test_of_ten_creations_at_two_processes_with_room_for_one_exactly_one_gets_it(pair: Pair) -> None:
    claims = pair.world.claims(plan={"max_users": "4"})
    page = headers_of(pair.hand_off(pair.first, pair.world.token(claims)))
    names = iter(range(10))

    answers = pair.at_once(
        lambda process: pair.post(process, "/s/northwind-101/mailboxes/", new_mailbox(f"new{next(names)}"), **page),
        5,
    )

    made = [name for name in pair.world.mail.state("alice.test")["users"] if name.startswith("new")]
    assert Counter(answer.status_code for each in answers for answer in each) == {200: 1, 422: 9}
    assert len(made) == 1


def test_of_50_domain_aliases_at_two_processes_no_more_are_added_than_the_plan_allows(pair: Pair) -> None:
    claims = pair.world.claims(plan={"max_domain_aliases": "3"})
    page = headers_of(pair.hand_off(pair.first, pair.world.token(claims)))
    names = [f"n{number}.example" for number in range(50)]
    for name in names:
        pair.dns.zones.put(name, "@ MX 10 mail.example.test.")
    left = iter(names)

    answers = pair.at_once(
        lambda process: pair.post(process, "/s/northwind-101/domain-aliases/", {"domain": next(left)}, **page), 25
    )

    assert Counter(answer.status_code for each in answers for answer in each) == {200: 3, 422: 47}
    assert len(pair.world.mail.state("alice.test")["domain_aliases"]) == 3
