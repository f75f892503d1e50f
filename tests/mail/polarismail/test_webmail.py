"""One-time sign-in: it opens the mailbox, once, and leads nowhere else."""

import urllib.request
from urllib.error import HTTPError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.mail import NotFound, Unreachable
from portal.mail.polarismail import webmail
from portal.mail.polarismail.options import VENDOR_URL, VENDOR_WEBMAIL, Options

VENDOR = Options.read({}, VENDOR_URL, VENDOR_WEBMAIL)
PANEL = "https://cp.emailarray.com/processlogin.php?u=YWxpY2VAbWFpbC50ZXN0&p="


def opened(link):
    with urllib.request.urlopen(link) as answer:
        return answer.read().decode()


@pytest.mark.parametrize("build", ["", "webmail-bare-url"])
def test_the_link_signs_in_once(sandbox, alice, build) -> None:
    sandbox.build(*filter(None, [build]))

    link = alice.webmail()

    assert "Signed in as alice@mail.test" in opened(link)
    with pytest.raises(HTTPError):
        opened(link)


def test_a_link_of_the_entrys_own_kind_has_all_that_was_told(connect) -> None:
    options = {"webmail_link": "https://mail.seller.test/in?u={address}&o={otp}&t={token}"}

    link = connect(options=options).mailbox("alice@mail.test").webmail()

    assert link.startswith("https://mail.seller.test/in?u=alice%40mail.test&o=")
    assert "{" not in link


def test_there_is_no_link_for_a_mailbox_that_is_not_there(carol) -> None:
    with pytest.raises(NotFound):
        carol.webmail()


def test_a_strange_answer_is_no_link(sandbox, alice) -> None:
    sandbox.faults({"kind": "wrong-type", "action": "getOTPassAndToken"})

    with pytest.raises(Unreachable):
        alice.webmail()


@pytest.mark.parametrize("url", ["https://al.emailarray.com/sso?id=1", "https://x.w.emailarray.com:443/?t=a%20b"])
def test_webmail_of_the_vendor_is_led_to(url) -> None:
    assert webmail.link("alice@mail.test", {"otp": "1", "url": url}, VENDOR) == url


@pytest.mark.parametrize(
    "url",
    [
        "http://al.emailarray.com/sso?id=1",
        "https://al.emailarray.com/",
        "al.emailarray.com",
        "//al.emailarray.com/sso?id=1",
        "https://evil.test/sso?id=1",
        "https://emailarray.com.evil.test/sso?id=1",
        "https://evilemailarray.com/sso?id=1",
        "https://al.emailarray.com@evil.test/sso?id=1",
        "https://evil.test\\@al.emailarray.com/sso?id=1",
        "https://evil.test\\.emailarray.com/sso?id=1",
        "https://evil.test/?x=.emailarray.com/sso?id=1",
        "https://evil.test#.emailarray.com/?id=1",
        "https://al.emailarray.com:8443/sso?id=1",
        "https://al.emailarray.com/sso?id=1\r\nSet-Cookie: x=y",
        "https://al.emailarray.com/sso?id=1\n",
        "javascript:alert(1)//.emailarray.com/?",
        None,
        7,
    ],
)
def test_no_other_address_is_led_to(url) -> None:
    link = webmail.link("alice@mail.test", {"otp": "a+/=b", "url": url}, VENDOR)

    assert link == PANEL + "YSsvPWI%3D"


@given(st.text(alphabet="htps:/.@\\?#%&=emailarraycom evil-test0\n\t", max_size=60))
def test_whatever_is_answered_browsers_are_led_to_the_vendor(url) -> None:
    link = webmail.link("alice@mail.test", {"otp": "x", "url": f"https://{url}"}, VENDOR)

    host = link.removeprefix("https://").partition("/")[0].removesuffix(":443")
    assert host.endswith(".emailarray.com")
    assert not set(host) & set("@\\?# %\n\t")


def test_without_address_and_password_nothing_is_led_to() -> None:
    with pytest.raises(Unreachable):
        webmail.link("alice@mail.test", {"token": "t"}, VENDOR)
