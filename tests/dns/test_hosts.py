"""Whether a host name leads to the portal."""

import pytest

from portal.dns import Answer, Answers, CouldNotLook, Pending, Question
from portal.dns.hosts import Place, place

NAME, PORTAL = "mail.harbour.test", "portal.test"


def looked(name: tuple[str, ...], portal: tuple[str, ...] = ("192.0.2.1",), **more: Answer) -> Place:
    known = {
        Question(host, kind): Answer(tuple(address for address in addresses if (":" in address) == (kind == "AAAA")))
        for host, addresses in ((NAME, name), (PORTAL, portal))
        for kind in ("A", "AAAA")
    }
    return place(NAME, PORTAL, Answers(known | {Question(NAME, kind): answer for kind, answer in more.items()}))


@pytest.mark.parametrize(
    ("name", "portal", "state"),
    [
        (("192.0.2.1",), ("192.0.2.1",), "here"),
        (("192.0.2.1",), ("192.0.2.1", "192.0.2.2", "2001:db8::1"), "here"),
        (("2001:db8::1",), ("192.0.2.1", "2001:db8::1"), "here"),
        (("192.0.2.1", "192.0.2.9"), ("192.0.2.1",), "elsewhere"),
        (("192.0.2.9",), ("192.0.2.1",), "elsewhere"),
        ((), ("192.0.2.1",), "missing"),
    ],
)
def test_a_name_is_here_when_all_its_addresses_are_the_portals(
    name: tuple[str, ...], portal: tuple[str, ...], state: str
) -> None:
    assert looked(name, portal).state == state


def test_the_portals_addresses_are_told() -> None:
    assert looked((), ("2001:db8::1", "192.0.2.2", "192.0.2.1")).wanted == ("192.0.2.1", "192.0.2.2", "2001:db8::1")


def test_a_portal_without_addresses_is_nothing_to_compare_with() -> None:
    with pytest.raises(CouldNotLook):
        looked(("192.0.2.1",), ())


def test_no_answer_is_not_no_address() -> None:
    with pytest.raises(CouldNotLook):
        looked((), AAAA=Answer(failed="timeout"))


def test_all_is_asked_for_at_once() -> None:
    answers = Answers({})

    with pytest.raises(Pending):
        place(NAME, PORTAL, answers)

    assert len(answers.wanted) >= 4
