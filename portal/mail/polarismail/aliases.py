"""The operations on aliases."""

from collections.abc import Sequence
from contextlib import suppress
from functools import partial

from portal.mail import Alias, MailError, NotFound, Refused
from portal.mail.polarismail import answers
from portal.mail.polarismail.calls import Calls
from portal.mail.polarismail.wire import Call


class AliasCalls(Calls):
    def aliases(self) -> Sequence[Alias]:
        what = "list the aliases"
        return answers.aliases(self._of_domain(what, "getAllAliasesDomain"), self._domain, what)

    def create_alias(self, name: str, target: str) -> None:
        fields = {"alias": name.lower(), "domain": self._domain, "forward": target.lower()}
        leads_there = (target.lower(),)
        self._access.change(Call("create an alias", "addAlias", fields), lambda: self._targets(name) == leads_there)

    def change_alias(self, name: str, target: str) -> None:
        before = self._targets(name)
        if before == (target.lower(),):
            return
        if not before:
            raise NotFound("change an alias: there is none")
        self.delete_alias(name)
        try:
            self.create_alias(name, target)
        except Refused:
            # No call makes more than one destination. What fails here is missing afterwards, and shown as that.
            with suppress(MailError):
                self.create_alias(name, before[0])
            raise

    def delete_alias(self, name: str) -> None:
        call = Call("delete an alias", "removeAlias", {"alias": name.lower(), "domain": self._domain})
        self._access.change(call, partial(self._is_no_alias, name))

    def _targets(self, name: str) -> tuple[str, ...]:
        """Where it leads; nowhere when there is none."""
        address = self._address(name)
        return next((alias.targets for alias in self.aliases() if alias.address == address), ())

    def _is_no_alias(self, name: str) -> bool:
        return self._address(name) not in {alias.address for alias in self.aliases()}
