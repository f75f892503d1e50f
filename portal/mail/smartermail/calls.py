"""What the operations on one domain share: how they ask, what a change tries in turn, and names as addresses."""

from typing import Any
from urllib.parse import quote

from portal.mail import MailError
from portal.mail.smartermail import answers
from portal.mail.smartermail.access import Access
from portal.mail.smartermail.answers import Row
from portal.mail.smartermail.wire import Answer, Call, get


class DomainCalls:
    """One domain of a server. Names are local parts."""

    def __init__(self, access: Access, name: str) -> None:
        self._access = access
        self._name = name
        self._at = f"@{name}"

    @property
    def name(self) -> str:
        return self._name

    def _ask(self, call: Call) -> Answer:
        """With the domain's own token, which cannot reach another domain."""
        return self._access.as_domain(call, self._name)

    def _read(self, call: Call) -> Answer:
        return self._access.read(call, self._name)

    def _read_of_domain(self, what: str, of_system: str, own: str) -> Answer:
        """What the system's pages tell of this domain, else the domain's own one."""
        call = get(what, f"{of_system}/{quote(self._name, safe='')}")
        return self._access.first(what, lambda: self._access.as_system(call), lambda: self._read(get(what, own)))

    def _settings(self) -> Row:
        """The domain's settings. They hold secrets: take out what is wanted and let the rest go."""
        what = "read the domain's settings"
        answer = self._read_of_domain(what, "settings/sysadmin/domain-settings", "settings/domain/domain")
        return answers.row(answer, "domainSettings", Row, what)

    def _change(self, what: str, *variants: Call) -> None:
        self._access.first(what, *(lambda call=call: self._ask(call) for call in variants))

    def _change_user(self, what: str, kind: str, name: str, changed: dict[str, Any]) -> None:
        """Change what a mailbox holds under `kind`: `user` or `user-mail`."""
        address = self._address(name)
        self._change(
            what,
            Call(what, f"settings/domain/post-{kind}", {"email": address, **changed}),
            # Builds before the end of 2024.
            Call(what, f"settings/domain/{kind}/{quote(address, safe='')}", changed),
        )

    def _confirmed(self, call: Call) -> bool:
        """Whether the server says that it did this."""
        try:
            self._ask(call)
        except MailError:
            return False
        return True

    def _address(self, name: str) -> str:
        return name.lower() + self._at
