"""The content security policy, word for word, and that its reports arrive."""

import json
import re

import pytest

from tests.world import BASE, WHMCS, Visitor, World

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "object-src": "'none'",
    "frame-ancestors": WHMCS["northwind"],
    "report-uri": "/csp",
}


def policy(header: str) -> dict[str, str]:
    return dict(part.strip().split(" ", 1) for part in header.split(";"))


def test_a_page_may_load_and_send_only_what_is_our_own(alice: Visitor) -> None:
    assert policy(alice.page.headers["Content-Security-Policy"]) == POLICY


def test_a_browsers_report_arrives_where_the_policy_sends_it(
    world: World, alice: Visitor, caplog: pytest.LogCaptureFixture
) -> None:
    address = policy(alice.page.headers["Content-Security-Policy"])["report-uri"]
    report = {"csp-report": {"violated-directive": "script-src", "blocked-uri": "inline"}}

    # From a frame on another site, without a cookie.
    answer = world.app.test_client().post(
        address,
        base_url=BASE,
        data=json.dumps(report),
        headers={"Content-Type": "application/csp-report", "Origin": "null", "Sec-Fetch-Site": "cross-site"},
    )

    assert answer.status_code == 204
    assert "blocked-uri" in caplog.records[-1].getMessage()


def test_a_document_holds_no_script_style_or_handler_of_its_own(alice: Visitor) -> None:
    pages = {path: alice.open(path).text for path in ("", "addresses/", "mailboxes/new", "mailboxes/alice@alice.test")}

    inline = r"<script(?![^>]*\ssrc=)|<style|\sstyle=|\son[a-z]+=|hx-on|javascript:"
    assert {path: found for path, text in pages.items() if (found := re.findall(inline, text))} == {}
    assert all("<!doctype html>" in text for text in pages.values())
