import re

from werkzeug.test import TestResponse

from tests.views.pages import text_of
from tests.world import Visitor, World

# The guide's questions, by their anchors.
QUESTIONS = {
    "mailbox-or-forward",
    "alias-or-forward",
    "alias",
    "forward-examples",
    "several-addresses",
    "still-spam",
    "spf-and-dkim",
    "forgotten-password",
    "mailbox-full",
    "disk-limit",
    "webmail",
    "forwarding-options",
    "try-forwarding",
    "protocols",
    "activesync",
    "mapi",
    "both-protocols",
    "devices",
}


def anchors(page: TestResponse) -> list[str]:
    return re.findall(r'<details [^>]*id="([^"]*)"', page.text)


def answer(page: TestResponse, anchor: str) -> str:
    """The text of a question and its answer."""
    return text_of(page.text.partition(f'id="{anchor}"')[2].partition(">")[2].partition("</details>")[0])


def test_every_question_has_an_anchor_of_its_own(alice: Visitor) -> None:
    page = alice.get("help")

    assert sorted(anchors(page)) == sorted(QUESTIONS)


def test_the_recommendations_are_the_guides_five(alice: Visitor) -> None:
    page = alice.get("help")

    table = page.text.partition('id="protocols"')[2].partition("</table>")[0]
    rows = re.findall(r'<th [^>]*scope="row">(.*?)</th><td>(.*?)</td></tr>', table)
    assert rows == [
        ("Phone or tablet only", "EAS"),
        ("Microsoft Outlook on a PC", "MAPI"),
        ("Phone and Outlook", "EAS and MAPI"),
        ("Webmail only", "Neither"),
        ("Thunderbird, Apple Mail, or Outlook by IMAP", "Neither"),
    ]


def test_a_full_mailbox_has_both_cures_with_the_way_to_them(alice: Visitor) -> None:
    page = alice.get("help")

    cures = answer(page, "mailbox-full")
    assert "New messages are rejected and their senders get an error." in cures
    assert "Open webmail" in cures
    assert "raise the limit" in cures
    assert "/s/northwind-101/addresses/?type=mailbox&amp;sort=-size" in page.text


def test_examples_are_of_the_customers_own_domain(alice: Visitor) -> None:
    assert "orders@alice.test" in answer(alice.get("help"), "forward-examples")


def test_help_leads_to_the_sellers_support(alice: Visitor) -> None:
    assert 'href="https://whmcs.northwind.test/submitticket.php"' in alice.get("help").text


def test_every_card_is_one_step_from_the_help(alice: Visitor) -> None:
    pages = [alice.open(path) for path in ("", "addresses/", "mailboxes/new", "mailboxes/alice@alice.test", "history")]

    assert all(re.search(r'<a href="/s/northwind-101/help"[^>]*><svg.*?</svg> Help</a>', page.text) for page in pages)


def test_the_forwarding_options_are_explained_in_the_guides_french(world: World) -> None:
    options = answer(world.visitor(lang="fr").get("help"), "forwarding-options")

    assert "Aucune copie n’est conservée sur le serveur." in options
    assert "la réponse sera adressée à votre propre boîte plutôt qu’à l’expéditeur du message." in options


def test_which_to_choose_stands_beside_the_button_and_says_it_in_a_table_and_five_sentences(alice: Visitor) -> None:
    page = alice.get("addresses/")

    choose = page.text.partition('<details class="mb-3" id="choose"')[2].partition("</details>")[0]
    assert page.text.index("New email address") < page.text.index('id="choose"') < page.text.index('role="search"')
    assert re.findall(r'<th [^>]*scope="row">(.*?)</th>', choose) == [
        "Has an inbox",
        "Can send",
        "Uses disk space",
        "Webmail",
        "ActiveSync / MAPI",
        "Typical use",
    ]
    assert choose.count(">Yes</td><td>No</td>") == 5
    assert choose.count("<li>") == 5


def test_nothing_has_to_be_chosen_by_somebody_who_may_only_look(reader: Visitor) -> None:
    assert 'id="choose"' not in reader.get("addresses/").text
    assert "New email address" not in reader.get("help").text


def test_mail_in_spam_is_answered_with_the_guides_four_steps(alice: Visitor) -> None:
    page = alice.get("help")

    steps = re.findall(r"<li>(.*?)</li>", page.text.partition('id="still-spam"')[2].partition("</ol>")[0], re.DOTALL)
    assert [text_of(step) for step in steps] == [
        "Look whether SPF shows “Configured” on the overview. SPF",
        "Look whether DKIM shows “Active”. DKIM",
        "If both do and it goes on, the change may still be on its way through DNS: wait up to 48 hours.",
        "After 48 hours: open a ticket with a screenshot of the overview.",
    ]
    assert "submitticket.php" in page.text.partition('id="still-spam"')[2].partition("</ol>")[0]
