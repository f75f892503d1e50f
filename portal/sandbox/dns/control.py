"""The switches of the DNS over HTTP: /zones, /faults, /latency, /queries."""

from collections.abc import Mapping
from typing import Any

from flask import Flask, Response, request

from .server import Dns, Fault


def control(dns: Dns) -> Flask:
    app = Flask(__name__)

    @app.get("/zones")
    def zones() -> Mapping[str, str]:
        return dns.zones.texts()

    @app.put("/zones/<name>")
    def put_zone(name: str) -> tuple[Mapping[str, str], int] | Response:
        try:
            dns.zones.put(name, request.get_json()["records"])
        except ValueError as error:
            return {"error": str(error)}, 400
        return Response(status=204)

    @app.delete("/zones/<name>")
    def remove_zone(name: str) -> Response:
        dns.zones.remove(name)
        return Response(status=204)

    @app.post("/faults")
    def faults() -> tuple[Mapping[str, str], int] | Response:
        try:
            dns.faults(*(Fault(**fault) for fault in request.get_json()["faults"]))
        except (TypeError, ValueError) as error:
            return {"error": str(error)}, 400
        return Response(status=204)

    @app.post("/latency")
    def latency() -> Response:
        dns.latency(request.get_json()["ms"])
        return Response(status=204)

    @app.get("/queries")
    def queries() -> Mapping[str, Any]:
        return {"queries": dns.queries()}

    @app.delete("/queries")
    def clear_queries() -> Response:
        dns.clear_queries()
        return Response(status=204)

    return app
