"""What a sent form asks to change in a mailbox, and what has to be asked or refused first."""

from dataclasses import replace

from flask import request
from flask_babel import gettext as _

from portal import current
from portal.forms import MailboxForm
from portal.languages import listed
from portal.mail import Alias, Forwarding
from portal.mailbox_parts import State, Wanted, megabytes


def wanted_by(form: MailboxForm, state: State) -> Wanted:
    """What was sent and is not so already. An absent field is unchanged; the form strips the display name."""
    mailbox = state.mailbox
    sent = {"display_name": form.display_name.data or "", "limit_mb": form.limit_mb.data or 0}
    present = {"display_name": state.display_name, "limit_mb": megabytes(mailbox.limit)}
    settings = {name: value for name, value in sent.items() if name in request.form and value != present[name]}
    aliases = None
    if form.aliases.data is not None and state.aliases is not None:
        # Dictionaries, because there may be thousands of names, and they keep their order.
        typed, had = dict.fromkeys(form.aliases.data), dict.fromkeys(state.aliases)
        aliases = tuple(name for name in typed if name not in had), tuple(name for name in had if name not in typed)
    switched = {
        name: form[name].data
        for name in ("eas", "mapi")
        if form[name].data is not None and getattr(state, name) not in (None, form[name].data)
    }
    return Wanted(
        settings=settings or None,
        aliases=aliases if aliases and any(aliases) else None,
        forwarding=_wanted_forwarding(form, state.forwarding),
        **switched,
    )


def _wanted_forwarding(form: MailboxForm, present: Forwarding | None) -> Forwarding | None:
    """The forwarding that was sent, None when it is so already or could not be read."""
    if present is None:
        return None
    typed, delete, keep = form.forwards.data, form.delete_after_forwarding.data, form.keep_sender.data
    wanted = Forwarding(
        destinations=present.destinations if typed is None else tuple(typed),
        delete_after=present.delete_after if delete is None else delete,
        keep_sender=present.keep_sender if keep is None else keep,
    )
    same = set(wanted.destinations) == set(present.destinations)
    return None if replace(wanted, destinations=present.destinations) == present and same else wanted


def to_ask(form: MailboxForm, state: State, wanted: Wanted) -> list[Alias]:
    """The aliases to ask about first, since they lead elsewhere already. What cannot be is said in the form."""
    plan = current.plan()
    for name, offered in (("eas", plan.offer_eas), ("mapi", plan.offer_mapi)):
        if getattr(wanted, name) and not offered:
            form.refuse(name, _("Your plan does not offer this."))
    if wanted.forwarding and state.mailbox.address in wanted.forwarding.destinations:
        form.refuse("forwards", _("A mailbox cannot forward to itself."))
    if not wanted.aliases:
        return []
    snapshot, (added, _dropped) = current.directory(), wanted.aliases
    taken = [name for name in added if f"{name}@{current.domain()}" in snapshot.local]
    if taken:
        form.refuse("aliases", _("There is a mailbox of this name: %(names)s", names=listed(taken)))
    unasked = {*added} - {*(form.share.data or ())}
    return [alias for alias in snapshot.aliases if alias.name in unasked]
