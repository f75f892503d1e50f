"""The disk use of services, as it was last read."""

from typing import Annotated, Any

from flask import Response, g, jsonify
from msgspec import Meta, Struct

from portal.auth import public
from portal.statements import moment
from portal.store import services, usage
from portal.store.services import Service
from portal.store.usage import Sample
from portal.views.api.calls import bp, decoded
from portal.views.api.statements import MOST, Id

MB = 2**20


class Asking(Struct):
    """Without services, all of the tenant's."""

    services: Annotated[list[Id], Meta(max_length=MOST)] | None = None


@bp.post("/usage")
@public
def tell_usage() -> Response:
    """Per service what was read last, however old (`as_of` tells); never 0 for what is not known."""
    asked = decoded(Asking).services
    found = services.of(g.tenant, asked) if asked is not None else services.of_tenant(g.tenant)
    known = {service.svc: service for service in found}
    samples = usage.newest(found)
    return jsonify(services=[_answer(svc, known.get(svc), samples) for svc in asked or known])


def _answer(svc: int, service: Service | None, samples: Any) -> dict[str, Any]:
    if service is None:
        return {"svc": svc, "error": "unknown-service"}
    sample: Sample | None = samples.get(service.id)
    if sample is None:
        return {"svc": svc, "error": "not-read"}
    told = {"svc": svc, "disk_mb": -(-sample.disk // MB), "as_of": moment(sample.read_at).isoformat()}
    return told if sample.disk_limit is None else told | {"disk_limit_mb": sample.disk_limit // MB}
