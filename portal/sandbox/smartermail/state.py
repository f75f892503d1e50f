"""What a domain holds: users, aliases, settings, and the rules about their names, limits and passwords."""

import copy
import re
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from ..played.answers import INVALID, Refusal
from .defaults import NEVER, NO_FORWARDS, PASSWORD_RULES, SETTINGS
from .tokens import iso

LOCAL_PART = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}", re.IGNORECASE)
DOMAIN_NAME = re.compile(r"(?=.{1,253}$)[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})+", re.IGNORECASE)

REQUIRED_CHARACTERS = {
    "requireCapital": re.compile(r"[A-Z]"),
    "requireLower": re.compile(r"[a-z]"),
    "requireNumber": re.compile(r"[0-9]"),
    "requireSymbol": re.compile(r"[^A-Za-z0-9]"),
}


@dataclass
class User:
    """A mailbox. `row` is its entry of list-users, kept ready so that a list of 10,000 costs nothing to build."""

    password: str
    row: dict[str, Any]
    mail: dict[str, Any]
    more: dict[str, Any] = field(default_factory=dict)
    forwards: dict[str, Any] = field(default_factory=lambda: dict(NO_FORWARDS))
    dropped_connections: int = 0

    @property
    def address(self) -> str:
        """As it was written when it was created: mixed case stays."""
        return str(self.row["emailAddress"])

    @property
    def is_admin(self) -> bool:
        return bool(self.row["securityFlags"]["isDomainAdmin"])

    @property
    def may_sign_in(self) -> bool:
        """Both switches must be on: how they relate on a real server is unknown."""
        return not self.row["securityFlags"]["isDisabled"] and bool(self.mail["isEnabled"])

    def data(self) -> dict[str, Any]:
        """The `userData`."""
        flags = {"authenticatingWindowsDomain": None, "isSystemAdmin": False, "isPrimarySystemAdmin": False}
        return (
            {
                "domain": self.address.partition("@")[2],
                "description": "",
                "createDate": NEVER,
                "isPasswordExpired": False,
                "isPasswordCompliant": 1,
                "passwordLocked": False,
                "permissions": 0,
                "roles": [],
                "adUsername": "",
                "adminId": "",
                "isListModerator": False,
                "enableSmtpAccounts": False,
                "loaded": True,
                "sessionStr": "",
                "csvFields": "",
                "tempPassword": "",
                "tempPasswordExpUtc": NEVER,
                "autoResponder": {"forwardingAddress": ""},
            }
            | self.more
            | self.row
            | {"securityFlags": flags | self.row["securityFlags"]}
        )

    def mail_settings(self) -> dict[str, Any]:
        """The `userMailSettings`."""
        return {
            "replyToAddress": "",
            "userContactInfo": {"firstName": "", "lastName": "", "displayAs": self.row["fullName"]},
            "hideFromGAL": False,
            "isCatchAll": False,
            "enablePop": True,
            "enableImap": True,
            "enableSmtp": True,
            "throttleSettings": {"messagesPerHour": 0},
            "blockedSenders": [],
            "maxSize": self.row["maxMailboxSize"],
            "totalMailboxSize": self.row["currentMailboxSize"],
        } | self.mail


