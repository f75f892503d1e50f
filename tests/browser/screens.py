"""Every screen of the portal: where it is, and what to do there before it is looked at.

A tour is walked by one person in one browser, in order; what a step changes is there for those after it.
"""

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Frame

from tests.browser.portal_frame import create_mailbox, loaded

Step = Callable[[Frame], None]


@dataclass(frozen=True)
class Screen:
    """`path` lies below the tour's home; without one the screen is what `step` makes of the one before."""

    name: str
    path: str | None = None
    step: Step | None = None


def unfold(portal: Frame) -> None:
    portal.locator("main details").evaluate_all("all => all.forEach(one => one.open = true)")


def clicked(selector: str, then: str = "") -> Step:
    """Click it, and wait for what comes of it."""

    def step(portal: Frame) -> None:
        portal.locator(selector).locator("visible=true").first.click()
        if then:
            portal.locator(then).first.wait_for()
        loaded(portal)

    return step


def filled(selector: str, value: str) -> Step:
    return lambda portal: portal.locator(selector).first.fill(value)


def after(*steps: Step) -> Step:
    """One after the other."""

    def step(portal: Frame) -> None:
        for each in steps:
            each(portal)

    return step


def unsaved(portal: Frame) -> None:
    portal.locator("#display_name").fill("Adele the First")
    portal.locator("[data-add], .addresses-field button").locator("visible=true").first.click()


def wrong_name(portal: Frame) -> None:
    portal.locator("#name").fill("not a name")
    portal.locator("#new-password").evaluate("field => field.value = 'short'")
    portal.locator("[data-new-mailbox] button[type=submit]").click()
    portal.locator("#name-error").wait_for()


def created(portal: Frame) -> None:
    create_mailbox(portal, "zoe.of.the.screens")


def deleted(portal: Frame) -> None:
    portal.locator("#confirm").fill("zoe.of.the.screens@alice.test")
    portal.locator("[data-confirm-address] button").click()
    portal.locator(".flash").first.wait_for()
    loaded(portal)


def asked_for(name: str, then: str) -> Step:
    return after(filled("#domain", name), clicked("#domain-aliases button[type=submit]", then))


def previewed(portal: Frame) -> None:
    portal.locator("#dark_colour").press_sequentially("#")
    portal.locator("[data-corrected]").first.wait_for()
    loaded(portal)


DOMAIN = (
    Screen("overview", ""),
    Screen("overview, unfolded", step=unfold),
    Screen("languages", step=clicked(".language summary", ".language form")),
    Screen("addresses", "addresses/"),
    Screen("addresses, searched", "addresses/?type=forward&q=alias&page=1"),
    Screen("addresses, none found", "addresses/?q=nobody-has-this"),
    Screen("what to choose", "addresses/", unfold),
    Screen("new mailbox", "mailboxes/new"),
    Screen("new mailbox, password", step=clicked("[data-open]", "dialog[open]")),
    Screen("new mailbox, password made", step=clicked("[data-generate]")),
    Screen("new mailbox, errors", "mailboxes/new", wrong_name),
    Screen("mailbox created", "addresses/", created),
    Screen("mailbox", "mailboxes/adele.arnaud@alice.test"),
    Screen("mailbox, changed and unfolded", step=after(unsaved, unfold)),
    Screen("mailbox, password", "mailboxes/zoe.of.the.screens@alice.test", clicked("[data-open]", "dialog[open]")),
    Screen("mailbox, password refused", step=filled("#change-password", "short")),
    Screen(
        "mailbox, password changed",
        step=after(clicked("#password [data-generate]"), clicked("#password button[type=submit]", "#password .ok")),
    ),
    Screen("mailbox, to be deleted", "mailboxes/zoe.of.the.screens@alice.test"),
    Screen("mailbox deleted", step=deleted),
    Screen("phones and programs", "devices/adele.arnaud@alice.test", unfold),
    Screen("new forward", "forwards/new"),
    Screen("new forward, errors", step=clicked("main form button[type=submit]")),
    Screen("forward", "forwards/alias00003@alice.test"),
    Screen("forwards", "forwards/"),
    Screen("mailboxes", "mailboxes/"),
    Screen("aliases", "aliases/"),
    Screen("new alias", "aliases/new"),
    Screen("alias of a mailbox", "aliases/alias00001@alice.test"),
    Screen("domain aliases", "domain-aliases/"),
    Screen("new domain alias", "domain-aliases/new"),
    Screen("domain alias, proof", step=asked_for("alice-club.test", ".proof")),
    Screen("domain alias, added", "domain-aliases/new", asked_for("bücher-alice.test", "[data-used]")),
    Screen("domain alias", "domain-aliases/xn--bcher-alice-thb.test"),
    Screen(
        "domain alias removed",
        step=after(filled("#confirm", "bücher-alice.test"), clicked(".danger button", "#domain-aliases .empty")),
    ),
    Screen("usage", "usage", unfold),
    Screen("billing", "billing", unfold),
    Screen("history", "history", unfold),
    Screen("help", "help", unfold),
    Screen("not there", "mailboxes/nobody@alice.test"),
)

