import pytest

from portal.mail import Refused, Unreachable
from portal.mail.smartermail.domain import SmarterMailDomain
from portal.mail.smartermail.staff import link_of, without_secrets
from portal.sandbox.control import Running


def test_secrets_are_left_out_at_any_depth_and_under_any_name() -> None:
    told = {
        "name": "alice.test",
        "ldapPassword": "canary",
        "bypassForwardBlackList": False,
        "keys": {"publicKey": "MIIB", "privateKey": "canary", "pending": [{"accessToken": "canary", "selector": "s1"}]},
        "odd": "-----BEGIN RSA PRIVATE KEY-----canary",
    }

    assert without_secrets(told) == {
        "name": "alice.test",
        "bypassForwardBlackList": False,
        "keys": {"publicKey": "MIIB", "pending": [{"selector": "s1"}]},
        "odd": "",
    }


@pytest.mark.parametrize(
    "link", [None, "", 7, "/interface/root", "javascript:alert(1)", "https://a b", "https://a\r\nX: y"]
)
def test_what_is_no_web_address_is_no_link(link: object) -> None:
    with pytest.raises(Unreachable, match="holds no address"):
        link_of({"autoLoginUrl": link}, "get a link")


@pytest.mark.parametrize("build", ["100.new", "100.old", "100.polite", "100.login-by-address"])
def test_a_link_is_given_by_every_build_that_has_the_call(
    sandbox: Running, alice: SmarterMailDomain, build: str
) -> None:
    sandbox.build(build)
    name = next(iter(sandbox.state("alice.test")["users"]))

    assert alice.sign_in_link(name).startswith(sandbox.url)


def test_nobody_who_does_not_exist_is_signed_in(alice: SmarterMailDomain) -> None:
    with pytest.raises(Refused):
        alice.sign_in_link("nobody")


def test_a_link_is_asked_for_once_when_the_answer_is_lost(sandbox: Running, alice: SmarterMailDomain) -> None:
    alice.figures()
    sandbox.clear_log()
    sandbox.faults({"path": "auth/retrieve-login-token", "kind": "500"})

    with pytest.raises(Unreachable):
        alice.sign_in_link("admin")

    assert len(sandbox.calls()) == 1
