"""The generator of DMARC records: the customer's choices in, the record to publish out."""

import html
import re

import pytest
from werkzeug.test import TestResponse

from tests.views.pages import says
from tests.world import Visitor, World

NOTHING = "policy=none&subdomains=&missing_subdomains=&rua=&ruf="


def record(page: TestResponse) -> str:
    """The value to publish."""
    found = re.search(r'id="dmarc-wanted-value">([^<]*)<', page.text)
    assert found is not None, page.text
    return html.unescape(found[1])


@pytest.mark.parametrize(
    ("choices", "text"),
    [
        (NOTHING, "v=DMARC1; p=none"),
        (
            "policy=quarantine&rua=&rua=a@alice.test&rua=b@alice.test",
            "v=DMARC1; p=quarantine; rua=mailto:a@alice.test,mailto:b@alice.test",
        ),
        ("policy=reject&subdomains=none&missing_subdomains=reject", "v=DMARC1; p=reject; sp=none; np=reject"),
        ("policy=none&strict_dkim=on&strict_spf=on&testing=on", "v=DMARC1; p=none; adkim=s; aspf=s; t=y"),
        ("policy=none&rua=reports", "v=DMARC1; p=none; rua=mailto:reports@alice.test"),
        (
            "policy=none&rua=a%2Bb@alice.test&ruf=c@alice.test",
            "v=DMARC1; p=none; rua=mailto:a+b@alice.test; ruf=mailto:c@alice.test",
        ),
    ],
)
def test_the_record_is_what_was_chosen(alice: Visitor, choices: str, text: str) -> None:
    page = alice.get(f"dmarc/record?{choices}")

    assert page.status_code == 200
    assert record(page) == text


def test_no_record_is_made_of_what_is_no_address(alice: Visitor) -> None:
    page = alice.get("dmarc/record?policy=none&rua=nobody@@alice.test")

    assert page.status_code == 422
    assert says(page, "These are no e-mail addresses: nobody@@alice.test")
    assert "dmarc-wanted-value" not in page.text


@pytest.mark.parametrize("choices", ["policy=perhaps", "policy=none&subdomains=perhaps", ""])
def test_no_record_is_made_of_what_is_no_choice(alice: Visitor, choices: str) -> None:
    page = alice.get(f"dmarc/record?{choices}")

    assert page.status_code == 422
    assert "dmarc-wanted-value" not in page.text


def test_choosing_keeps_nothing_and_asks_no_mail_server(alice: Visitor, world: World) -> None:
    world.mail.clear_log()

    alice.get("dmarc/record?policy=reject")

    assert world.mail.calls() == []
    assert world.recorded() == []
