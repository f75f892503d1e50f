"""The operations on what a mailbox does besides holding messages: forwarding, ActiveSync, MAPI, being switched off."""

from collections.abc import Callable
from urllib.parse import quote

from portal.mail import Features, Forwarding, Refused, Unreachable
from portal.mail.smartermail import answers
from portal.mail.smartermail.answers import Row
from portal.mail.smartermail.calls import DomainCalls
from portal.mail.smartermail.wire import Call, get, search


class FeatureCalls(DomainCalls):
    """What the mailboxes of one domain can do."""

    def features(self) -> Features:
        return answers.features(self._settings())

    def activesync(self) -> frozenset[str]:
        return self._switched_on("list ActiveSync", "active-sync-mailboxes", "activeSyncAccounts")

    def mapi(self) -> frozenset[str]:
        return self._switched_on("list MAPI", "mapi-ews-mailboxes", "mapiEwsAccounts")

    def set_activesync(self, name: str, on: bool) -> None:
        self._switch("switch ActiveSync", "active-sync-mailboxes", name, on, self.activesync)

    def set_mapi(self, name: str, on: bool) -> None:
        self._switch("switch MAPI", "mapi-ews-mailboxes", name, on, self.mapi)

    def set_enabled(self, name: str, on: bool) -> None:
        what = "enable a mailbox" if on else "disable a mailbox"
        path = f"settings/domain/users-disable/{'false' if on else 'true'}/true"
        self._change(what, Call(what, path, {"input": [name.lower()]}))

    def forwarding(self, name: str) -> Forwarding:
        return answers.forwarding(self._forward_list(name), self._at, "read a mailbox's forwarding")

    def set_forwarding(self, name: str, forwarding: Forwarding) -> None:
        what = "change a mailbox's forwarding"
        wanted = self._forward_list(name) | {
            "forwardList": list(forwarding.destinations),
            "deleteOnForward": forwarding.delete_after,
            "keepRecipients": forwarding.keep_sender,
        }
        if forwarding.destinations:
            # The mailbox's own switch: with it off, the list is kept and nothing is sent on.
            allowed = {"userMailSettings": {"enableMailForwarding": True}}
            self._change_user("let a mailbox forward", "user-mail", name, allowed)
        body = {"email": self._address(name), "mailboxForwardList": wanted}
        self._change(what, Call(what, "settings/domain/post-mailbox-forward-list", body))

    def _forward_list(self, name: str) -> Row:
        """As the server holds it, with what is not ours to set."""
        what = "read a mailbox's forwarding"
        address = self._address(name)
        answer = self._access.first(
            what,
            lambda: self._read(get(what, f"settings/domain/mailbox-forward-list/{quote(address, safe='')}")),
            lambda: self._read(search(what, "settings/domain/get-mailbox-forward-list", {"email": address})),
        )
        return answers.row(answer, "mailboxForwardList", Row, what)

    def _switched_on(self, what: str, path: str, key: str) -> frozenset[str]:
        answer = self._access.first(what, lambda: self._read(get(what, f"settings/domain/{path}")))
        return answers.switched_on(answers.rows(answer, key, list[Row], what), self._at, what)

    def _switch(self, what: str, path: str, name: str, on: bool, read_back: Callable[[], frozenset[str]]) -> None:
        """A domain that may not manage these accounts is said to accept the change and do nothing."""
        address = self._address(name)
        # The body is a bare list.
        self._change(what, Call(what, f"settings/domain/{path}-patch", [{"emailAddress": address, "isActive": on}]))
        try:
            so = (address in read_back()) == on
        except Refused as error:
            # It is the reading that was refused: the change was accepted.
            raise Unreachable(f"{what}: accepted, but not confirmed ({error})") from None
        if not so:
            raise Refused(f"{what}: accepted, but nothing changed")
