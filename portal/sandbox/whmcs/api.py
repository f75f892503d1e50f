"""The portal's server-to-server calls, signed in Python: what the stand-in WHMCS registers its services by."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import requests

from sso import envelope


class ApiError(Exception):
    """A call brought no answer, or a refusal, whose problem+json gives the `code`."""

    def __init__(self, text: str, code: str = "") -> None:
        super().__init__(text)
        self.code = code


class PortalApi:
    """The calls of one tenant. Names under .localhost resolve in browsers only, so the host goes in the header."""

    def __init__(self, portal: str, tenant: str, key: str) -> None:
        self._host = urlsplit(portal).netloc
        self._loopback = f"http://127.0.0.1:{urlsplit(portal).port}"
        self._tenant = tenant
        self._key = key

    def call(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Send a signed call and return its answer. ApiError when there is none, or no success."""
        raw = b"" if body is None else json.dumps(body).encode()
        payload = {
            "jti": envelope.new_jti(),
            "method": method,
            "path": path,
            "body": hashlib.sha256(raw).hexdigest(),
            "host": self._host,
        }
        token = envelope.seal(payload, [self._key], envelope.API)
        headers = {
            "Host": self._host,
            "Authorization": f"Portal {self._tenant} {token}",
            "Content-Type": "application/json",
        }
        try:
            response = requests.request(method, self._loopback + path, data=raw, headers=headers, timeout=30)
        except requests.RequestException as error:
            raise ApiError(f"{method} {path}: the portal did not answer") from error
        if not response.ok:
            problem = _problem(response)
            raise ApiError(
                f"{method} {path}: HTTP {response.status_code} {problem.get('detail', '')}", problem.get("code", "")
            )
        answer: dict[str, Any] = response.json()
        return answer


def _problem(response: requests.Response) -> dict[str, str]:
    if response.headers.get("Content-Type") != "application/problem+json":
        return {}
    problem: dict[str, str] = response.json()
    return problem
