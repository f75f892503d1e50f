"""The sandbox's DNS server: zones that change while it runs, real negative answers, faults on demand, a query log."""

import socketserver
import struct
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from types import TracebackType
from typing import Any, Self

from dnslib import EDNS0, QTYPE, RCODE, RR, DNSError, DNSRecord
from flask import Flask, Response, request

PLAIN_UDP_SIZE = 512  # RFC 1035 4.2.1
LARGEST_UDP_SIZE = 1232  # what resolvers agreed on in 2020 so that no answer is fragmented
LARGEST_MESSAGE = 65535
LONGEST_CNAME_CHAIN = 8
QUICK_STOP = 0.02  # seconds between two looks whether to stop
FAULTS = ("servfail", "refused", "nxdomain", "nodata", "timeout")

# The sandbox is the whole DNS to whoever asks it: what lies in no zone does not exist.
ROOT_SOA = ". 60 IN SOA a.root.test. nobody.root.test. 1 3600 600 86400 60"


@dataclass(frozen=True)
class Fault:
    """What to do, instead of answering, with questions for `name` and everything below it.

    `kind` is one of `FAULTS`; `type` (such as MX) limits it to one record type, empty means every type.
    """

    name: str
    kind: str
    type: str = ""

    def __post_init__(self) -> None:
        if self.kind not in FAULTS:
            raise ValueError(f"fault kind is one of {', '.join(FAULTS)}, not {self.kind!r}")

    def covers(self, name: str, qtype: str) -> bool:
        return is_within(name, plain(self.name)) and self.type in ("", qtype)


@dataclass(frozen=True)
class Answer:
    rcode: str
    records: Sequence[RR] = ()
    authority: Sequence[RR] = ()


def plain(name: object) -> str:
    """The spelling that names are compared in: lower case, no dot at the end."""
    return str(name).lower().rstrip(".")


def is_within(name: str, parent: str) -> bool:
    return not parent or name == parent or name.endswith(f".{parent}")


class Zones:
    """What the world's DNS holds. A zone is replaced as a whole, so a question never sees half a change."""

    def __init__(self) -> None:
        self._zones: dict[str, dict[str, list[RR]]] = {}
        self._texts: dict[str, str] = {}

    def put(self, name: str, records: str) -> None:
        """Make or replace a zone from master-file lines relative to it (`@ MX 10 mail.example.`).

        ValueError when a line cannot be read or a name lies outside the zone.
        """
        zone = plain(name)
        try:
            parsed = RR.fromZone(records, origin=f"{zone}.", ttl=60)
            for record in parsed:
                DNSRecord(rr=[record]).pack()
        except (DNSError, ValueError, IndexError, AttributeError, StopIteration, struct.error) as error:
            raise ValueError(f"records of {zone} cannot be read: {error}") from error
        by_name: dict[str, list[RR]] = {zone: []}
        for record in parsed:
            if not is_within(plain(record.rname), zone):
                raise ValueError(f"{record.rname} is not inside {zone}")
            by_name.setdefault(plain(record.rname), []).append(record)
        if not any(record.rtype == QTYPE.SOA for record in by_name[zone]):
            by_name[zone] += RR.fromZone(f"{zone}. 60 IN SOA ns1.{zone}. hostmaster.{zone}. 1 3600 600 86400 60")
        self._zones = {**self._zones, zone: by_name}
        self._texts = {**self._texts, zone: records}

    def remove(self, name: str) -> None:
        self._zones = {zone: records for zone, records in self._zones.items() if zone != plain(name)}
        self._texts = {zone: text for zone, text in self._texts.items() if zone != plain(name)}

    def texts(self) -> Mapping[str, str]:
        """Every zone as it was put."""
        return self._texts

    def look_up(self, name: str, qtype: str) -> Answer:
        """The answer a resolver would give, CNAMEs followed."""
        zones = self._zones
        chain: list[RR] = []
        for _ in range(LONGEST_CNAME_CHAIN):
            inside = max((zone for zone in zones if is_within(name, zone)), key=len, default=None)
            if inside is None:
                return Answer("NXDOMAIN", chain, RR.fromZone(ROOT_SOA))
            zone = zones[inside]
            soa = [record for record in zone[inside] if record.rtype == QTYPE.SOA]
            # A name without records of its own exists when something lies below it (RFC 8020).
            if name not in zone and not any(is_within(owner, name) for owner in zone):
                return Answer("NXDOMAIN", chain, soa)
            records = zone.get(name, [])
            alias = next((record for record in records if record.rtype == QTYPE.CNAME), None)
            if alias is None or qtype in ("CNAME", "ANY"):
                found = [record for record in records if qtype in ("ANY", QTYPE[record.rtype])]
                return Answer("NOERROR", [*chain, *found], [] if found else soa)
            chain.append(alias)
            name = plain(alias.rdata.label)
        return Answer("SERVFAIL")


