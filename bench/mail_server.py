"""What the mail server alone needs for the portal's calls: replayed by a client that reads the answers and no more."""

import http.client
import json
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from operator import itemgetter
from typing import Any
from urllib.parse import urlsplit

from portal.sandbox.control import Running

SIGN_IN = "auth/authenticate-user"


def replay(mail: Running, calls: Sequence[dict[str, Any]]) -> float:
    """Seconds for the reads among these calls, all at once on connections opened before, after the sign-in if any."""
    reads = [call for call in calls if call["method"] == "GET"]
    connections = [http.client.HTTPConnection(urlsplit(mail.url).netloc, timeout=60) for _call in reads]
    for connection in connections:
        connection.connect()
    body = json.dumps({"username": mail.username, "password": mail.password, "clientId": "bench"})
    began = time.perf_counter()
    signed_in = json.loads(_fetch(connections[0], "POST", SIGN_IN, {"Content-Type": "application/json"}, body))
    if all(call["path"] != SIGN_IN for call in calls):
        began = time.perf_counter()
    authorization = {"Authorization": f"Bearer {signed_in['accessToken']}"}
    with ThreadPoolExecutor(len(reads)) as pool:
        list(
            pool.map(
                lambda connection, call: _fetch(
                    connection, "GET", call["path"], {**authorization, "X-SmarterMailDomain": call["domain"]}
                ),
                connections,
                reads,
            )
        )
    took = time.perf_counter() - began
    for connection in connections:
        connection.close()
    return took


def longest_chain(calls: Sequence[dict[str, Any]]) -> int:
    """How many of these calls waited for one another: the most that can be found without two at the same time."""
    ends = 0.0
    length = 0
    spans = [(call["at"], call["at"] + call["ms"] / 1000) for call in calls]
    for began, ended in sorted(spans, key=itemgetter(1)):
        if began >= ends:
            ends = ended
            length += 1
    return length


def _fetch(
    connection: http.client.HTTPConnection, method: str, path: str, headers: dict[str, str], body: str | None = None
) -> bytes:
    connection.request(method, f"/api/v1/{path}", body, headers)
    return connection.getresponse().read()
