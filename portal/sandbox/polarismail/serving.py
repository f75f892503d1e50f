"""Puts the account behind the wire, on two hosts: the second one has the admin endpoint alone."""

from collections.abc import Callable, Iterable, Sequence
from io import BytesIO
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from werkzeug.exceptions import NotFound

from ..played.faults import Call
from ..played.serving import Server, Wire
from .app import create_app
from .seeds import Size
from .server import MailServer

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

USUAL = '{"returncode": 1, "returndata": "Done"}'
ADMIN, USER = "/admin/json.php", "/json.php"
DOMAIN_PARAMETERS = ("domain", "editdomain", "newdomain")


def serving(server: MailServer, sizes: Sequence[Size], port: int, second_port: int) -> tuple[Server, Server]:
    app: WSGIApplication = create_app(server, sizes)
    first = Wire(server, app, calls_of("first", {ADMIN: "admin", USER: "user"}), USUAL)
    second = Wire(server, with_admin_endpoint_only(app), calls_of("second", {ADMIN: "admin"}), USUAL)
    return Server(port, first), Server(second_port, second)


def with_admin_endpoint_only(app: "WSGIApplication") -> "WSGIApplication":
    def guarded(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        return (app if environ["PATH_INFO"] == ADMIN else NotFound())(environ, start_response)

    return guarded


def calls_of(host: str, endpoints: dict[str, str]) -> Callable[["WSGIEnvironment"], Call | None]:
    """What is known of a call to that host: of what it posts, the action and the domain."""

    def call_of(environ: "WSGIEnvironment") -> Call | None:
        endpoint = endpoints.get(environ["PATH_INFO"])
        if endpoint is None:
            return None
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = BytesIO(body)
        given = dict(parse_qsl(body.decode(errors="replace"), keep_blank_values=True))
        domain = next((given[name] for name in DOMAIN_PARAMETERS if name in given), "")
        return {"host": host, "endpoint": endpoint, "action": given.get("action", ""), "domain": domain.lower()}

    return call_of
