import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

from portal.dns import CouldNotLook, control
from portal.dns.lookup import Lookup
from portal.sandbox.dns.server import Dns, Fault


def proofs(lookup: Lookup, count: int) -> list[str]:
    """What as many proofs asked for at once end with."""

    def one(number: int) -> str:
        try:
            return control.proof(lookup, f"n{number}.test", ["mail.example.test"], [])
        except CouldNotLook:
            return "could not look"

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


def test_name_servers_that_never_answer_take_up_few_threads_for_long(dns: Dns) -> None:
    dns.faults(Fault("", "timeout"))
    began = time.monotonic()

    with closing(Lookup([(dns.host, dns.port)], seconds=3)) as lookup:
        ended = proofs(lookup, 16)

    asked = {query["name"].removeprefix(f"{control.LABEL}.") for query in dns.queries()}
    assert ended == ["could not look"] * 16
    assert len(asked) == control.AT_ONCE
    assert time.monotonic() - began < 5


def test_whoever_is_answered_makes_room_for_the_next(dns: Dns, lookup: Lookup) -> None:
    for number in range(16):
        dns.zones.put(f"n{number}.test", "@ MX 10 mail.example.test.")

    ended = proofs(lookup, 16)

    assert ended == ["mx"] * 16
