#!/usr/bin/python3
"""A WebSocket client over HTTP/2 (RFC 8441, python's h2 and wsproto); says what it saw as JSON.

All WebSockets of a run share one connection. Modes: echo (100 round trips, pings both ways, large
messages, the upstream's close, ordinary requests between), split (--count of them at once), refused
(the status of a refused one), unknown (the status of another protocol), wait (prints `open`, waits
for the close), idle. Exit 0 when all was as expected.
"""

import argparse
import collections
import json
import os
import sys

import h2.events
import h2.exceptions
import h2.settings
import wsproto.connection
import wsproto.events
from h2_link import Failed, Link


def expect(condition, what):
    if not condition:
        raise Failed(what)


class Tunnel:
    """One WebSocket in a stream of a connection."""

    def __init__(self, link, path="/chat?room=1", protocol="websocket", headers=()):
        self.link = link
        self.stream = link.request([
            (":method", "CONNECT"), (":protocol", protocol), (":scheme", link.scheme),
            (":path", path), (":authority", link.authority), ("sec-websocket-version", "13"),
            ("origin", "https://app.example.com"), *headers], end=False)
        head = link.wait(self.stream, h2.events.ResponseReceived).headers
        self.headers = dict(head)
        self.status = int(self.headers[":status"])
        self.socket = wsproto.connection.Connection(wsproto.connection.ConnectionType.CLIENT)
        self.events = collections.deque()
        self.ponged = False

    def send(self, event):
        self.link.send(self.stream, self.socket.send(event))

    def next(self):
        """The next event; pings are answered."""
        while not self.events:
            event = self.link.next(self.stream)
            if isinstance(event, h2.events.DataReceived) and event.data:
                self.socket.receive_data(event.data)
                self.events.extend(self.socket.events())
            if isinstance(event, h2.events.StreamEnded):
                raise Failed("the stream ended without a close")
        event = self.events.popleft()
        if isinstance(event, wsproto.events.Ping):
            self.send(event.response())
        if isinstance(event, wsproto.events.Pong):
            self.ponged = True
        return event

    def message(self):
        """The next message, whole."""
        pieces = []
        while True:
            event = self.next()
            if isinstance(event, wsproto.events.CloseConnection):
                raise Failed(f"closed with {event.code} {event.reason}")
            if isinstance(event, wsproto.events.Message):
                pieces.append(event.data)
                if event.message_finished:
                    return "".join(pieces) if isinstance(pieces[0], str) else b"".join(pieces)

    def ask(self, text):
        self.send(wsproto.events.TextMessage(text))
        return self.message()

    def trips(self, count):
        names = set()
        for number in range(count):
            name, _, rest = self.ask(f"{number}").partition(" ")
            expect(rest == f"{number}", f"not an echo: {rest}")
            names.add(name)
        expect(len(names) == 1, f"several upstreams: {names}")
        return names.pop()

    def wait_for_close(self):
        """The other side's code and reason; it is answered."""
        event = self.next()
        while not isinstance(event, wsproto.events.CloseConnection):
            event = self.next()
        try:
            if self.socket.state is not wsproto.connection.ConnectionState.CLOSED:
                self.send(event.response())
            self.link.h2.end_stream(self.stream)
            self.link.flush()
        except h2.exceptions.StreamClosedError:
            # The stream may be gone already.
            pass
        return event.code, event.reason or ""

    def close(self, code, reason):
        self.send(wsproto.events.CloseConnection(code, reason))
        self.wait_for_close()


def echo(link, options):
    tunnel = Tunnel(link, headers=[("sec-websocket-protocol", "chat")])
    expect(tunnel.status == 200, f"status {tunnel.status}")
    expect(tunnel.headers.get("sec-websocket-protocol") == "chat", f"{tunnel.headers}")
    name = tunnel.trips(100)
    status, _ = link.get("/plain")
    expect(status == 200, f"an ordinary request beside it: {status}")
    tunnel.send(wsproto.events.Ping(b"are you there"))
    while not tunnel.ponged:
        tunnel.next()
    expect(tunnel.ask("ping us") == f"{name} ponged", "no pong of ours arrived")
    for size in (0, 1, 125, 126, 65535, 65536, 1_000_000, 4_000_000):
        message = os.urandom(size)
        # Sent while nothing is read, but for what frees the windows.
        tunnel.send(wsproto.events.BytesMessage(message))
        expect(tunnel.message() == message, f"{size} bytes came back different")
    head = json.loads(tunnel.ask("head"))
    expect(head["path"] == "/chat?room=1", f"path {head['path']}")
    tunnel.send(wsproto.events.TextMessage("close 4001 enough"))
    expect(tunnel.wait_for_close() == (4001, "enough"), "the upstream's close")
    second = Tunnel(link)
    second.trips(1)
    second.close(4002, "bye")
    return {"name": name, "head": head, "extended_connect": 1}


def split(link, options):
    tunnels = [Tunnel(link) for _ in range(options.count)]
    names = collections.Counter()
    for tunnel in tunnels:
        expect(tunnel.status == 200, f"status {tunnel.status}")
        names[tunnel.trips(10)] += 1
    for tunnel in tunnels:
        tunnel.close(1000, "")
    return {"connections": len(tunnels), "names": names}


def refused(link, options):
    tunnel = Tunnel(link, options.path)
    return {"status": tunnel.status, "headers": list(tunnel.headers.items())}


def unknown(link, options):
    return {"status": Tunnel(link, protocol="connect-carrier-pigeon").status}


def open_many(link, options):
    tunnels = [Tunnel(link) for _ in range(options.count)]
    for tunnel in tunnels:
        tunnel.trips(1)
    print(f"open {len(tunnels)}", flush=True)
    return tunnels


def closed(tunnel):
    """How a WebSocket ended; one that ended without a close counts as 1006."""
    try:
        return tunnel.wait_for_close()
    except (Failed, OSError):
        return 1006, ""


def wait(link, options):
    tunnels = open_many(link, options)
    link.socket.settimeout(60)
    seen = [closed(tunnel) for tunnel in tunnels]
    return {
        "codes": collections.Counter(code for code, _ in seen),
        "reasons": sorted({reason for _, reason in seen})}


def idle(link, options):
    open_many(link, options)
    link.socket.settimeout(None)
    while True:
        link.receive()


MODES = {"echo": echo, "split": split, "refused": refused, "unknown": unknown, "wait": wait,
         "idle": idle}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("mode", choices=MODES)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--host", default="app.default.example.com")
    parser.add_argument("--ca", help="speak TLS, and trust this authority")
    parser.add_argument("--count", type=int, default=1)
    parser.add_argument("--path", default="/refused")
    options = parser.parse_args()
    try:
        link = Link(options.port, options.host, options.ca)
        connect = h2.settings.SettingCodes.ENABLE_CONNECT_PROTOCOL
        expect(link.h2.remote_settings.get(connect) == 1, "extended CONNECT is not offered")
        result = MODES[options.mode](link, options)
    except (Failed, OSError, h2.exceptions.H2Error) as fault:
        print(f"{options.mode}: {fault!r}", file=sys.stderr)
        return 1
    print(json.dumps(result))
    return 0


if __name__ == "__main__":
    sys.exit(main())
