"""`python -m portal.sandbox`: the whole sandbox in one command, for people and, with --json, for programs."""

import argparse
import json
import signal
import socket
import sys
from itertools import chain, repeat
from typing import Any

from .control import ControlError
from .portal_process import PortalFailed
from .whmcs.api import ApiError
from .world import PORTS, MailAccount, Options, Sandbox

DEMO_PORT = 8400


class Ended(BaseException):
    """Somebody asked for the end: Ctrl-C, or SIGTERM."""


def main() -> int:
    options = _arguments()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _end)
    try:
        with Sandbox(_options(options)) as sandbox:
            print(json.dumps(sandbox.describe()) if options.json else _guide(sandbox), flush=True)
            sandbox.wait()
    except Ended:
        return 0
    except (PortalFailed, ApiError, ControlError, OSError) as error:
        print(error, file=sys.stderr)
        return 1


def _end(_number: int, _frame: Any) -> None:
    # A second Ctrl-C must not interrupt the stopping.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    raise Ended


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m portal.sandbox", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one line of JSON when ready, instead of a guide")
    parser.add_argument(
        "--port-base", type=int, metavar="N", help=f"ports N to N+{PORTS - 1} for portal, WHMCS, DNS, DNS switches"
    )
    parser.add_argument("--workers", type=int, default=1, metavar="N", help="processes of the portal")
    parser.add_argument("--no-worker", action="store_true", help="leave out what the portal does by itself")
    parser.add_argument("--seed", type=_seed, action="append", default=[], metavar="NAME=MAILBOXES,ALIASES")
    parser.add_argument(
        "--mail-url",
        type=_mail_url,
        action="append",
        default=[],
        metavar="KIND=URL",
        help="use this mail server (smartermail or polarismail), and set up nothing on it",
    )
    parser.add_argument("--mail-user", action="append", default=[], help="its admin; of two servers in the same order")
    parser.add_argument("--mail-password", action="append", default=[])
    parser.add_argument("--dns", metavar="HOST:PORT", help="use this resolver")
    parser.add_argument(
        "--set",
        type=_setting,
        action="append",
        default=[],
        metavar="NAME=VALUE",
        dest="settings",
        help="a setting of the portal, as in its environment",
    )
    return parser.parse_args()


def _options(arguments: argparse.Namespace) -> Options:
    first_port = arguments.port_base
    if first_port is None:
        first_port = 0 if arguments.json or not _all_free(DEMO_PORT) else DEMO_PORT
    users, passwords = (chain(given, repeat("")) for given in (arguments.mail_user, arguments.mail_password))
    given = zip(arguments.mail_url, users, passwords, strict=False)
    accounts = {kind: MailAccount(url, user, password) for (kind, url), user, password in given}
    return Options(
        first_port=first_port,
        mail=accounts.get("smartermail"),
        shared_mail=accounts.get("polarismail"),
        dns=arguments.dns,
        sizes=dict(arguments.seed),
        workers=arguments.workers,
        settings=dict(arguments.settings),
        worker=not arguments.no_worker,
    )


def _seed(text: str) -> tuple[str, tuple[int, int]]:
    name, _, sizes = text.partition("=")
    mailboxes, _, aliases = sizes.partition(",")
    return name.lower(), (int(mailboxes), int(aliases))


def _setting(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise argparse.ArgumentTypeError("write NAME=VALUE")
    return name, value


def _mail_url(text: str) -> tuple[str, str]:
    kind, _, url = text.partition("=")
    if kind not in ("smartermail", "polarismail") or not url.startswith(("http://", "https://")):
        raise argparse.ArgumentTypeError("write smartermail=http://… or polarismail=http://…")
    return kind, url.rstrip("/")


def _all_free(first: int) -> bool:
    try:
        for port in range(first, first + PORTS):
            socket.create_server(("127.0.0.1", port)).close()
    except OSError:
        return False
    return True


def _guide(sandbox: Sandbox) -> str:
    lines = ["The sandbox is ready. Open one of these in a browser:"]
    for shop in sandbox.shops:
        lines += [
            "",
            f"{shop.company} (tenant {shop.slug})",
            f"  {shop.url}/clientarea.php",
            "    the client's services",
        ]
        for service in shop.services:
            lines += [
                f"  {shop.url}/clientarea.php?action=productdetails&id={service.svc}",
                f"    {service.name}: the portal inside the WHMCS page"
                + (" (a single mailbox)" if service.product == "mailbox" else "")
                + ("" if service.status == "Active" else f" ({service.status.lower()})"),
            ]
        lines += [
            f"  {shop.url}/admin/clientsservices.php?id={shop.services[0].svc}",
            f"    the admin's page of {shop.services[0].name}, with the link that opens the portal as admin",
            f"  {shop.url}/admin/configservers.php",
            "    the server entry: Test connection, and the operator's console",
        ]
    zones = sandbox.describe()["control"].get("dns")
    if zones:
        lines += [
            "",
            "Domain aliases to try: alice-mail.test and bücher-alice.test (mail comes here), alice-club.test (not).",
            f'DNS sandbox: {zones}/zones; to change a zone, PUT {{"records": "@ MX 10 …"}} to …/zones/<domain>',
        ]
    lines += [
        "",
        f"Mail server sandbox: {sandbox.mail.url} (user {sandbox.mail.username}, password {sandbox.mail.password})",
        f"Shared domains' sandbox, PolarisMail: {sandbox.shared_mail.url}/webmail/",
        f"Log of the portal: {sandbox.portal_log}",
        "Who is signed in, and the language, are chosen in the bar at the top of each page. Ctrl-C stops everything.",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
