"""The operations that only staff come to use: the server's own words about a domain, and its pages as a mailbox."""

import re
from collections.abc import Mapping
from typing import Any

from portal.mail import Refused, Unreachable
from portal.mail.smartermail import answers
from portal.mail.smartermail.answers import Row
from portal.mail.smartermail.calls import DomainCalls
from portal.mail.smartermail.wire import Answer, Call

# No source lists what the settings hold. What is named like a secret is taken for one.
SECRET = re.compile(r"(?<!by)pass|secret|token|private|credential|hash|salt|api_?key|authkey", re.IGNORECASE)
PRIVATE_KEY = "PRIVATE KEY"
LINK = re.compile(r"https?://[!-~]+")


class StaffCalls(DomainCalls):
    """What staff see and open of one domain."""

    def raw_state(self) -> Mapping[str, Any]:
        what = "read the domain's figures"
        answer = self._read_of_domain(what, "settings/sysadmin/domain", "settings/domain/data")
        return {
            "domainData": without_secrets(answers.row(answer, "domainData", Row, what)),
            "domainSettings": without_secrets(self._settings()),
        }

    def sign_in_link(self, name: str) -> str:
        """Two clients in production send the local part beside the domain, a third the whole address alone. Only for
        the domain's admin was it seen to work; for other mailboxes it is said to, by one source."""
        try:
            return self._link({"username": name.lower(), "domain": self._name})
        except Refused:
            return self._link({"username": self._address(name)})

    def _link(self, whom: Mapping[str, str]) -> str:
        what = "get a sign-in link"
        call = Call(what, "auth/retrieve-login-token", {**whom, "isSystemAdmin": False})
        return link_of(self._access.as_system(call), what)


def link_of(answer: Answer, what: str) -> str:
    """From `autoLoginUrl`, as it comes: two forms of it were seen, so it is never put together here."""
    link = answer.get("autoLoginUrl")
    if not isinstance(link, str) or not LINK.fullmatch(link):
        raise Unreachable(f"{what}: the answer holds no address")
    return link


def without_secrets(value: Any) -> Any:
    """The same with every value left out that its name, or its own text, shows to be a secret."""
    if isinstance(value, dict):
        return {name: without_secrets(item) for name, item in value.items() if not SECRET.search(name)}
    if isinstance(value, list):
        return [without_secrets(item) for item in value]
    return "" if isinstance(value, str) and PRIVATE_KEY in value else value
