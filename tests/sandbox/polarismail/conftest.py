"""One PolarisMail sandbox for these tests, put back to its start before each, and callers that speak its API."""

from collections.abc import Iterator

import pytest
import requests

from portal.sandbox.polarismail.control import PolarisMail


class Caller:
    """Speaks to an endpoint with one token; the answer is the whole envelope."""

    def __init__(self, http, url, token=None):
        self.http, self.url = http, url
        self.token = token

    def post(self, action, **parameters):
        """The whole HTTP response."""
        token = {"token": self.token} if self.token else {}
        return self.http.post(self.url, data={"action": action} | token | parameters)

    def call(self, action, **parameters):
        return self.post(action, **parameters).json()

    def rows(self, action, **parameters):
        """The data of a call that must succeed."""
        said = self.call(action, **parameters)
        assert said["returncode"] == 1, said
        return said["returndata"]

    def refusal(self, action, **parameters):
        """The text of a call that must be refused."""
        said = self.call(action, **parameters)
        assert said["returncode"] == 0, said
        return said["returndata"]

    def sign_in(self, **credentials):
        """A caller with the token of that sign-in."""
        return Caller(self.http, self.url, self.rows("login", **credentials))

    def users(self, domain="mail.test", **parameters):
        """The rows of a domain's mailboxes by name."""
        plain = {"slicing": 0, "offset": 0, "limit": 0, "showQuota": 1, "getOTPAndToken": 0}
        found = self.rows("getAllUsersDomain", domain=domain, **plain | parameters)
        return {row["username"]: row for row in found}


@pytest.fixture(scope="session")
def process() -> Iterator[PolarisMail]:
    with PolarisMail("mail.test=12,6,3", "post.test=2,1,1") as running:
        yield running


@pytest.fixture
def sandbox(process):
    process.reset()
    return process


@pytest.fixture
def nobody(sandbox):
    """A caller of the admin endpoint without a token."""
    with requests.Session() as http:
        yield Caller(http, f"{sandbox.url}/admin/json.php")


@pytest.fixture
def door(sandbox, nobody):
    """A caller of the user endpoint without a token."""
    return Caller(nobody.http, f"{sandbox.url}/json.php")


@pytest.fixture
def admin(nobody, sandbox):
    return nobody.sign_in(username=sandbox.username, password=sandbox.password)


@pytest.fixture
def marie(sandbox):
    """A mailbox of ours among those of others."""
    sandbox.mailbox("mail.test", "marie", password="Marie-Pass-1", display_name="Marie Roy", quota="5")
    return {"username": "marie", "domain": "mail.test"}
