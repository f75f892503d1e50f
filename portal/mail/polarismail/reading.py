"""What is read of one mailbox."""

from contextlib import suppress

from portal.mail import NotFound, Refused
from portal.mail.mailbox_service import SharedMailbox
from portal.mail.polarismail import answers
from portal.mail.polarismail.answers import Row
from portal.mail.polarismail.calls import Calls
from portal.mail.polarismail.wire import Call, truth

WHOLE = {"slicing": "0", "offset": "0", "limit": "0"}
TOLD = {"showQuota": "1", "getOTPAndToken": "0"}


class ReadCalls(Calls):
    def mailbox(self) -> SharedMailbox:
        return answers.mailbox(self._row(), self.address, self._options.mb_per_gb)

    def _row(self) -> Row:
        """All that lists tell of the mailbox. Raises NotFound when the whole list does not have it.

        The whole list holds everybody's mailboxes, so a search goes first, until one was seen to leave something out.
        """
        if self._access.search_tells_all:
            row = self._searched(self._name)
            if row is not None and {"quota", "disabled"} <= row.keys():
                return row
        what = "read a mailbox"
        everybody = self._of_domain(what, "getAllUsersDomain", **WHOLE, **TOLD)
        found = _of_name(self._name, everybody)
        if found is None:
            raise NotFound(f"{what}: there is none of that name")
        self._access.search_tells_all = False
        return found

    def _searched(self, name: str) -> Row | None:
        """What a search tells of the mailbox. Nobody knows what it leaves out, so None proves nothing."""
        rows = self._of_domain("look for a mailbox", "searchUsers", search=name.lower(), **WHOLE)
        return _of_name(name, rows)

    def _all(self) -> Row:
        """What lists tell of the mailbox, and beyond that what the server tells otherwise, which may be nothing."""
        info, row = self._access.at_once(self._info, self._row)
        return {**info, **row}

    def _info(self) -> Row:
        with suppress(Refused):
            told = self._access.call(Call("read a mailbox", "getUserInfo", self._key, read=True)).returndata
            told = told[0] if isinstance(told, list) and len(told) == 1 else told
            if isinstance(told, dict):
                return told
        return {}

    def _exists(self) -> bool:
        try:
            self._row()
        except NotFound:
            return False
        return True

    def _is_enabled(self) -> bool:
        return not truth(self._row().get("disabled"))


def _of_name(name: str, rows: list[Row]) -> Row | None:
    return next((row for row in rows if answers.local_part(answers.text(row, "username")) == name.lower()), None)
