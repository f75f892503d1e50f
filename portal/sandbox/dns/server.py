"""The DNS server, by UDP and TCP, with faults on demand and a query log."""

import socketserver
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from types import TracebackType
from typing import Any, Self

from dnslib import EDNS0, QTYPE, RCODE, RR, DNSError, DNSRecord

from .zones import Answer, Zones, is_within, plain

PLAIN_UDP_SIZE = 512  # RFC 1035 4.2.1
LARGEST_UDP_SIZE = 1232  # what resolvers agreed on in 2020 so that no answer is fragmented
LARGEST_MESSAGE = 65535
QUICK_STOP = 0.02  # seconds between two looks whether to stop
FAULTS = ("servfail", "refused", "nxdomain", "nodata", "timeout", "garbled", "lame")


@dataclass(frozen=True)
class Fault:
    """What to do, instead of answering, with questions for `name` and everything below it.

    `kind` is one of `FAULTS`; `type` (such as MX) limits it to one record type, empty means every type. `garbled` cuts
    the message off in the middle; `lame` answers as one who is not responsible for the zone.
    """

    name: str
    kind: str
    type: str = ""

    def __post_init__(self) -> None:
        if self.kind not in FAULTS:
            raise ValueError(f"fault kind is one of {', '.join(FAULTS)}, not {self.kind!r}")

    def covers(self, name: str, qtype: str) -> bool:
        return is_within(name, plain(self.name)) and self.type in ("", qtype)


class _Udp(socketserver.BaseRequestHandler):
    def __init__(self, dns: "Dns", *connection: Any) -> None:
        self.dns = dns
        super().__init__(*connection)

    def handle(self) -> None:
        question, socket = self.request
        message = self.dns.reply(question, "udp")
        if message is not None:
            # It may have been stopped meanwhile.
            with suppress(OSError):
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
    """The server, by UDP and TCP on one port of an address of loopback, from construction until `stop()`.

    Asked for recursion it is a resolver, to whom its zones are the whole DNS; otherwise the name server of its zones.
    """

    def __init__(self, port: int = 0, host: str = "127.0.0.1") -> None:
        self.host = host
        self.zones = Zones()
        self._latency = 0.0
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

    def latency(self, ms: float) -> None:
        """Let every answer take that long."""
        self._latency = ms / 1000

    def queries(self) -> list[dict[str, Any]]:
        """Questions so far: `name`, `type`, `transport` (udp, tcp), `result` (an rcode, or `none`).

        `recursion`: whether it was asked for; `at` and `ms`: when it was asked, and how long the answer took.
        """
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
        recursion = bool(question.header.rd)
        began = time.time()
        time.sleep(self._latency)
        fault = next((fault.kind for fault in self._faults if fault.covers(name, qtype)), "")
        answer = self._answer(name, qtype, fault, recursion)
        self._log.append(
            {
                "name": name,
                "type": qtype,
                "transport": transport,
                "recursion": recursion,
                "result": answer.rcode if answer else "none",
                "at": began,
                "ms": 1000 * (time.time() - began),
            }
        )
        if answer is None:
            return None
        packed = _message(question, answer, transport)
        return packed[: len(packed) // 2] if fault == "garbled" else packed

    def _answer(self, name: str, qtype: str, fault: str, recursion: bool) -> Answer | None:
        match fault:
            case "" | "garbled" | "lame":
                answer = self.zones.look_up(name, qtype) if recursion else self.zones.hold(name, qtype)
                return replace(answer, authoritative=False) if fault == "lame" else answer
            case "timeout":
                return None
            case "nodata":
                return Answer("NOERROR")
            case _:
                return Answer(fault.upper())


def _message(question: DNSRecord, answer: Answer, transport: str) -> bytes:
    asked_edns = next((record for record in question.ar if record.rtype == QTYPE.OPT), None)

    def pack(records: Sequence[RR], authority: Sequence[RR], rcode: str, *, truncated: bool = False) -> bytes:
        reply = question.reply()
        reply.header.rcode = RCODE.reverse[rcode]
        reply.header.tc = int(truncated)
        reply.header.aa = int(answer.authoritative)
        reply.add_answer(*records)
        reply.add_auth(*authority)
        reply.add_ar(*answer.additional)
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
