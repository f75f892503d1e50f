"""The operations on DKIM keys. No answer to a change is believed: each is read back."""

from contextlib import suppress

from portal.mail import Dkim, NotFound, Refused, Unreachable
from portal.mail.smartermail import answers
from portal.mail.smartermail.calls import DomainCalls
from portal.mail.smartermail.wire import Call

BITS = 2048


class DkimCalls(DomainCalls):
    """DKIM of one domain. Its keys and whether it signs are among the domain's settings."""

    def dkim(self) -> Dkim:
        return answers.dkim(self._settings(), "read the DKIM keys")

    def enable_dkim(self) -> Dkim:
        what = "enable DKIM"
        before = self.dkim()
        # Sent again, a key that the server does not find in DNS just now would go back to pending.
        if before.signing and before.keys:
            return before
        after = self._switch_on(what)
        if not after.keys:
            # Seen where there had never been a key: it is said to be done, and nothing was.
            after = self._new_key()
            if after.signing is False:
                after = self._switch_on(what)
        if not after.keys:
            raise Refused(f"{what}: accepted, but there is no key")
        # A first key may well not be signed with before it is found in DNS.
        if after.active and after.signing is False:
            raise Refused(f"{what}: accepted, but nothing changed")
        return after

    def disable_dkim(self) -> Dkim:
        what = "disable DKIM"
        after = self._changed(what, "dkim-disable")
        if after.signing:
            # What tells may not be the switch (`answers.dkim_signing`): that messages are still signed is not certain.
            raise Unreachable(f"{what}: accepted, but not confirmed")
        return after

    def start_dkim_rotation(self) -> Dkim:
        before = self.dkim()
        if before.pending:
            return before
        after = self._new_key()
        if not after.pending:
            raise Refused("start a DKIM rotation: accepted, but there is no new key")
        return after

    def verify_dkim(self) -> Dkim:
        before = self.dkim()
        if before.pending:
            what = "verify the pending DKIM key"
            after = self._changed(what, "dkim-verify-rollover/false")
            if after.pending == before.pending:
                raise Refused(f"{what}: accepted, but it is still pending")
            if after.signing is False and not before.active:
                # Where it could not be switched on without a key.
                with suppress(Refused):
                    return self._switch_on("enable DKIM")
            return after
        if before.active:
            return self._changed("verify the active DKIM key", "dkim-verify-active")
        raise NotFound("verify DKIM: there is no key")

    def drop_dkim_rotation(self) -> Dkim:
        what = "drop a DKIM rotation"
        before = self.dkim()
        if not before.pending:
            return before
        try:
            after = self._changed(what, "dkim-delete-rollover")
        except Refused:
            # As it is when somebody else was faster.
            after = self.dkim()
            if after.pending:
                raise
        if after.pending == before.pending:
            raise Refused(f"{what}: accepted, but nothing changed")
        return after

    def _switch_on(self, what: str) -> Dkim:
        """Without force: what is not in DNS is not to be signed with."""
        return self._changed(what, "dkim-enable/false")

    def _new_key(self) -> Dkim:
        return self._changed("make a DKIM key", f"dkim-create-rollover/{BITS}")

    def _changed(self, what: str, path: str) -> Dkim:
        """What the server holds after it accepted the change."""
        self._change(what, Call(what, f"settings/domain/{path}"))
        try:
            return self.dkim()
        except Refused as error:
            # It is the reading that was refused: the change was accepted.
            raise Unreachable(f"{what}: accepted, but not confirmed ({error})") from None
