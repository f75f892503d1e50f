import html

import pytest

from tests.elsewhere import Elsewhere
from tests.views.pages import facts
from tests.world import ADMIN, Visitor, World

GB = 2**30


def test_usage_counts_what_the_customer_has(alice: Visitor, elsewhere: Elsewhere) -> None:
    elsewhere.alias("team@alice.test", "alice@alice.test")
    elsewhere.alias("everyone@alice.test", everyone=True)
    elsewhere.alias("out@alice.test", "partner@example.net")
    elsewhere.protocols("carol@alice.test")

    page = alice.get("usage")

    assert facts(page) == {
        "Mailboxes": "3",
        "Aliases": "2",
        "Forwards": "1",
        "ActiveSync (EAS)": "1",
        "MAPI": "1",
    }


def test_the_disk_shows_what_is_used_of_the_limit(alice: Visitor, elsewhere: Elsewhere) -> None:
    elsewhere.settings("alice.test", maxSize=10 * GB, maxAliases=20)

    page = alice.get("usage")

    assert "3\N{NO-BREAK SPACE}GB</strong> of 10\N{NO-BREAK SPACE}GB" in page.text
    assert f'max="{10 * GB}"' in page.text
    assert facts(page)["Aliases"] == "0 / 20"


def test_without_limits_none_are_shown(alice: Visitor) -> None:
    page = alice.get("usage")

    assert "<progress" not in page.text
    assert not any("/" in text for text in facts(page).values())


def test_mailboxes_are_shown_against_the_plans_limit_even_when_there_are_more(world: World) -> None:
    world.register("northwind", 101, "alice.test", max_users="2")
    alice = world.visitor()

    page = alice.get("usage")

    assert facts(page)["Mailboxes"] == "3 / 2"


def test_numbers_and_sizes_follow_the_language(world: World) -> None:
    world.mail.domain("big.test", 1_234, 0, admin=ADMIN)
    world.register("northwind", 103, "big.test")

    english = world.visitor(svc=103, name="big.test").get("usage")
    french = world.visitor(svc=103, name="big.test", lang="fr").get("usage")

    assert "1,234" in english.text
    assert "TB</strong>" in english.text
    assert "1\N{NARROW NO-BREAK SPACE}234" in html.unescape(french.text)
    assert "To</strong>" in french.text


@pytest.mark.parametrize("build", ["100.no-list-users", "100.old", "100.no-header", "100.null-targets", "100.polite"])
def test_the_card_is_the_same_whatever_the_mail_servers_build(
    world: World, alice: Visitor, elsewhere: Elsewhere, build: str
) -> None:
    elsewhere.alias("out@alice.test", "partner@example.net")
    newest = facts(alice.get("usage"))
    world.mail.build(build)

    world.app.extensions["mail"].close()
    alice.get("addresses/?refresh=1")
    other = facts(alice.get("usage"))

    assert other == newest
