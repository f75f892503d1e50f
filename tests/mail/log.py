"""What the mail server was asked, as its log tells."""

from portal.sandbox.control import Running


def operations(sandbox: Running) -> list[str]:
    """The paths of the calls besides sign-in and impersonation."""
    asked = [call["path"] for call in sandbox.calls()]
    return [path for path in asked if not path.startswith(("auth/", "settings/sysadmin/manage-domain/"))]
