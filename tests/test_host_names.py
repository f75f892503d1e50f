"""Which host names a tenant may have as its own."""

import pytest

from portal.host_names import BadHost, parse

PORTAL = "portal.example.com"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("mail.harbour.example.com", "mail.harbour.example.com"),
        (" Mail.Harbour.Example.COM. ", "mail.harbour.example.com"),
        ("https://mail.harbour.example.com/portal", "mail.harbour.example.com"),
        ("poste.été.example.com", "poste.xn--t-9fab.example.com"),
        ("harbour.example.com", "harbour.example.com"),
    ],
)
def test_a_public_name_is_kept_as_dns_has_it(typed: str, kept: str) -> None:
    assert parse(typed, PORTAL) == kept


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("harbour", "none"),
        ("192.0.2.1", "none"),
        ("[2001:db8::1]", "none"),
        ("*.harbour.example.com", "none"),
        ("mail_one.example.com", "none"),
        ("-mail.example.com", "none"),
        ("mail..example.com", "none"),
        ("bob@harbour.example.com", "none"),
        ("mail.example.com:8443", "none"),
        ("mail\n.example.com", "none"),
        ("a" * 64 + ".example.com", "none"),
        (".".join(["a" * 60] * 5) + ".com", "none"),
        ("mail.localhost", "private"),
        ("mail.harbour.test", "private"),
        ("mail.harbour.local", "private"),
        ("1.2.0.192.in-addr.arpa", "private"),
        ("portal.example.com", "portal"),
        ("PORTAL.example.com.", "portal"),
    ],
)
def test_what_nobody_in_public_reaches_is_refused(typed: str, code: str) -> None:
    with pytest.raises(BadHost) as refused:
        parse(typed, PORTAL)

    assert refused.value.code == code


def test_beside_a_portal_of_the_sandbox_its_own_kind_of_name_will_do() -> None:
    assert parse("mail.localhost", "portal.localhost") == "mail.localhost"
