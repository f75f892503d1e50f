"""The password checklist that pages show: what the plan and the mail server ask, and what a typed password breaks."""

from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext

from portal import current, passwords
from portal.fields import has_unseen
from portal.forms import NewMailboxForm, PasswordForm
from portal.mail import PasswordRejected

LONGEST_PASSWORD = 200


@dataclass(frozen=True, slots=True)
class Rule:
    """A line of the checklist."""

    name: str
    text: str


def rules(asked: passwords.Policy) -> list[Rule]:
    """The checklist of a policy, in the order it is shown."""
    texts = {
        "length": ngettext("At least %(num)s character", "At least %(num)s characters", asked.min_length),
        "upper": _("At least one upper-case letter"),
        "lower": _("At least one lower-case letter"),
        "digit": _("At least one digit"),
        "special": _("At least one special character (! @ # $ % ^ & * - _ = +)"),
        "spaces": _("No spaces"),
        "user": _("Does not contain the user name"),
        "domain": _("Does not contain the domain name"),
        "match": _("Both fields match"),
    }
    return [Rule(rule, texts[rule]) for rule in asked.rules]


def broken(form: NewMailboxForm | PasswordForm, name: str, *, max_age: float | None = None) -> list[str]:
    """The rules that the typed password breaks; with `max_age`, the mail server is asked for its own ones."""
    typed, again = form.password.data or "", form.password_again.data or ""
    if len(typed) > LONGEST_PASSWORD or has_unseen(typed):
        return ["impossible"]
    return passwords.check(typed, again, current.password_policy(max_age=max_age), name, current.domain())


def refused(error: PasswordRejected, form: NewMailboxForm | PasswordForm, name: str) -> list[str]:
    """Why the mail server refused a password that keeps our rules: what it tells when asked now, or what it named."""
    return broken(form, name, max_age=0) or [error.rule or "server"]
