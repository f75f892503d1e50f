"""The operations on one mail domain: which calls they are, in which order, and what proves that they worked."""

from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import quote

from portal.mail import Figures, Mailbox, NewMailbox, NotFound, PasswordRules, Refused, Unreachable
from portal.mail.smartermail import answers
from portal.mail.smartermail.aliases import AliasCalls
from portal.mail.smartermail.answers import Row, User, Users
from portal.mail.smartermail.dkim import DkimCalls
from portal.mail.smartermail.domain_aliases import DomainAliasCalls
from portal.mail.smartermail.features import FeatureCalls
from portal.mail.smartermail.provisioning import ProvisioningCalls
from portal.mail.smartermail.staff import StaffCalls
from portal.mail.smartermail.wire import Answer, Call, get, search

PAGE = 1000  # rows of one search; no source knows the server's own maximum


class SmarterMailDomain(AliasCalls, FeatureCalls, DomainAliasCalls, DkimCalls, ProvisioningCalls, StaffCalls):
    """One domain. Names are local parts; every answer is checked to be about this domain where it says so."""

    def figures(self) -> Figures:
        what = "read the domain's figures"
        answer = self._read_of_domain(what, "settings/sysadmin/domain", "settings/domain/data")
        return answers.figures(answers.row(answer, "domainData", Row, what), what)

    def mailboxes(self) -> Sequence[Mailbox]:
        what = "list the mailboxes"
        system = get(what, f"settings/sysadmin/list-users/{quote(self._name, safe='')}", Users)
        return self._access.first(
            what,
            lambda: self._listed(self._read(get(what, "settings/domain/list-users", Users))),
            lambda: self._searched(what),
            lambda: self._listed(self._access.as_system(system)),
        )

    def mailbox(self, name: str) -> Mailbox:
        return self._mailbox(name, self._read)

    def is_administered_by(self, name: str) -> bool:
        try:
            return self.mailbox(name).domain_admin
        except NotFound:
            return False

    def password_rules(self) -> PasswordRules | None:
        """What the server asks of passwords here; None when it does not tell."""
        what = "read the password rules"
        try:
            return answers.password_rules(self._read(get(what, "settings/password-requirements")))
        except Refused:
            return None

    def create_mailbox(self, new: NewMailbox) -> None:
        user = {
            "userName": new.name.lower(),
            "password": new.password,
            "fullName": new.display_name,
            # Left out it would be the domain's default, not "no limit".
            "maxMailboxSize": new.limit,
            "isPasswordExpired": False,
            "securityFlags": {"isDomainAdmin": False, "authType": 0, "isDisabled": False},
        }
        what = "create a mailbox"
        self._change(what, Call(what, "settings/domain/user-put", {"userData": user}))

    def change_mailbox(self, name: str, *, display_name: str | None = None, limit: int | None = None) -> None:
        changed: dict[str, Any] = {}
        if display_name is not None:
            changed["fullName"] = display_name
        if limit is not None:
            changed["maxMailboxSize"] = limit
        if changed:
            self._change_user("change a mailbox", "user", name, {"userData": changed})

    def set_password(self, name: str, password: str) -> bool:
        self._change_user("set a password", "user", name, {"userData": {"password": password}})
        address = self._address(name)
        sessions = {"sessions": [{"email": address, "ip": ""}]}
        connections = {"email": address, "dropInfo": [address]}
        ended = [
            self._confirmed(Call("end the sessions", "settings/domain/kill-user-sessions", sessions)),
            self._confirmed(Call("end the connections", "settings/domain/drop-user-connections", connections)),
        ]
        return all(ended)

    def delete_mailbox(self, name: str) -> None:
        # The deletion takes aliases too, so first make sure, with the same token, that the name is a mailbox.
        self._mailbox(name, self._ask)
        what = "delete a mailbox"
        body = {"input": [name.lower()]}
        self._change(
            what,
            Call(what, "settings/domain/account-list-delete", body),
            Call(what, "settings/domain/users-delete", body),
        )

    def _listed(self, answer: Answer) -> list[Mailbox]:
        what = "list the mailboxes"
        return [answers.mailbox(user, self._at, what) for user in answers.rows(answer, "userData", list[User], what)]

    def _searched(self, what: str) -> list[Mailbox]:
        found: dict[str, Mailbox] = {}
        while True:
            # Every key is sent: searches that lack one fail without saying which.
            body = {
                "search": "",
                "searchFlags": ["users"],
                "skip": len(found),
                "take": PAGE,
                "sortField": "userName",
                "sortDescending": False,
            }
            answer = self._read(search(what, "settings/domain/account-search-quick", body))
            page = [
                answers.searched_mailbox(user, self._at, what)
                for user in answers.rows(answer, "users", list[Row], what)
            ]
            before = len(found)
            found |= {mailbox.address: mailbox for mailbox in page}
            if len(page) < PAGE:
                return list(found.values())
            if len(found) == before:
                raise Unreachable(f"{what}: a page brings nothing new")

    def _mailbox(self, name: str, ask: Callable[[Call], Answer]) -> Mailbox:
        what = "read a mailbox"
        address = self._address(name)
        answer = self._access.first(
            what,
            lambda: ask(search(what, "settings/domain/get-user", {"email": address})),
            lambda: ask(get(what, f"settings/domain/user/{quote(address, safe='')}")),
        )
        found = answers.mailbox(answers.row(answer, "userData", User, what), self._at, what)
        if found.address != address:
            raise Unreachable(f"{what}: the answer is about another mailbox")
        return found
