import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal import domains


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("example.com", "example.com"),
        (" EXAMPLE.Com. ", "example.com"),
        ("example.test。", "example.test"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("BÜCHER.example", "xn--bcher-kva.example"),
        ("xn--bcher-kva.example", "xn--bcher-kva.example"),
        ("faß.example", "xn--fa-hia.example"),
        ("bücher。example", "xn--bcher-kva.example"),
        ("דוגמה.example", "xn--6dbbec0c.example"),
        ("https://Bücher.example/a?b#c", "xn--bcher-kva.example"),
        ("http://me@www.example.com:8080", "www.example.com"),
        ("example.com/", "example.com"),
        ("a-1.example", "a-1.example"),
    ],
)
def test_a_domain_is_understood_however_it_is_written(text: str, expected: str) -> None:
    assert domains.typed(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "localhost",
        "192.0.2.1",
        "https://192.0.2.1/",
        "http://[::1",
        "a_b.example",
        "a b.example",
        "-a.example",
        "a..example",
        "o'neill.example",
        "a&b.example",
        "<b>.example",
        "\N{RIGHT-TO-LEFT OVERRIDE}elpmaxe.example",
        "a\0.example",
        "\N{PILE OF POO}.example",
        "xn--a-.example",
        f"{'a' * 64}.example",
        ".".join(["a" * 60] * 5),
    ],
    ids=ascii,
)
def test_what_is_no_domain_is_none(text: str) -> None:
    assert domains.typed(text) == ""


@given(st.text(max_size=80))
def test_whatever_is_typed_ends_in_one_plain_spelling(text: str) -> None:
    found = domains.typed(text)

    assert found == "" or (found.isascii() and found == found.lower() == domains.normal(found))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("alice.test", "alice.test"),
        ("xn--bcher-kva.test", "bücher.test"),
        ("xn--6dbbec0c.test", "דוגמה.test"),
        ("xn--r8jz45g.test", "例え.test"),
        ("xn--caf-dma-2.test", "xn--caf-dma-2.test"),
        # paypal, its second letter a Cyrillic one.
        ("xn--pypal-4ve.test", "xn--pypal-4ve.test"),
        ("xn--.test", "xn--.test"),
        ("xn--zzzzz-.test", "xn--zzzzz-.test"),
    ],
)
def test_a_name_is_shown_in_its_script_unless_it_may_deceive(name: str, expected: str) -> None:
    assert domains.readable(name) == expected
