"""Going on with what broke off, as the seller's staff ask for."""

from portal.provisioning.creation import finish_creation
from portal.provisioning.life import change_plan, new_password, suspend, terminate, unsuspend
from portal.provisioning.running import Caller, Connect
from portal.store import operations, services
from portal.store.services import Service


def finish(service: Service, connect: Connect, caller: Caller) -> tuple[Service, list[str], str | None]:
    """Go on with every unfinished operation, the oldest first: the service, their kinds, and the hidden admin's
    password when one of them gave it a new one."""
    finished, password = [], None
    for operation in operations.to_finish(service):
        match operation.kind:
            case "create":
                password = finish_creation(service, connect, caller).password or password
            case "suspend":
                suspend(service, connect, caller)
            case "unsuspend":
                unsuspend(service, connect, caller)
            case "terminate":
                terminate(service, connect, caller)
            case "plan":
                change_plan(service, operation.wanted["plan"], None, connect, caller)
            case "password":
                password = new_password(service, connect, caller)[1]
        finished.append(operation.kind)
    return services.reread(service), finished, password
