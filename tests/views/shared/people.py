"""Who opens a mailbox service in WHMCS."""

from typing import Any

from tests.shared_world import DOMAIN, SharedWorld
from tests.world import Visitor, World


def visitor(world: SharedWorld, slug: str, svc: int, name: str, **claims: Any) -> Visitor:
    """Somebody who has just opened that service."""
    hands = World(world.app, world.mail, world.keys)  # type: ignore[arg-type]
    return hands.visitor(slug=slug, svc=svc, name=f"{name}@{DOMAIN}", product="mailbox", **claims)
