"""Whose WHMCS calls, and a domain that nobody has registered."""

import pytest

from portal.sandbox.control import Running
from tests.views.api.whmcs import OWN_PASSWORD, Whmcs
from tests.world import ADMIN, World


@pytest.fixture
def owner(world: World) -> Whmcs:
    """The WHMCS of northwind, to whom the portal belongs."""
    return Whmcs(world, "northwind")


@pytest.fixture
def reseller(world: World) -> Whmcs:
    """The WHMCS of harbour."""
    return Whmcs(world, "harbour")


@pytest.fixture
def taken(mail: Running) -> str:
    """A domain that is on the mail server and no service's; its admin's password is OWN_PASSWORD."""
    mail.domain("taken.test", admin=ADMIN, admin_password=OWN_PASSWORD)
    return "taken.test"
