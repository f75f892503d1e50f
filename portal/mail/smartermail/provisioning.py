"""The operations by which a domain comes, is set up, and goes: with the system administrator's own token."""

import re
from typing import Any
from urllib.parse import quote

from portal.mail import DomainSettings, NewDomain, Refused, Unreachable
from portal.mail.smartermail import answers
from portal.mail.smartermail.answers import Row
from portal.mail.smartermail.calls import DomainCalls
from portal.mail.smartermail.wire import Call, get

# What the portal's own calls need in every domain.
ALWAYS = {"enableMailForwarding": True, "allowUserSizeChanging": True}


class ProvisioningCalls(DomainCalls):
    """One domain's life."""

    def create(self, new: NewDomain) -> None:
        domain = {
            "name": self._name,
            "path": self._path(new.folder),
            "hostname": f"mail.{self._name}",
            "userLimit": user_limit(new.settings.mailboxes),
            "aliasLimit": 0,
            "listLimit": 0,
            "maxSize": 0,
            "isEnabled": True,
        }
        body = {
            "adminUsername": new.admin,
            "adminPassword": new.password,
            "deliverLocallyForExternalDomain": False,
            "domainLocation": 0,
            "domainLocationAddress": "",
            "domainData": domain,
        }
        self._access.as_system(Call("create the domain", "settings/sysadmin/domain-put", body, slow=True))

    def delete(self, *, files: bool) -> None:
        path = f"settings/sysadmin/domain-delete/{quote(self._name, safe='')}/{'true' if files else 'false'}"
        self._access.as_system(Call("delete the domain", path, slow=True))

    def set_open(self, on: bool) -> None:
        self._change_settings("enable the domain" if on else "disable the domain", {"isEnabled": on})

    def configure(self, settings: DomainSettings, *, opened: bool = False) -> bool:
        wanted = ALWAYS | {
            "maxUsers": user_limit(settings.mailboxes),
            "maxDomainAliases": settings.domain_aliases,
            "enableActiveSyncAccountManagement": settings.activesync,
            "enableMapiEwsAccountManagement": settings.mapi,
            "outgoingIP": settings.outbound_ip,
        }
        if opened:
            wanted["isEnabled"] = True
        present = self._settings()
        changed = {key: value for key, value in wanted.items() if present.get(key) != value}
        if changed:
            self._change_settings("set up the domain", changed)
        return bool(changed)

    def hide(self, name: str) -> None:
        hidden = {"userMailSettings": {"hideFromGAL": True}}
        self._change_user("hide a mailbox", "user-mail", name, hidden)

    def _change_settings(self, what: str, changed: dict[str, Any]) -> None:
        """What is not named stays."""
        path = f"settings/sysadmin/domain-settings/{quote(self._name, safe='')}"
        self._access.as_system(Call(what, path, {"domainSettings": changed}))

    def _path(self, folder: str) -> str:
        """The domain's own folder, below the one that is given or beside another domain's."""
        folder = folder.rstrip("\\/") if folder else self._others_folder()
        return f"{folder}{separator(folder)}{self._name}"

    def _others_folder(self) -> str:
        what = "read where domains lie"
        for name in sorted(self._access.domain_names() - {self._name}):
            answer = self._access.as_system(get(what, f"settings/sysadmin/domain/{quote(name, safe='')}"))
            path = answers.row(answer, "domainData", Row, what).get("path")
            if isinstance(path, str) and (found := re.fullmatch(r"(.+)[\\/][^\\/]+[\\/]*", path)):
                return found[1]
            raise Unreachable(f"{what}: the answer lacks path")
        raise Refused(f"{what}: the server has no domain yet beside which this one could lie")


def user_limit(mailboxes: int) -> int:
    """The server counts the hidden admin too; 0 stays "any number"."""
    return mailboxes + 1 if mailboxes else 0


def separator(folder: str) -> str:
    """What the server's own system writes between the parts of a path."""
    return "\\" if "\\" in folder or re.fullmatch("[A-Za-z]:", folder) else "/"
