"""The brand: drafts that nobody sees, publishing, what is refused and why, and what customers then get."""

import io
import re
from typing import Any

import pytest
from PIL import Image
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from portal.store import tenants
from tests.views.pages import says, value_of
from tests.world import BASE, Visitor, World

SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 50"><rect width="200" height="50" fill="#0a6b57"/></svg>'
)
FILLED = {
    "name": "Harbour & Sons",
    "colour": "#0a6b57",
    "dark_colour": "",
    "support": "https://help.harbour.example.com/",
    "terms": "https://harbour.example.com/terms",
    "privacy": "https://harbour.example.com/privacy",
    "language": "fr",
    "theme": "auto",
    "powered_by": "",
}


def png(width: int = 200, height: int = 50) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (width, height), "#0a6b57").save(file, "PNG")
    return file.getvalue()


def sent(picture: bytes | None = None, kind: str = "logo", **changed: str) -> dict[str, Any]:
    form: dict[str, Any] = FILLED | changed
    return form if picture is None else form | {kind: (io.BytesIO(picture), "picture.png")}


def posted(visitor: Visitor, form: dict[str, Any]) -> TestResponse:
    """However large: the test client's own way leaves a temporary file open."""
    files = {name: FileStorage(*value) for name, value in form.items() if isinstance(value, tuple)}
    boundary, body = encode_multipart(form | files)
    return visitor.post("brand/", body, **{"Content-Type": f"multipart/form-data; boundary={boundary}"})


def brand_of(world: World, slug: str = "harbour") -> dict[str, Any]:
    with world.app.app_context():
        found = tenants.by_slug(slug)
    assert found is not None
    return found.brand


def bob(world: World, **claims: Any) -> Visitor:
    return world.visitor(**{"slug": "harbour", "svc": 201, "name": "bob.test"} | claims)


def test_a_draft_is_seen_in_the_editor_alone(world: World, hugo: Visitor) -> None:
    page = hugo.post("brand/", sent())

    assert page.status_code == 200
    assert says(page, "This is a draft")
    assert value_of(hugo.get("brand/"), "name") == "Harbour & Sons"
    assert brand_of(world) == {}
    assert not says(bob(world, mode="top").page, "Harbour & Sons")


def test_what_is_published_is_what_customers_get(world: World, hugo: Visitor) -> None:
    hugo.post("brand/", sent(SVG, publish="on"))

    page = bob(world, mode="top").page
    assert says(page, 'alt="Harbour & Sons"')
    assert 'href="/brand/0a6b57.css"' in page.text
    assert says(page, 'href="https://harbour.example.com/terms"')
    assert says(page, 'href="https://harbour.example.com/privacy"')
    assert not says(page, "Powered by")
    (logo,) = re.findall(r'src="(/brand/harbour/[0-9a-f]{64})"', page.text)
    assert world.app.test_client().get(logo, base_url=BASE).mimetype == "image/svg+xml"


def test_inside_a_frame_there_is_no_second_logo_and_no_foot(world: World, hugo: Visitor) -> None:
    hugo.post("brand/", sent(SVG, publish="on"))

    visitor = bob(world)

    assert "brand-logo" not in visitor.page.text
    assert "<footer" not in visitor.page.text
    help_card = visitor.get("help")
    assert says(help_card, 'href="https://harbour.example.com/terms"')
    assert help_card.text.count("<footer") == 1


def test_the_small_print_stands_once_on_the_help_of_a_window(world: World, hugo: Visitor) -> None:
    hugo.post("brand/", sent(publish="on"))

    visitor = bob(world, mode="top")

    assert visitor.open("help", **{"Sec-Fetch-Dest": "document"}).text.count("<footer") == 1


def test_powered_by_is_said_where_the_seller_wants_it(world: World, hugo: Visitor) -> None:
    hugo.post("brand/", sent(publish="on", powered_by="on"))

    assert says(bob(world, mode="top").page, "Powered by Mailporch")


@pytest.mark.parametrize(
    ("typed", "link"),
    [
        ("https://help.example.com/", "https://help.example.com/"),
        ("help@example.com", "mailto:help@example.com"),
        ("", "https://billing.harbour.test/submitticket.php"),
    ],
)
def test_support_is_the_brands_and_else_the_hand_offs(world: World, hugo: Visitor, typed: str, link: str) -> None:
    hugo.post("brand/", sent(publish="on", support=typed))

    assert says(bob(world).get("help"), f'href="{link}"')


def test_the_name_stands_in_profiles_for_devices(world: World, hugo: Visitor) -> None:
    hugo.post("brand/", sent(publish="on"))

    profile = bob(world).open("mailboxes/bob@bob.test/profile.mobileconfig")

    assert says(profile, "<string>Harbour & Sons</string>")


