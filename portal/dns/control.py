"""Whether a domain is somebody's: its mail comes here already, or it publishes the text that we asked them for."""

import hashlib
import hmac
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import BoundedSemaphore

from portal.dns import CouldNotLook
from portal.dns.lookup import Lookup

LABEL = "_domain-verification"
# Proofs that this process asks for at a time, and how many seconds others wait for one of these places: whoever runs
# the name servers of a domain decides how long a look-up takes.
AT_ONCE = 4
PATIENCE = 1.0

_places = BoundedSemaphore(AT_ONCE)


def host(domain: str) -> str:
    """Where the text has to be published."""
    return f"{LABEL}.{domain}"


def value(key: str, service: str) -> str:
    """The text for this service, the same for all its domains: nobody can prove anything with another's."""
    return f"mail-{hmac.new(key.encode(), f'{LABEL}:{service}'.encode(), hashlib.sha256).hexdigest()[:32]}"


def proof(lookup: Lookup, domain: str, mx_hosts: Sequence[str], values: Sequence[str]) -> str:
    """`mx` when one of these hosts takes the domain's mail, `txt` when it publishes one of these values, else "".

    Both are asked at once. Raise CouldNotLook when one of them was not answered and the other proves nothing, or when
    too many are being asked for.
    """
    ours = {name.lower().rstrip(".") for name in mx_hosts}
    if not _places.acquire(timeout=PATIENCE):
        raise CouldNotLook(f"{domain}: too many look-ups at a time")
    try:
        with ThreadPoolExecutor(2, thread_name_prefix="dns") as pool:
            hosts, texts = pool.submit(lookup.mx, domain), pool.submit(lookup.txt, host(domain))
    finally:
        _places.release()
    unknown = None
    for name, found, wanted in (("mx", hosts, ours), ("txt", texts, set(values))):
        try:
            if not wanted.isdisjoint(found.result()):
                return name
        except CouldNotLook as error:
            unknown = error
    if unknown is not None:
        raise unknown
    return ""
