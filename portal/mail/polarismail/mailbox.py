"""One mailbox on a shared domain: its life, its webmail, and whether a name is free."""

from portal.mail import NameTaken, Refused, Unreachable
from portal.mail.mailbox_service import NewSharedMailbox, SharedMailbox
from portal.mail.polarismail import answers, webmail
from portal.mail.polarismail.aliases import AliasCalls
from portal.mail.polarismail.lists import ListCalls
from portal.mail.polarismail.options import LOCALISED
from portal.mail.polarismail.updates import UpdateCalls
from portal.mail.polarismail.wire import Call


class PolarisMailbox(UpdateCalls, AliasCalls, ListCalls):
    """One mailbox; what is proved of a change is proved by reading it back."""

    def is_free(self, name: str) -> bool:
        address = self._address(name)
        found = self._access.at_once(
            lambda: self._searched(name) is not None,
            lambda: any(alias.address == address for alias in self.aliases()),
            lambda: address in self.lists(),
        )
        return not any(found)

    def webmail(self) -> str:
        what = "sign into webmail"
        told = self._access.call(Call(what, "getOTPassAndToken", self._key)).returndata
        if not isinstance(told, dict):
            raise Unreachable(f"{what}: the answer is of another kind")
        return webmail.link(self.address, told, self._options)

    def create_mailbox(self, new: NewSharedMailbox) -> SharedMailbox:
        what = "create a mailbox"
        if self._exists():
            raise NameTaken(f"{what}: there is one of that name")
        fields = {
            **self._key,
            "password": new.password,
            "account_type": answers.NUMBERS[new.account_type],
            "quota": answers.written(new.quota_gb),
            "uname": new.display_name,
            self._options.create_twofa: "1",
            **{self._options.created(name): getattr(new, name) for name in LOCALISED},
        }
        call = Call(what, "addUser", {name: value for name, value in fields.items() if name})
        self._access.change(call, self._exists)
        return self.mailbox()

    def set_enabled(self, on: bool) -> None:
        what = "enable a mailbox" if on else "disable a mailbox"
        call = Call(what, "enableUser" if on else "disableUser", self._key)
        refusal = Refused(f"{what}: it is as before")
        try:
            self._access.change(call, lambda: self._is_enabled() == on)
        except Refused as error:
            # Perhaps because it is so already.
            refusal = error
        if self._is_enabled() != on:
            raise refusal

    def delete_mailbox(self) -> None:
        what = "delete a mailbox"
        self._access.change(Call(what, "removeUser", self._key), lambda: not self._exists())
        if self._exists():
            raise Refused(f"{what}: it is still there")
