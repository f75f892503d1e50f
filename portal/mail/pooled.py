"""Kept-alive connections to one server, and what its client tells apart of their failures."""

from http.cookiejar import DefaultCookiePolicy

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import ReadTimeoutError


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


def late(error: requests.RequestException) -> bool:
    """Whether it is a time-out; the library calls one in the middle of the body a lost connection."""
    return isinstance(error, requests.Timeout) or any(isinstance(cause, ReadTimeoutError) for cause in error.args)
