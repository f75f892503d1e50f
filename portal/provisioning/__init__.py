"""The life cycle of services, as WHMCS calls for it: a call that is repeated goes on where the last one broke off.

Who may ask for it, was checked before; on whose behalf, a `Caller` tells: WHMCS (`history.SELLER`), or an admin. Each
raises NotPossible, or a `MailError` of the mail server.
"""

from portal.provisioning.creation import Created, create
from portal.provisioning.finishing import finish
from portal.provisioning.life import change_plan, new_password, suspend, terminate, unsuspend
from portal.provisioning.running import Caller, Connect, NotPossible

__all__ = [
    "Caller",
    "Connect",
    "Created",
    "NotPossible",
    "change_plan",
    "create",
    "finish",
    "new_password",
    "suspend",
    "terminate",
    "unsuspend",
]