MAILBOX = (
    Screen("overview", ""),
    Screen("password", "", clicked("[data-open]", "dialog[open]")),
    Screen("a page for the password", "password"),
    Screen("usage", "usage"),
    Screen("aliases", "aliases/"),
    Screen("new alias", "aliases/new"),
    Screen("new alias, reserved", step=after(filled("#name", "postmaster"), clicked("main form button[type=submit]"))),
    Screen(
        "new alias, made",
        "aliases/new",
        after(
            filled("#name", "an.alias.with.a.rather.long.name"),
            filled("#destinations", "somebody.with.a.long.name@a-rather-long-domain.example.net"),
            clicked("main form button[type=submit]", "#flash .flash"),
        ),
    ),
    Screen("alias", "aliases/an.alias.with.a.rather.long.name@mail.test"),
    Screen("alias deleted", step=clicked(".danger button", "#flash .flash")),
    Screen("lists", "lists/"),
    Screen("new list", "lists/new"),
    Screen("list", step=after(filled("#name", "friends"), clicked("main form button[type=submit]", "#flash .flash"))),
    Screen(
        "list with a member",
        step=after(filled("#member", "someone@far-away.example.net"), clicked(".add-member button", ".members li")),
    ),
    Screen("list, to be deleted", "lists/friends@mail.test"),
    Screen("list deleted", step=clicked(".danger button", "#flash .flash")),
    Screen("phones and programs", "devices/alice@mail.test", unfold),
    Screen("history", "history", unfold),
    Screen("help", "help", unfold),
)

# Of a domain that publishes all sorts of wrong records.
RECORDS = (
    Screen("overview", ""),
    Screen("deliverability", "deliverability", unfold),
    Screen("mx", "mx", unfold),
    Screen("spf", "spf", unfold),
    Screen("dkim", "dkim", unfold),
    Screen("dkim, asked for", step=after(clicked("#dkim form[action$=enable] button"), unfold)),
    Screen("dmarc", "dmarc", unfold),
    Screen("dmarc, a record", "dmarc/record", unfold),
    Screen("autodiscover", "autodiscover", unfold),
    Screen("all records", "deliverability/records"),
)

LOOKING = (
    Screen("overview, looking only", ""),
    Screen("mailbox, looking only", "mailboxes/adele.arnaud@alice.test"),
    Screen("aliases, looking only", "aliases/"),
)
SUSPENDED = (Screen("suspended", ""),)
EMPTY = (Screen("nothing yet", ""),)

ADMIN = (
    Screen("overview, as admin", ""),
    Screen("service, for staff", "staff", unfold),
    Screen("plan", "plan", unfold),
    Screen("state as the mail server tells it", "raw-state", unfold),
)

CONSOLE = (
    Screen("services", "console/"),
    Screen("services, none found", "console/?q=nobody-has-this"),
    Screen("service", "console/services/northwind/101", unfold),
    Screen("service of a mailbox", "console/services/northwind/121", unfold),
    Screen("mail servers", "console/servers/", unfold),
    Screen("mail server, errors", step=clicked("main form button[type=submit]:not([formnovalidate])")),
    Screen("mail server's state", "console/servers/1/state"),
    Screen("mail server's password", "console/servers/1/password"),
    Screen("keys", "console/keys/", unfold),
    Screen("origins", "console/origins/", unfold),
    Screen("tenants", "console/tenants/"),
    Screen("reseller, form", step=unfold),
    Screen("reseller, errors", step=clicked("#tenants form button[type=submit]", ".field-error")),
    Screen("tenant", "console/tenants/harbour/", unfold),
    Screen("tenant, checked", "console/tenants/harbour/check"),
    Screen("brand", "console/brand/"),
    Screen("brand, a colour that is corrected", step=after(filled("#colour", "#ffff00"), previewed)),
    Screen("brand, errors", step=after(filled("#terms", "nowhere"), clicked("#brand-form button", "#brand > .alert"))),
    Screen("own host name", "console/own-host/"),
    Screen("audit", "console/audit/", unfold),
    Screen("health", "console/health/", unfold),
    Screen("health of DNS", "console/health/dns"),
    Screen("jobs", "console/jobs/", unfold),
)

# Besides pages: what answers with something else, and the parts that a page loads by itself.
NOT_SCREENS = {
    *("static", "system.health", "system.counts", "system.ready", "appearance.colours", "appearance.picture"),
    *("addresses.export", "deliverability.zone_file", "devices.profile"),
    *(f"{record}.status" for record in ("mx", "spf", "dkim", "dmarc", "autodiscover")),
}
