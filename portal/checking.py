"""`server check`: which domain is looked at, what the plans ask of passwords, and how the outcome is told."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict
from decimal import Decimal

from portal.mail import PasswordRules
from portal.mail.checked import Checked, Standing
from portal.plan import MailboxPlan, NotConfigured, Plan
from portal.store import services
from portal.store.servers import MailServer
from portal.store.services import Service


def on(record: MailServer) -> list[Service]:
    """The services whose domains or mailboxes are on this mail server."""
    return services.on(record)


def quotas(sold: Iterable[Service]) -> Mapping[str, Decimal]:
    """What the plan gives to each mailbox, in GB by address, where it can be read."""
    found = {}
    for service in sold:
        with suppress(NotConfigured):
            found[service.name] = MailboxPlan.parse(service.plan).quota_gb
    return found


def policies(sold: Iterable[Service]) -> Mapping[str, PasswordRules]:
    """Settings 9–12 of each service, where they can be read."""
    found = {}
    for service in sold:
        plan = Plan.parse(service.plan)
        try:
            rules = PasswordRules(
                plan.password_min_length, plan.password_upper, plan.password_digit, plan.password_special
            )
        except NotConfigured:
            continue
        found[f"{service.tenant.slug}-{service.svc}"] = rules
    return found


def lines(checked: Checked) -> Iterator[str]:
    """For people: one line; more where something is to be known."""
    yield f"{checked.standing:8} {checked.name:24} {checked.seen}"
    if checked.standing is not Standing.OK:
        yield f"{'':8} {'':24} expected: {checked.expected}"
        yield f"{'':8} {'':24} {checked.means}"


def row(server: str, checked: Checked) -> dict[str, str]:
    """For programs."""
    return {"server": server} | asdict(checked)


def summary(all_of: list[Checked]) -> str:
    counts = [f"{sum(one.standing is standing for one in all_of)} {standing}" for standing in Standing]
    return f"{len(all_of)} checks: {', '.join(counts)}"
