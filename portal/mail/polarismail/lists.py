"""The operations on distribution lists. Each call has its own names for the same parameters."""

from functools import partial

from portal.mail import NotFound, Refused
from portal.mail.polarismail import answers
from portal.mail.polarismail.calls import Calls
from portal.mail.polarismail.wire import Call

DISTRIBUTION = "1"  # the only type of list that is known


class ListCalls(Calls):
    def lists(self) -> frozenset[str]:
        what = "list the distribution lists"
        rows = self._of_domain(what, "getAllListsDomain")
        return frozenset(self._address(answers.local_part(answers.required(row, "lname", what))) for row in rows)

    def members(self, name: str) -> tuple[str, ...]:
        return tuple(self._members(name))

    def create_list(self, name: str) -> None:
        fields = {"newlname": name.lower(), "domain": self._domain, "newlisttype": DISTRIBUTION}
        self._access.change(Call("create a list", "addList", fields), partial(self._is_list, name))

    def delete_list(self, name: str) -> None:
        call = Call("delete a list", "removeList", self._of(name))
        try:
            self._access.change(call, lambda: not self._is_list(name))
        except NotFound:
            raise
        except Refused:
            # Perhaps because it has members.
            members = self.members(name)
            if not members:
                raise
            self._access.at_once(*(partial(self.remove_member, name, member) for member in members))
            self._access.change(call, lambda: not self._is_list(name))

    def add_member(self, name: str, member: str) -> None:
        if self._is_member(name, member):
            return
        fields = {"editlname": name.lower(), "editdomain": self._domain, "newmember": member.lower()}
        self._access.change(Call("add a member", "addListMember", fields), partial(self._is_member, name, member))

    def remove_member(self, name: str, member: str) -> None:
        spelled = self._members(name).get(member.lower())
        if spelled is not None:
            call = Call("remove a member", "removeListMember", {**self._of(name), "member": spelled})
            self._access.change(call, lambda: not self._is_member(name, member))

    def _members(self, name: str) -> dict[str, str]:
        """Each in lower case, and as the server spells it."""
        what = "list the members"
        call = Call(what, "getListMembers", self._of(name), read=True)
        return answers.members(self._access.rows(call, partial(self._is_list, name)), what)

    def _of(self, name: str) -> dict[str, str]:
        return {"lname": name.lower(), "domain": self._domain}

    def _is_list(self, name: str) -> bool:
        return self._address(name) in self.lists()

    def _is_member(self, name: str, member: str) -> bool:
        return member.lower() in self._members(name)
