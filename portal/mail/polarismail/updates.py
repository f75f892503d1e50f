"""The one call that changes a mailbox. What becomes of fields left out is not known, so all are sent each time."""

from collections.abc import Mapping
from contextlib import suppress
from decimal import Decimal

from portal.mail import MailError, Refused, Unreachable
from portal.mail.mailbox_service import MailboxChanges
from portal.mail.polarismail import answers
from portal.mail.polarismail.answers import Row
from portal.mail.polarismail.options import LOCALISED
from portal.mail.polarismail.reading import ReadCalls
from portal.mail.polarismail.wire import Call, Unauthorized


class UpdateCalls(ReadCalls):
    def change_mailbox(self, changes: MailboxChanges) -> frozenset[str]:
        what = "change a mailbox"
        localised = {name: value for name in LOCALISED if (value := getattr(changes, name)) is not None}
        changed = {self._options.updated(name): value for name, value in localised.items()}
        if changes.account_type is not None:
            changed["editaccount_type"] = answers.NUMBERS[changes.account_type]
        if changes.quota_gb is not None:
            changed["editquota"] = answers.written(changes.quota_gb)
        if not changed:
            return frozenset()
        # To change it twice is as good as once.
        self._access.change(self._update(what, changed), lambda: False)
        row = self._all()
        told = {name: answers.text(row, self._options.created(name)) for name in localised}
        wrong = [name for name, value in localised.items() if told[name] and told[name].lower() != value.lower()]
        wrong += [] if self._is_of_quota(row, changes.quota_gb) else ["quota"]
        wrong += [] if changes.account_type in (None, answers.account_type(row)) else ["account type"]
        if wrong:
            raise Refused(f"{what}: afterwards it has another {', '.join(wrong)}")
        return frozenset(name for name in localised if not told[name])

    def set_password(self, password: str) -> bool:
        # A second time the server might refuse it as one that was used before.
        def done() -> bool:
            with suppress(MailError):
                return self.opens(password)
            return False

        self._access.change(self._update("set a password", {"editpassword": password}), done)
        return False

    def opens(self, password: str) -> bool:
        what = "sign in as the mailbox"
        if not self._options.user_url:
            raise Unreachable(f"{what}: the server's entry has no user_url")
        try:
            self._access.wire.send_to(self._options.user_url, Call(what, "login", {**self._key, "password": password}))
        except (Refused, Unauthorized):
            return False
        return True

    def _update(self, what: str, changed: Mapping[str, str]) -> Call:
        """The change, and all else as it is."""
        row = self._all()
        kept = {
            "edituname": answers.text(row, "uname") if "uname" in row else None,
            "editaccount_type": answers.type_number(row),
            "editquota": self._quota_again(row),
        }
        for name in (*LOCALISED, "twofa"):
            kept[self._options.updated(name)] = answers.text(row, self._options.created(name)) or None
        known = {name: value for name, value in kept.items() if value is not None}
        fields = {"editusername": self._name, "editdomain": self._domain, **known, **changed}
        return Call(what, "updateUser", {name: value for name, value in fields.items() if name})

    def _quota_again(self, row: Row) -> str | None:
        """Within the tolerance it is the plan's own: it must not grow a little with each change."""
        megabytes = answers.number(row.get("quota"))
        if megabytes is None:
            return None
        planned = self._quota_gb
        if planned is not None and answers.is_about(megabytes, planned, self._options.mb_per_gb):
            return answers.written(planned)
        return answers.written(megabytes / self._options.mb_per_gb)

    def _is_of_quota(self, row: Row, wanted: Decimal | None) -> bool:
        """Whether what is read is what was written; what is not read is not proved to be."""
        megabytes = answers.number(row.get("quota"))
        if wanted is None:
            return True
        return megabytes is not None and answers.is_about(megabytes, wanted, self._options.mb_per_gb)
