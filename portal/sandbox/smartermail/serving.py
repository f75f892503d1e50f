"""Puts the server behind the wire."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..played.faults import Call
from ..played.serving import Server, Wire
from .app import API, create_app
from .seeds import Size
from .server import MailServer

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

USUAL = '{"success":true,"resultCode":200}'


def serving(server: MailServer, sizes: Sequence[Size], port: int) -> Server:
    return Server(port, Wire(server, create_app(server, sizes), call_of, USUAL))


def call_of(environ: "WSGIEnvironment") -> Call | None:
    path = environ["PATH_INFO"]
    if not path.startswith(API):
        return None
    return {"method": environ["REQUEST_METHOD"], "path": path.removeprefix(API)}
