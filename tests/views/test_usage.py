import html
import time
from datetime import UTC, datetime

import pytest
import time_machine

from portal.store import exclusive, mailbox_sizes
from portal.store.usage import DAY
from tests.elsewhere import Elsewhere
from tests.views.pages import facts, text_of
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


def test_a_size_that_the_mail_server_does_not_tell_is_said_so_and_not_shown_as_none(
    world: World, alice: Visitor, elsewhere: Elsewhere
) -> None:
    elsewhere.settings("alice.test", maxSize=10 * GB)
    world.mail.build("100.no-size")

    page = alice.get("usage")

    assert "<strong>not known</strong> of 10\N{NO-BREAK SPACE}GB" in page.text
    assert "<progress" not in page.text
    assert facts(page)["Mailboxes"] == "3"


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


def remembered(world: World, days_ago: int, **sizes: int) -> None:
    """How large Alice's mailboxes were."""
    service = world.service()
    with world.app.app_context(), exclusive(service):
        known = {f"{name}@alice.test": size for name, size in sizes.items()}
        mailbox_sizes.keep(service, int(time.time()) // DAY - days_ago, known)


def test_the_fastest_growing_mailboxes_say_since_when(world: World, alice: Visitor) -> None:
    with time_machine.travel(datetime(2026, 11, 20, 12, tzinfo=UTC), tick=False):
        remembered(world, 21, alice=GB, info=5 * GB)
        remembered(world, 14, alice=2 * GB, info=5 * GB)
        page = world.visitor().get("usage")

    grown = text_of(page.text.partition("The fastest-growing mailboxes")[2])
    assert "alice@alice.test +2 GB since Oct 30, 2026" in grown
    assert "carol@alice.test +1 MB, new since Nov 6, 2026" in grown
    assert "info@alice.test" not in grown


def test_before_there_is_a_list_to_compare_with_no_growth_is_told(alice: Visitor) -> None:
    page = alice.get("usage")

    assert "fastest-growing" not in page.text
