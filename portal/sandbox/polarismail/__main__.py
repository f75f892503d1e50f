"""Runs the sandbox until stdin closes or a signal asks it to end; one line of JSON says when it is ready."""

import argparse

from ..played.process import run_until_ended
from .seeds import parse
from .server import MailServer
from .serving import serving


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m portal.sandbox.polarismail", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 = any free one")
    parser.add_argument("--second-port", type=int, default=0, help="of the second admin host")
    parser.add_argument("--seed", type=parse, action="append", default=[], metavar="NAME=MAILBOXES,ALIASES,LISTS")
    wanted = parser.parse_args()
    account = MailServer()
    hosts = serving(account, wanted.seed, wanted.port, wanted.second_port)
    url, second_url = [f"http://127.0.0.1:{host.start_serving()}" for host in hosts]
    run_until_ended(
        {
            "url": url,
            "second_url": second_url,
            "username": account.username,
            "password": account.password,
            "control": f"{url}/_sandbox",
        }
    )


if __name__ == "__main__":
    main()