def test_the_default_language_is_for_whom_no_other_is_known(world: World, hugo: Visitor) -> None:
    hugo.post("brand/", sent(publish="on"))

    unknown, german = bob(world, lang="tlh"), bob(world, lang="de")

    assert '<html lang="fr"' in unknown.page.text
    assert '<html lang="de"' in german.page.text


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("name", "", "This has to be filled in."),
        ("name", "x" * 65, "64"),
        ("name", "Har\u202ebour", "Use one line of text."),
        ("colour", "red", "Write a colour like #1f5fa8."),
        ("colour", "#12345g", "Write a colour like #1f5fa8."),
        ("colour", "#123456;}body{display:none", "Write a colour like #1f5fa8."),
        ("dark_colour", "#1234", "Write a colour like #1f5fa8."),
        ("terms", "http://harbour.example.com/", "begins with https://"),
        ("terms", "javascript:alert(1)", "begins with https://"),
        ("terms", " java\tscript:alert(1)", "begins with https://"),
        ("terms", "data:text/html,x", "begins with https://"),
        ("terms", "https://bob:secret@harbour.example.com/", "begins with https://"),
        ("terms", "https://harbour.example.com/a b", "begins with https://"),
        ("terms", "https://harbour.example.com/\u202e", "begins with https://"),
        ("terms", "https://", "begins with https://"),
        ("terms", "https://[::1", "begins with https://"),
        ("privacy", "mailto:bob@example.com", "begins with https://"),
        ("privacy", "https://h.example.com/" + "x" * 500, "500"),
        ("support", "mailto:bob@example.com?cc=all@example.com", "or an e-mail address"),
        ("support", "vbscript:x", "or an e-mail address"),
        ("support", "https://h.example.com\\@evil.example.com", "or an e-mail address"),
        ("language", "tlh", "This has to be filled in."),
    ],
)
def test_what_cannot_stand_is_refused_and_kept_in_the_form(
    world: World, hugo: Visitor, field: str, typed: str, sentence: str
) -> None:
    page = hugo.post("brand/", sent(publish="on", **{field: typed}))

    assert page.status_code == 422
    assert says(page, sentence)
    assert says(page, "Nothing was saved")
    assert field == "language" or typed.strip().lower()[-20:] in value_of(page, field).lower()
    assert value_of(page, "privacy" if field != "privacy" else "terms").startswith("https://harbour")
    assert brand_of(world) == {}
    assert "javascript:" not in re.sub(r'value="[^"]*"', "", page.text)


@pytest.mark.parametrize(("typed", "kept"), [("0A6B57", "#0a6b57"), ("#fb0", "#ffbb00"), (" #FFBB00 ", "#ffbb00")])
def test_a_colour_is_taken_however_it_is_written(world: World, hugo: Visitor, typed: str, kept: str) -> None:
    hugo.post("brand/", sent(publish="on", colour=typed))

    assert brand_of(world)["colour"] == kept


@pytest.mark.parametrize(
    ("picture", "sentence"),
    [
        (b"", "This file is empty."),
        (b"\0" * (2**20 + 1), "This file is too large: at most 1\N{NO-BREAK SPACE}MB."),
        (b"%PDF-1.7 nothing to see", "This is no picture that can be used."),
        (b"<html><script>alert(1)</script></html>", "This file cannot be read"),
        (SVG.replace(b"<rect", b"<script>alert(1)</script><rect"), "holds a program"),
        (SVG.replace(b"<rect", b'<rect onload="alert(1)"'), "holds a program"),
        (SVG.replace(b"<rect", b'<image href="https://evil.example/x.png"/><rect'), "holds another picture"),
        (SVG.replace(b"#0a6b57", b"url(https://evil.example/x)"), "loads something from elsewhere"),
        (b'<!DOCTYPE svg [<!ENTITY x "y">]>' + SVG, "defines entities"),
        (SVG.replace(b'viewBox="0 0 200 50"', b""), "does not say how large it is"),
        (b"\x1f\x8b\x08" + b"\0" * 40, "compressed (.svgz)"),
        (png(8, 8), "at least 16 pixels"),
        (png(2000, 20), "too long and thin"),
        (png()[:60], "cannot be read"),
    ],
)
def test_a_picture_is_refused_with_a_sentence(world: World, hugo: Visitor, picture: bytes, sentence: str) -> None:
    page = posted(hugo, sent(picture, publish="on"))

    assert page.status_code == 422
    assert says(page, sentence)
    assert value_of(page, "name") == "Harbour & Sons"
    assert brand_of(world) == {}


def test_a_decompression_bomb_is_refused_with_a_sentence(world: World, hugo: Visitor) -> None:
    bomb = png(4000, 4000)
    assert len(bomb) < 2**20

    page = hugo.post("brand/", sent(bomb))

    assert page.status_code == 422
    assert says(page, "too many pixels")


