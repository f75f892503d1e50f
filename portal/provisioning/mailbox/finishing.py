"""Going on with what broke off, as the seller's staff ask for."""

from portal.provisioning.mailbox.creation import finish_creation
from portal.provisioning.mailbox.life import change_plan, suspend, terminate, unsuspend
from portal.provisioning.mailbox.wanted import Connect
from portal.provisioning.running import Caller
from portal.store import operations, services
from portal.store.operations import SUPERSEDED
from portal.store.services import Service

GIVEN_UP = "The portal keeps no passwords: set it again where it was wanted."


def finish(service: Service, connect: Connect, caller: Caller) -> tuple[Service, list[str]]:
    """Go on with every unfinished operation, the oldest first: the service, and their kinds.

    A change of the password is given up instead: nobody here knows it any more.
    """
    finished = []
    for operation in operations.to_finish(service):
        match operation.kind:
            case "create":
                finish_creation(service, connect, caller)
            case "suspend":
                suspend(service, connect, caller)
            case "unsuspend":
                unsuspend(service, connect, caller)
            case "terminate":
                terminate(service, connect, caller)
            case "plan":
                change_plan(service, operation.wanted["plan"], None, connect, caller)
            case "password":
                operations.end(operation, SUPERSEDED, GIVEN_UP)
                continue
        finished.append(operation.kind)
    return services.reread(service), finished
