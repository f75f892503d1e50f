"""Who opens a mailbox service in WHMCS."""

from typing import Any

from tests.shared_world import DOMAIN, SharedWorld
from tests.world import Visitor


def visitor(world: SharedWorld, slug: str, svc: int, name: str, **claims: Any) -> Visitor:
    """Somebody who has just opened that service."""
    return world.visitor(slug=slug, svc=svc, name=f"{name}@{DOMAIN}", product="mailbox", **claims)
