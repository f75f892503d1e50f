"""What happens on the mail server without the portal: its administrator at work, and users with their mail programs."""

from functools import cached_property
from typing import Any

import requests

from portal.sandbox.control import Running


class Elsewhere:
    """Speaks the mail server's own API; every answer has to be a success unless it is asked for a verdict."""

    def __init__(self, mail: Running) -> None:
        self._mail = mail

    def alias(self, address: str, *targets: str, everyone: bool = False, **fields: Any) -> None:
        name, _, domain = address.partition("@")
        wanted = {"name": name, "aliasTargetList": list(targets), "includeAllDomainUsers": everyone} | fields
        self._act(domain, "settings/domain/alias-put", {"alias": wanted})

    def change_alias(self, address: str, **changed: Any) -> None:
        name, _, domain = address.partition("@")
        self._act(domain, "settings/domain/alias", {"oldName": name, "alias": {"name": name} | changed})

    def domain_alias(self, domain: str, name: str) -> None:
        entered = self._act(domain, f"settings/sysadmin/manage-domain/{domain}", {})["impersonateAccessToken"]
        self._act(domain, f"settings/domain/domain-alias-put/{name}/false", {}, token=entered)

    def no_domain_alias(self, domain: str, name: str) -> None:
        self._act(domain, f"settings/domain/domain-alias-delete/{name}", {})

    def change(self, address: str, **user_data: Any) -> None:
        self._act(address.partition("@")[2], "settings/domain/post-user", {"email": address, "userData": user_data})

    def forward(self, address: str, *targets: str, keep: bool = False, delete: bool = False, **fields: Any) -> None:
        wanted = {"forwardList": list(targets), "keepRecipients": keep, "deleteOnForward": delete} | fields
        body = {"email": address, "mailboxForwardList": wanted}
        self._act(address.partition("@")[2], "settings/domain/post-mailbox-forward-list", body)

    def let_forward(self, address: str, allowed: bool) -> None:
        """The mailbox's own switch, beside the list of destinations."""
        body = {"email": address, "userMailSettings": {"enableMailForwarding": allowed}}
        self._act(address.partition("@")[2], "settings/domain/post-user-mail", body)

    def delete(self, address: str) -> None:
        name, _, domain = address.partition("@")
        self._act(domain, "settings/domain/account-list-delete", {"input": [name]})

    def settings(self, domain: str, **changed: Any) -> None:
        self._act(domain, f"settings/sysadmin/domain-settings/{domain}", {"domainSettings": changed})

    def password_rules(self, domain: str, **rules: Any) -> None:
        self._act(domain, "settings/domain/password-settings", rules)

    def protocols(self, address: str) -> None:
        """Switch ActiveSync and MAPI on."""
        for kind in ("active-sync", "mapi-ews"):
            body = [{"emailAddress": address, "isActive": True}]
            self._act(address.partition("@")[2], f"settings/domain/{kind}-mailboxes-patch", body)

    def accepts(self, address: str, password: str) -> bool:
        """Whether a mail program can sign in."""
        answer = self._sign_in(address, password)
        assert answer.status_code in (200, 401), answer.text
        return answer.ok

    @cached_property
    def _token(self) -> str:
        return str(self._sign_in(self._mail.username, self._mail.password).json()["accessToken"])

    def _sign_in(self, username: str, password: str) -> requests.Response:
        body = {"username": username, "password": password, "clientId": "elsewhere"}
        return requests.post(f"{self._mail.url}/api/v1/auth/authenticate-user", json=body, timeout=10)

    def _act(self, domain: str, path: str, body: Any, *, token: str = "") -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {token or self._token}", "X-SmarterMailDomain": domain}
        answer = requests.post(f"{self._mail.url}/api/v1/{path}", json=body, headers=headers, timeout=10)
        said: dict[str, Any] = answer.json()
        assert said["success"], answer.text
        return said
