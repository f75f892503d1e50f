"""The operations on domain aliases: the domain's other names."""

from urllib.parse import quote

from portal.mail.smartermail import answers
from portal.mail.smartermail.calls import DomainCalls
from portal.mail.smartermail.wire import Call, get


class DomainAliasCalls(DomainCalls):
    """Domain aliases of one domain."""

    def domain_aliases(self) -> frozenset[str]:
        what = "list the domain aliases"
        answer = self._access.first(what, lambda: self._read(get(what, "settings/domain/domain-aliases")))
        return answers.domain_aliases(answer, what)

    def add_domain_alias(self, name: str) -> None:
        what = "add a domain alias"
        # Our caller has proved that it is the customer's; the server's own look at the MX is skipped with it.
        self._change(what, Call(what, f"settings/domain/domain-alias-put/{quote(name, safe='')}/false"))

    def remove_domain_alias(self, name: str) -> None:
        what = "remove a domain alias"
        self._change(
            what,
            Call(what, f"settings/domain/domain-alias-delete/{quote(name, safe='')}"),
            Call(what, "settings/domain/domain-aliases-delete", {"input": [name]}),
        )
