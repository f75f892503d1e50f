"""Runs the sandbox until stdin closes or a signal asks it to end; one line of JSON says when it is ready."""

import argparse
import json
import os
import signal
import sys
import threading

from .seeds import parse
from .server import MailServer
from .serving import Server


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m portal.sandbox.smartermail", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 = any free one")
    parser.add_argument("--seed", type=parse, action="append", default=[], metavar="NAME=MAILBOXES,ALIASES")
    parser.add_argument("--dns", default="", metavar="HOST:PORT", help="where it looks for DKIM keys")
    wanted = parser.parse_args()
    mail_server = MailServer(wanted.dns)
    web = Server(wanted.port, mail_server, wanted.seed)
    web.prepare()
    port = web.bind_addr[1]
    threading.Thread(target=web.serve, daemon=True).start()
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    threading.Thread(target=set_at_end_of_input, args=[ended], daemon=True).start()
    url = f"http://127.0.0.1:{port}"
    said = {
        "url": url,
        "username": mail_server.username,
        "password": mail_server.password,
        "control": f"{url}/_sandbox",
    }
    print(json.dumps(said), flush=True)
    ended.wait()
    # Nothing is worth saving, and the server's threads would wait for connections that clients keep open.
    os._exit(0)


def set_at_end_of_input(ended: threading.Event) -> None:
    sys.stdin.read()
    ended.set()


if __name__ == "__main__":
    main()
