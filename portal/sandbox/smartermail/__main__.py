"""Runs the sandbox until stdin closes or a signal asks it to end; one line of JSON says when it is ready."""

import argparse

from ..played.process import run_until_ended
from .seeds import parse
from .server import MailServer
from .serving import serving


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m portal.sandbox.smartermail", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 = any free one")
    parser.add_argument("--seed", type=parse, action="append", default=[], metavar="NAME=MAILBOXES,ALIASES")
    parser.add_argument("--dns", default="", metavar="HOST:PORT", help="where it looks for DKIM keys")
    wanted = parser.parse_args()
    mail_server = MailServer(wanted.dns)
    port = serving(mail_server, wanted.seed, wanted.port).start_serving()
    url = f"http://127.0.0.1:{port}"
    run_until_ended(
        {
            "url": url,
            "username": mail_server.username,
            "password": mail_server.password,
            "control": f"{url}/_sandbox",
        }
    )


if __name__ == "__main__":
    main()
