"""Runs the DNS until stdin closes; one line of JSON says when it is ready."""

import json
import sys

from ..web import Web
from .control import control
from .server import Dns


def main() -> None:
    with Dns() as dns, Web(control(dns)) as switches:
        print(json.dumps({"dns": dns.address, "control": switches.url}), flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
