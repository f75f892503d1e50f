"""A process of its own that makes aliases and lists for Alice: what became of each, as JSON.

Called with the names to try; the portal's settings and the plan's number come as JSON on the standard input.
"""

import json
import sys
from decimal import Decimal

from portal import create_app, shared_mailbox, store
from portal.mail import Refused
from portal.plan import MailboxPlan
from portal.shared_mailbox import Holder
from portal.store import services
from portal.store.history import SELLER
from portal.store.turns import Busy

TRIES = 20


def main() -> None:
    given = json.load(sys.stdin)
    app = create_app(given["settings"])
    with app.app_context():
        service = services.find("northwind", 301)
        assert service is not None
        assert service.server is not None
        mail = app.extensions["mail"].to_shared(service.server).mailbox(service.name, Decimal(1))
        plan = MailboxPlan.parse(service.plan | {"max_aliases": given["most"], "max_lists": given["most"]})
        holder = Holder(service, mail, plan, SELLER)
        print("ready", flush=True)
        sys.stdin.close()
        print(json.dumps({name: made(holder, name) for name in sys.argv[1:]}))
    app.extensions["mail"].close()
    app.extensions["dns"].close()
    store.close()


def made(holder: Holder, name: str) -> str:
    for _ in range(TRIES):
        try:
            if name.startswith("l"):
                shared_mailbox.create_list(holder, name)
            else:
                shared_mailbox.add_alias(holder, name, holder.service.name)
        except Busy:
            continue
        except Refused as error:
            return type(error).__name__
        return "done"
    return "busy"


if __name__ == "__main__":
    main()
