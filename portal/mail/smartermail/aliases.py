"""The operations on aliases. A change posts the whole object read before: whether the server merges is not known."""

from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import quote

from portal.mail import Alias, AliasSettings, Unreachable
from portal.mail.smartermail import answers
from portal.mail.smartermail.answers import Aliases, ListedAlias, Row
from portal.mail.smartermail.calls import DomainCalls
from portal.mail.smartermail.wire import Answer, Call, get

MAX_SINGLE_READS = 100


class AliasCalls(DomainCalls):
    """Aliases of one domain."""

    def aliases(self) -> Sequence[Alias]:
        what = "list the aliases"
        answer = self._access.first(what, lambda: self._read(get(what, "settings/domain/aliases", Aliases)))
        entries = answers.rows(answer, "gridInfo", list[ListedAlias], what)
        untold = [entry for entry in entries if answers.is_untold(entry)]
        # Some builds tell an alias's targets only one by one: bearable for a few, no way to read thousands.
        if len(untold) <= MAX_SINGLE_READS:
            for entry in untold:
                entry.targets = self._object(str(entry.name), self._read).get("aliasTargetList") or []
        return [answers.alias(entry, self._at, what) for entry in entries]

    def alias(self, name: str) -> AliasSettings:
        return answers.alias_settings(self._object(name, self._read), self._at, "read an alias")

    def create_alias(self, new: AliasSettings) -> None:
        what = "create an alias"
        wanted = {
            "name": new.name.lower(),
            "aliasTargetList": list(new.targets),
            "allowSending": new.may_send,
            "hideFromGAL": new.hide_from_gal,
            "internalOnly": new.internal_only,
            "includeAllDomainUsers": new.everyone,
            "isEnabled": new.enabled,
        }
        self._change(what, Call(what, "settings/domain/alias-put", {"oldName": "", "alias": wanted}))

    def change_alias(
        self,
        name: str,
        *,
        targets: Sequence[str] | None = None,
        may_send: bool | None = None,
        hide_from_gal: bool | None = None,
        internal_only: bool | None = None,
    ) -> None:
        what = "change an alias"
        given: dict[str, Any] = {
            "aliasTargetList": list(targets) if targets is not None else None,
            "allowSending": may_send,
            "hideFromGAL": hide_from_gal,
            "internalOnly": internal_only,
        }
        changed = {key: value for key, value in given.items() if value is not None}
        if changed:
            present = self._object(name, self._ask)
            body = {"oldName": present["name"], "alias": present | changed}
            self._change(what, Call(what, "settings/domain/alias", body))

    def delete_alias(self, name: str) -> None:
        # One of the calls takes mailboxes too, so first make sure that the name is an alias.
        what = "delete an alias"
        present = str(self._object(name, self._ask)["name"])
        self._change(
            what,
            Call(what, f"settings/domain/alias-delete/{quote(present, safe='')}"),
            Call(what, "settings/domain/account-list-delete", {"input": [present]}),
        )

    def _object(self, name: str, ask: Callable[[Call], Answer]) -> Row:
        """The alias as the server holds it, with what we know nothing of. What a change is built on is asked with the
        token of the change."""
        what = "read an alias"
        call = get(what, f"settings/domain/alias/{quote(name.lower(), safe='')}")
        answer = self._access.first(what, lambda: ask(call))
        found = answers.row(answer, "alias", Row, what)
        if answers.alias_settings(found, self._at, what).name != name.lower():
            raise Unreachable(f"{what}: the answer is about another alias")
        return found