def test_a_program_behind_a_picture_is_not_kept(world: World, hugo: Visitor) -> None:
    hugo.post("brand/", sent(png() + b"<script>alert(1)</script>", publish="on"))

    digest = brand_of(world)["logo"]["digest"]
    answer = world.app.test_client().get(f"/brand/harbour/{digest}", base_url=BASE)
    assert answer.mimetype == "image/png"
    assert b"script" not in answer.data


def test_what_is_larger_than_any_form_is_refused_with_a_sentence(world: World, hugo: Visitor) -> None:
    hugo.post("brand/", sent())

    page = posted(hugo, sent(b"\0" * (5 * 2**20)))

    assert page.status_code == 413
    assert says(page, "These files are too large.")
    assert value_of(page, "name") == "Harbour & Sons"


def test_elsewhere_forms_are_as_small_as_ever(hugo: Visitor) -> None:
    assert hugo.post("origins/", {"origin": "x" * 300_000}).status_code == 413


def test_a_picture_stays_until_its_box_says_that_it_is_to_go(world: World, hugo: Visitor) -> None:
    hugo.post("brand/", sent(SVG, publish="on"))

    hugo.post("brand/", sent(publish="on", name="Harbour"))
    kept = "logo" in brand_of(world)
    hugo.post("brand/", sent(publish="on", remove_logo="on"))

    assert (kept, "logo" in brand_of(world)) == (True, False)


def test_an_icon_is_that_of_the_window(world: World, hugo: Visitor) -> None:
    hugo.post("brand/", sent(png(64, 64), "favicon", publish="on"))

    assert '<link rel="icon" href="/brand/harbour/' in bob(world, mode="top").page.text


def test_a_draft_can_be_discarded(world: World, hugo: Visitor) -> None:
    hugo.post("brand/", sent(publish="on"))
    hugo.post("brand/", sent(name="Another"))

    page = hugo.post("brand/discard")

    assert value_of(page, "name") == "Harbour & Sons"
    assert not says(page, "This is a draft")


def test_a_preview_keeps_nothing(world: World, hugo: Visitor) -> None:
    page = hugo.post("brand/preview", sent(name="Only tried"))

    assert page.status_code == 200
    assert page.text.count("Only tried") > 4
    assert not says(page, "This is a draft")
    assert brand_of(world) == {}


def test_a_preview_shows_real_cards_in_both_themes(hugo: Visitor) -> None:
    page = hugo.post("brand/preview", sent())

    light, dark = re.findall(r'srcdoc="([^"]*)"', page.text)
    assert "data-theme=&#34;light&#34;" in light
    assert "data-theme=&#34;dark&#34;" in dark
    for document in (light, dark):
        assert "anna@example.com" in document
        assert "/brand/0a6b57.css" in document
        assert "id=&#34;usage&#34;" in document
        assert "script" not in document.replace("data-script-only", "")


def test_a_half_typed_colour_leaves_the_preview_as_it_was(hugo: Visitor) -> None:
    hugo.post("brand/", sent(colour="#aa0000"))

    page = hugo.post("brand/preview", sent(colour="#aa00"))

    assert "/brand/aa0000.css" in page.text


def test_a_colour_that_cannot_be_read_is_corrected_and_said_so(hugo: Visitor) -> None:
    yellow, navy, fine = (hugo.post("brand/preview", sent(colour=c)) for c in ("#ffdd00", "#000044", "#777777"))

    assert 'data-corrected="light"' in yellow.text
    assert 'data-corrected="dark"' not in yellow.text
    assert says(yellow, "instead of #ffdd00, which has a contrast of 1.1 : 1")
    assert 'data-corrected="dark"' in navy.text
    assert 'data-corrected="light"' not in navy.text
    assert 'data-corrected="light"' in fine.text


def test_each_tenant_edits_its_own_brand(world: World, hugo: Visitor, nora: Visitor) -> None:
    hugo.post("brand/", sent(SVG))

    page = nora.get("brand/")

    assert value_of(page, "name") == "Northwind Hosting"
    assert not says(page, "Harbour")
    nora.post("brand/", sent(publish="on", name="Northwind"))
    assert brand_of(world) == {}
    assert says(hugo.get("brand/"), "This is a draft")


def test_what_was_done_stands_in_the_audit(hugo: Visitor) -> None:
    hugo.post("brand/", sent())
    hugo.post("brand/discard")
    hugo.post("brand/", sent(publish="on"))

    audit = hugo.get("audit/")

    assert says(audit, "Draft of the brand of harbour saved")
    assert says(audit, "Draft of the brand of harbour discarded")
    assert says(audit, "Brand of harbour published")
