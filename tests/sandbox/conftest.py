"""One SmarterMail sandbox for these tests, put back to its start before each, and callers that speak its API."""

from collections.abc import Iterator

import pytest
import requests

from portal.sandbox.control import Running


class Caller:
    """Speaks to the API with one token; the answer is the whole response, whatever its status."""

    def __init__(self, sandbox, http, token=None, **headers):
        self.sandbox, self.http = sandbox, http
        self.headers = headers | ({"Authorization": f"Bearer {token}"} if token else {})

    def get(self, path):
        return self.http.get(f"{self.sandbox.url}/api/v1/{path}", headers=self.headers)

    def post(self, path, body=None):
        return self.http.post(
            f"{self.sandbox.url}/api/v1/{path}", json={} if body is None else body, headers=self.headers
        )

    def with_token(self, token, **headers):
        return Caller(self.sandbox, self.http, token, **headers)

    def sign_in(self, username, password, client_id="tests"):
        """A caller with the token of that sign-in."""
        body = {"username": username, "password": password, "clientId": client_id}
        return self.with_token(self.post("auth/authenticate-user", body).json()["accessToken"])

    def manage(self, domain):
        """A caller limited to that domain."""
        return self.with_token(self.post(f"settings/sysadmin/manage-domain/{domain}").json()["impersonateAccessToken"])

    def on(self, domain):
        """The same token with the header that names a domain."""
        return Caller(self.sandbox, self.http, **self.headers | {"X-SmarterMailDomain": domain})


@pytest.fixture(scope="session")
def process() -> Iterator[Running]:
    with Running("alice.test=3,3", "bob.test=1,0") as running:
        yield running


@pytest.fixture
def sandbox(process):
    process.reset()
    return process


@pytest.fixture
def nobody(sandbox):
    """A caller without a token."""
    with requests.Session() as http:
        yield Caller(sandbox, http)


@pytest.fixture
def admin(nobody, sandbox):
    """The system admin."""
    return nobody.sign_in(sandbox.username, sandbox.password)


@pytest.fixture
def alice(admin):
    """The system admin acting on alice.test."""
    return admin.manage("alice.test")
