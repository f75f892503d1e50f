"""Who calls: the system administrator or a domain, by their tokens, and which variants a server understands."""

from collections.abc import Callable
from typing import TypeVar
from urllib.parse import quote

from portal.mail import NotFound, Refused, Unreachable
from portal.mail.flights import Flights
from portal.mail.smartermail.sign_in import SystemToken, Token, token_from
from portal.mail.smartermail.wire import Answer, Call, NoPermission, NoRoute, Unauthorized, Wire, get

T = TypeVar("T")


class Access:
    """What the clients of one server share: its connections, its tokens, and which variants it understands.

    Reads go with the system administrator's token and a header that names the domain: after a sign-in they can all
    start at once. Where a server refuses that, and for every change, the domain's own token is used: with it a wrong
    name cannot reach another domain, but it costs one more call before the first one.
    """

    def __init__(self, wire: Wire, username: str, password: str) -> None:
        self.wire = wire
        self._system = SystemToken(wire, username, password)
        self._entries = Flights[Token]()
        self._domains: dict[str, Token] = {}
        self._winners: dict[str, int] = {}
        self._header_refused: set[str] = set()

    def as_system(self, call: Call, domain: str | None = None) -> Answer:
        """Call with the system administrator's token; after a 401 with a refreshed one, then after one sign-in."""
        token = self._system.get()
        for refresh in (True, False):
            try:
                return self.wire.send(call, token, domain)
            except Unauthorized:
                token = self._system.get(token, refresh=refresh)
        return self.wire.send(call, token, domain)

    def domain_names(self) -> set[str]:
        """Of every domain on the server, in lower case."""
        what = "list the domains"
        call = get(what, "settings/sysadmin/domain-names")
        names = self.first(what, lambda: self.as_system(call)).get("data")
        if not isinstance(names, list):
            raise Unreachable(f"{what}: the answer lacks data")
        return {str(name).lower() for name in names}

    def as_domain(self, call: Call, domain: str) -> Answer:
        """Call with the domain's own token; after a 401 once more with a new one."""
        token = self._domain_token(domain)
        try:
            return self.wire.send(call, token)
        except Unauthorized:
            return self.wire.send(call, self._domain_token(domain, token))

    def read(self, call: Call, domain: str) -> Answer:
        """Read something of the domain by the shortest way this server understands."""
        if call.what in self._header_refused:
            return self.as_domain(call, domain)
        try:
            return self.as_system(call, domain)
        except (Refused, Unauthorized):
            answer = self.as_domain(call, domain)
        self._header_refused.add(call.what)
        return answer

    def first(self, operation: str, *variants: Callable[[], T]) -> T:
        """The result of the first variant whose route this server has; it is tried first from then on.

        Raises NotFound when the known one is answered by 404, and Unreachable when none is known: a missing route is
        no proof that the object is missing.
        """
        known = self._winners.get(operation)
        order = sorted(range(len(variants)), key=lambda index: index != known)
        for index in order:
            try:
                result = variants[index]()
            except NoRoute:
                continue
            self._winners[operation] = index
            return result
        if known is None:
            raise Unreachable(f"{operation}: HTTP 404 for every known form of the call")
        raise NotFound(f"{operation}: HTTP 404")

    def winner(self, operation: str) -> int | None:
        """Which of an operation's variants was understood; None when none was yet."""
        return self._winners.get(operation)

    def _domain_token(self, domain: str, refused: str | None = None) -> str:
        token = self._domains.get(domain)
        if token is None or not token.good(refused):
            token = self._entries.join(domain, lambda: self._enter(domain, refused))
        return token.access

    def _enter(self, domain: str, refused: str | None) -> Token:
        token = self._domains.get(domain)
        if token is not None and token.good(refused):
            return token
        what = "enter the domain"
        try:
            answer = self.as_system(Call(what, f"settings/sysadmin/manage-domain/{quote(domain, safe='')}"))
        except (NoRoute, NoPermission) as error:
            # Both are seen where a domain does not exist.
            raise NotFound(str(error)) from None
        token = self._domains[domain] = token_from(answer, "impersonateAccess", what)
        return token
