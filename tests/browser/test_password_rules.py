"""static/passwords.js in a real browser, under the portal's own content security policy."""

import json
import random
import string
from collections.abc import Iterator
from dataclasses import asdict, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Browser, Page

from portal.passwords import SPECIAL, Policy, check

SCRIPT = Path("static/passwords.js")
CASES = 10_000

# Each stands for something one language could see differently: astral and combining characters, a cased letter
# that is two when lower-cased, digits and capitals of other scripts, regular expression syntax.
PIECES = [
    *string.punctuation,
    *"aZ07.^-]\\* \x85\xa0\u2003\u200b\u3000\ufeff\u00e9\u00c9\u0130\u017f\u212a\u0663\uff11\uff21\u0301",
    "\U0001f600",
    "alice",
    "ALICE",
    "Bob",
    "test",
]
NAMES = ["", "a", "a.", "al", "bob", "Alice", "marie.dupont", "\u00e9mile", "[a]", "\U0001f600"]
DOMAINS = ["", "a.b", "bob.test", "alice.test", "Alice-Shop.test", "x.alice.test", "test", "\u00e9cole.test"]


class PageServer(BaseHTTPRequestHandler):
    """An empty page with the script, served as strictly as the portal serves its own."""

    def do_GET(self) -> None:
        script = self.path == "/passwords.js"
        self.send_response(200)
        self.send_header("Content-Type", "text/javascript" if script else "text/html")
        self.send_header("Content-Security-Policy", "default-src 'none'; script-src 'self'")
        self.end_headers()
        self.wfile.write(SCRIPT.read_bytes() if script else b"<!doctype html><script src=/passwords.js></script>")

    def log_message(self, *_: object) -> None:
        """Keep the tests' output clean."""


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    with ThreadingHTTPServer(("127.0.0.1", 0), PageServer) as server:
        Thread(target=server.serve_forever, args=(0.05,)).start()
        page = browser.new_page()
        page.goto(f"http://127.0.0.1:{server.server_port}/")
        yield page
        page.context.close()
        server.shutdown()


def random_case(rng: random.Random) -> tuple[str, str, dict[str, object], str, str]:
    password = "".join(rng.choices([*PIECES, *SPECIAL], k=rng.randint(0, 12)))
    again = password if rng.random() < 0.8 else "".join(rng.choices(PIECES, k=3))
    policy = Policy(rng.randint(0, 14), *rng.choices([True, False], k=6))
    return password, again, asdict(policy), rng.choice(NAMES), rng.choice(DOMAINS)


def test_python_and_the_browser_agree_on_ten_thousand_random_cases(page: Page) -> None:
    rng = random.Random(20260821)
    cases = [random_case(rng) for _ in range(CASES)]

    answers = page.evaluate("cases => JSON.parse(cases).map(one => Passwords.check(...one))", json.dumps(cases))

    assert answers == [check(password, again, Policy(**policy), *names) for password, again, policy, *names in cases]
    assert {rule for answer in answers for rule in answer} == set(Policy(1, *[True] * 6).rules)


@pytest.mark.parametrize(
    ("policy", "user_name", "domain"),
    [
        (Policy(8, True, True, True), "marie.dupont", "alice.test"),
        (Policy(1, False, False, False), "a", "a.b"),
        (Policy(24, True, True, True), "al", "aaaa.test"),
        (Policy(10, True, True, True, lower=True, no_spaces=True, names=False), "al", "mail.test"),
    ],
)
def test_ten_thousand_generated_passwords_all_keep_the_rules(
    page: Page, policy: Policy, user_name: str, domain: str
) -> None:
    script = "([policy, ...names]) => Array.from({length: 10000}, () => Passwords.generate(policy, ...names))"

    made = page.evaluate(script, [asdict(policy), user_name, domain])

    strictest = replace(policy, min_length=max(16, policy.min_length), upper=True, digit=True, special=True)
    assert [password for password in made if check(password, password, strictest, user_name, domain)] == []
    assert len(set(made)) == len(made) == CASES


def test_generated_passwords_leave_out_what_is_misread_and_use_all_the_rest_alike(page: Page) -> None:
    script = "() => Array.from({length: 10000}, () => Passwords.generate({min_length: 8}, 'al', 'alice.test'))"

    letters = "".join(page.evaluate(script))

    counts = {letter: letters.count(letter) for letter in set(letters) if letter.islower()}
    assert set(letters).isdisjoint("0O1lI")
    assert len(counts) == 24
    assert max(counts.values()) < 1.25 * min(counts.values())


def test_the_script_leaves_one_name_on_the_page(page: Page) -> None:
    names = page.evaluate("""() => {
        const bare = document.createElement("iframe");
        document.body.append(bare);
        return Object.keys(window).filter(name => !(name in bare.contentWindow) && isNaN(name));
    }""")

    assert names == ["Passwords"]
