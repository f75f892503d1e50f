"""A tenant's WHMCS: signs its calls as the module does, and tells what the module tells."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from werkzeug.test import TestResponse

from portal.store import services
from portal.store.services import Service
from sso import envelope
from tests.world import ADMIN, BASE, HandOffs

HOST = "portal.test"
OWN_PASSWORD = "Dom4in!Admins-Own"


@dataclass
class Whmcs:
    """A tenant's WHMCS."""

    world: HandOffs
    slug: str

    def call(self, method: str, path: str, body: Any = None, /, **signed: Any) -> TestResponse:
        """`signed` stands in the envelope instead of what is true of this call."""
        raw = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.send(method, path, raw, self.header(method, path, raw, **signed))

    def header(self, method: str, path: str, raw: bytes, /, **signed: Any) -> str:
        """`now` and `key` are the signer's; everything else stands in the payload."""
        now, key = signed.pop("now", None), signed.pop("key", self.world.keys[self.slug])
        payload = {
            "jti": envelope.new_jti(),
            "method": method,
            "path": path,
            "body": hashlib.sha256(raw).hexdigest(),
            "host": HOST,
        } | signed
        return f"Portal {self.slug} {envelope.seal(payload, [key], envelope.API, now)}"

    def send(self, method: str, path: str, raw: bytes, header: str | None, **headers: str) -> TestResponse:
        sent = headers if header is None else {"Authorization": header} | headers
        return self.world.app.test_client(use_cookies=False).open(
            path, method=method, base_url=BASE, data=raw, content_type="application/json", headers=sent
        )

    def put(self, svc: int, name: str, **changed: Any) -> TestResponse:
        return self.call("PUT", f"/api/v1/services/{svc}", registration(name, **changed))


def registration(name: str, **changed: Any) -> dict[str, Any]:
    """What the module tells about a service."""
    return {
        "product": "domain",
        "name": name,
        "username": ADMIN,
        "plan": {"server": "mail1", "max_users": "10"},
        "client": 1,
        "status": "Active",
        "billing": {"cycle": "Monthly", "months": 1, "status": "Active", "unit_price": "5.00"},
        "lang": "fr-CA",
        "currency": {"code": "CAD", "prefix": "$", "suffix": " CAD"},
    } | changed


def find(world: HandOffs, slug: str, svc: int) -> Service | None:
    with world.app.app_context():
        return services.find(slug, svc)


def problem(answer: TestResponse) -> tuple[int, str]:
    """Status and code; every refusal of the API has this form."""
    assert answer.content_type == "application/problem+json"
    body = answer.get_json(force=True)
    assert body["status"] == answer.status_code
    assert body["type"] == "about:blank"
    assert body["detail"]
    return answer.status_code, body["code"]
