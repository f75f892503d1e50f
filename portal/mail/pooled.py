"""Kept-alive connections to one server, what its client tells apart of their failures, and how calls are counted."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookiejar import DefaultCookiePolicy

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import LocationParseError, ReadTimeoutError

from portal.mail import MailError
from portal.metrics import MAIL_CALLS

log = logging.getLogger(__name__)

# A call without a whole answer. The second, of a host name that nothing can have, is no error of the library's own.
FAILURES = (requests.RequestException, LocationParseError)


def session(size: int) -> requests.Session:
    """For many threads at once, with at most `size` connections, and with neither cookies nor the environment's say."""
    made = requests.Session()
    # The environment's .netrc would replace an Authorization header.
    made.trust_env = False
    made.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    adapter = HTTPAdapter(pool_connections=4, pool_maxsize=size, pool_block=True)
    made.mount("http://", adapter)
    made.mount("https://", adapter)
    return made


def late(error: Exception) -> bool:
    """Whether it is a time-out; the library calls one in the middle of the body a lost connection."""
    return isinstance(error, requests.Timeout) or any(isinstance(cause, ReadTimeoutError) for cause in error.args)


@contextmanager
def observed(operation: str) -> Iterator[None]:
    """Count this call by what becomes of it, and tell the log when it fails."""
    began, result = time.perf_counter(), "ok"
    try:
        yield
    except MailError as error:
        result = error.result
        log.info("call failed: %s", error, extra={"operation": operation, "result": result})
        raise
    finally:
        MAIL_CALLS.labels(operation, result).observe(time.perf_counter() - began)
