"""What the mail server was asked, as its log tells."""

from portal.sandbox.control import Running


def paths(sandbox: Running) -> list[str]:
    """The path of each call."""
    return [call["path"] for call in sandbox.calls()]


def operations(sandbox: Running) -> list[str]:
    """The paths of the calls besides sign-in and impersonation."""
    return [path for path in paths(sandbox) if not path.startswith(("auth/", "settings/sysadmin/manage-domain/"))]