@dataclass
class Domain:
    """A mail domain. Users and aliases are keyed by their lower-case local part and share one name space.

    `active_sync` and `mapi_ews` tell for the local parts that ever had the protocol whether they have it now.
    """

    name: str
    settings: dict[str, Any] = field(default_factory=lambda: copy.deepcopy(SETTINGS))
    users: dict[str, User] = field(default_factory=dict)
    aliases: dict[str, dict[str, Any]] = field(default_factory=dict)
    active_sync: dict[str, bool] = field(default_factory=dict)
    mapi_ews: dict[str, bool] = field(default_factory=dict)
    domain_aliases: list[str] = field(default_factory=list)
    password_overrides: dict[str, Any] = field(default_factory=dict)
    user_defaults: dict[str, Any] = field(default_factory=lambda: {"maxMailboxSize": 0, "services": {}})

    @property
    def enabled(self) -> bool:
        return bool(self.settings["isEnabled"])

    @property
    def password_rules(self) -> dict[str, Any]:
        return PASSWORD_RULES | self.password_overrides

    def local_part(self, written: str) -> str:
        """The local part of a name written alone or as an address of this domain. Raise Refusal when it is neither."""
        name, at, domain = written.partition("@")
        if (at and domain.lower() != self.name) or not LOCAL_PART.fullmatch(name):
            raise Refusal("USER_ADD_ERROR_INVALID_NAME")
        return name

    def user(self, address: str) -> User:
        """By whole address. Raise Refusal when there is none."""
        name, _, domain = address.lower().partition("@")
        if domain != self.name or name not in self.users:
            raise Refusal("User does not exist.")
        return self.users[name]

    def alias(self, name: str) -> dict[str, Any]:
        if name.lower() not in self.aliases:
            raise Refusal("Alias does not exist.")
        return self.aliases[name.lower()]

    def claim(self, name: str) -> None:
        """Raise Refusal when a user or an alias has that local part."""
        if name.lower() in self.users or name.lower() in self.aliases:
            raise Refusal("USER_ADD_ERROR_NAME_IN_USE")

    def room(self, what: str, held: int, maximum: str) -> None:
        """Raise Refusal when one more of `what` would pass the setting `maximum` (0 = no limit)."""
        limit = self.settings[maximum]
        if limit and held >= limit:
            raise Refusal(f"{what}_LIMIT_EXCEEDED|{limit}")

    def check_size(self, size: int) -> None:
        """A mailbox may not be promised more than the whole domain has."""
        limit = self.settings["maxSize"]
        if size < 0:
            raise Refusal(INVALID)
        if limit and size > limit:
            raise Refusal(f"MAILBOX_SIZE_LIMIT_EXCEEDED|{limit}")

    def check_password(self, password: str, user_name: str) -> None:
        """Raise Refusal when the domain's password rules do not allow it."""
        rules = self.password_rules
        if rules["minLength"]["enabled"] and len(password) < rules["minLength"]["ruleValue"]:
            raise Refusal("USER_ADD_ERROR_PASSWORD_TOO_SHORT")
        lacking = any(rules[rule] and not found.search(password) for rule, found in REQUIRED_CHARACTERS.items())
        if lacking or (rules["notUsername"] and user_name.lower() in password.lower()):
            raise Refusal("User does not meet password requirements")

    def add_user(self, user: User) -> None:
        self.users[user.address.partition("@")[0].lower()] = user

    def removable(self, names: Iterable[str], actor: str) -> list[str]:
        """The users of these local parts, lower-case. Raise Refusal, for all of them, when one may not go."""
        keys = [name.lower() for name in names]
        for key in keys:
            # An address where a local part belongs finds nothing.
            if key not in self.users:
                raise Refusal("User not found")
            if self.users[key].row["isPrimaryDomainAdmin"] or f"{key}@{self.name}" == actor:
                raise Refusal("USER_DELETE_ERROR_NOT_ALLOWED")
        return keys

    def remove_users(self, keys: Iterable[str]) -> None:
        """Their messages and licences go; aliases that point to them stay, pointing at nobody."""
        for key in keys:
            self.users.pop(key, None)
            self.active_sync.pop(key, None)
            self.mapi_ews.pop(key, None)

    def switch_users(self, names: Iterable[str], disabled: bool) -> None:
        """By local part, all or none. Raise Refusal when one is unknown."""
        for user in [self.user(f"{name}@{self.name}") for name in names]:
            user.row["securityFlags"]["isDisabled"] = disabled

    def data(self) -> dict[str, Any]:
        """The `domainData`."""
        size = sum(user.row["currentMailboxSize"] for user in self.users.values())
        settings = self.settings
        return {
            "name": self.name,
            "hostname": settings["hostname"],
            "path": settings["domainPath"],
            "isEnabled": settings["isEnabled"],
            "status": "Enabled" if settings["isEnabled"] else "Disabled",
            "imgLink": "",
            "userCount": len(self.users),
            "userLimit": settings["maxUsers"],
            "aliasCount": len(self.aliases),
            "aliasLimit": settings["maxAliases"],
            "domainAliasCount": len(self.domain_aliases),
            "listCount": 0,
            "listLimit": settings["maxLists"],
            "size": size,
            "sizeMb": round(size / 1048576, 2),
            "maxSize": settings["maxSize"],
            "fileStorageSize": 0,
            "fileStorageSizeMb": 0,
            "mainDomainAdmin": settings["mainDomainAdmin"],
        }


def new_user(domain: Domain, name: str, password: str, full_name: str = "", limit: int = 0) -> User:
    """A mailbox that no domain holds yet; nothing is checked."""
    return User(
        password=password,
        row={
            "userName": name,
            "emailAddress": f"{name}@{domain.name}",
            "fullName": full_name,
            "securityFlags": {"authType": 0, "isDisabled": False, "isDomainAdmin": False},
            "isPrimaryDomainAdmin": False,
            "currentMailboxSize": 0,
            "maxMailboxSize": limit,
            "lastLoginTime": NEVER,
        },
        mail={"isEnabled": True, "canReceiveMail": True, "enableMailForwarding": False},
        more={"createDate": iso(time.time())},
    )


def new_alias(name: str, targets: list[str]) -> dict[str, Any]:
    """An alias with the server's defaults."""
    return {
        "name": name,
        "displayName": "",
        "aliasTargetList": targets,
        "allowSending": False,
        "hideFromGAL": False,
        "internalOnly": False,
        "includeAllDomainUsers": False,
        "enableForXmpp": False,
        "isEnabled": True,
        "description": "",
    }