class _Udp(socketserver.BaseRequestHandler):
    def __init__(self, dns: "Dns", *connection: Any) -> None:
        self.dns = dns
        super().__init__(*connection)

    def handle(self) -> None:
        question, socket = self.request
        message = self.dns.reply(question, "udp")
        if message is not None:
            socket.sendto(message, self.client_address)


class _Tcp(socketserver.StreamRequestHandler):
    def __init__(self, dns: "Dns", *connection: Any) -> None:
        self.dns = dns
        super().__init__(*connection)

    def handle(self) -> None:
        """Each message has its length in front, and a client may ask again on the same connection (RFC 7766)."""
        while len(length := self.rfile.read(2)) == 2:
            message = self.dns.reply(self.rfile.read(int.from_bytes(length)), "tcp")
            # Silence leaves the connection open: closing it is an error the client sees at once, not a time-out.
            if message is not None:
                self.wfile.write(len(message).to_bytes(2) + message)


class _TcpServer(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True


class _UdpServer(socketserver.ThreadingUDPServer):
    daemon_threads = True


class Dns:
    """The server, by UDP and TCP on one port of loopback, from construction until `stop()`."""

    host = "127.0.0.1"

    def __init__(self, port: int = 0) -> None:
        self.zones = Zones()
        self._faults: Sequence[Fault] = ()
        self._log: list[dict[str, Any]] = []
        self._servers = self._bind(port)
        self.port: int = self._servers[0].server_address[1]
        self._threads = [
            threading.Thread(target=server.serve_forever, args=[QUICK_STOP], daemon=True) for server in self._servers
        ]
        for thread in self._threads:
            thread.start()

    def _bind(self, port: int) -> tuple[socketserver.ThreadingTCPServer, socketserver.ThreadingUDPServer]:
        while True:
            tcp = _TcpServer((self.host, port), partial(_Tcp, self))
            try:
                return tcp, _UdpServer(tcp.server_address, partial(_Udp, self))
            except OSError:
                # The free port that TCP was given may be taken for UDP; the next turn is given another.
                tcp.server_close()
                if port:
                    raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def address(self) -> str:
        """host:port."""
        return f"{self.host}:{self.port}"

    def stop(self) -> None:
        for server, thread in zip(self._servers, self._threads, strict=True):
            server.shutdown()
            thread.join()
            server.server_close()

    def faults(self, *faults: Fault) -> None:
        """Replace all faults; without arguments everything is answered again."""
        self._faults = faults

    def queries(self) -> list[dict[str, Any]]:
        """Questions so far: `name`, `type`, `transport` (udp, tcp), `result` (an rcode, or `none`), `at`."""
        return list(self._log)

    def clear_queries(self) -> None:
        self._log = []

    def reply(self, message: bytes, transport: str) -> bytes | None:
        """The message to send back, or None to stay silent."""
        try:
            question = DNSRecord.parse(message)
        except DNSError:
            return None
        name, qtype = plain(question.q.qname), QTYPE.get(question.q.qtype)
        answer = self._answer(name, qtype)
        result = answer.rcode if answer else "none"
        self._log.append({"name": name, "type": qtype, "transport": transport, "result": result, "at": time.time()})
        return None if answer is None else _message(question, answer, transport)

    def _answer(self, name: str, qtype: str) -> Answer | None:
        kind = next((fault.kind for fault in self._faults if fault.covers(name, qtype)), None)
        match kind:
            case None:
                return self.zones.look_up(name, qtype)
            case "timeout":
                return None
            case "nodata":
                return Answer("NOERROR")
            case _:
                return Answer(kind.upper())


def _message(question: DNSRecord, answer: Answer, transport: str) -> bytes:
    asked_edns = next((record for record in question.ar if record.rtype == QTYPE.OPT), None)

    def pack(records: Sequence[RR], authority: Sequence[RR], rcode: str, *, truncated: bool = False) -> bytes:
        reply = question.reply()
        reply.header.rcode = RCODE.reverse[rcode]
        reply.header.tc = int(truncated)
        reply.add_answer(*records)
        reply.add_auth(*authority)
        if asked_edns is not None:
            reply.add_ar(EDNS0(udp_len=LARGEST_UDP_SIZE))
        packed: bytes = reply.pack()
        return packed

    whole = pack(answer.records, answer.authority, answer.rcode)
    if transport == "tcp":
        return whole if len(whole) <= LARGEST_MESSAGE else pack([], [], "SERVFAIL")
    asked_size = asked_edns.rclass if asked_edns is not None else PLAIN_UDP_SIZE
    if len(whole) <= max(PLAIN_UDP_SIZE, min(asked_size, LARGEST_UDP_SIZE)):
        return whole
    # dnslib's own truncate() drops the question as well, and resolvers then wait instead of asking by TCP.
    return pack([], [], answer.rcode, truncated=True)


def control(dns: Dns) -> Flask:
    """The same switches over HTTP: /zones, /faults, /queries."""
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

    @app.get("/queries")
    def queries() -> Mapping[str, Any]:
        return {"queries": dns.queries()}

    @app.delete("/queries")
    def clear_queries() -> Response:
        dns.clear_queries()
        return Response(status=204)

    return app
