#!/usr/bin/python3
"""The upstreams of Knative's conformance suite, each a process that speaks HTTP/1.1 and h2c.

Kinds: runtime (tells as JSON what it received), timeout (waits before the head, and before the end),
retry (refuses its first request), ping (gRPC: PingService.PingStream), proxy (asks --gateway for
--target). `K-Network-Probe: probe` is answered with the hash that came. SIGTERM ends it as Go's
server ends: what is under way is finished, idle connections are closed. Prints `port N`.
"""

import argparse
import asyncio
import http.client
import json
import signal
import time
import urllib.parse

import h11

import h2_server

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
OPTIONS = None
#: Every connection that is open, and what runs for them.
CONNECTIONS, TASKS = set(), set()
ENDING = asyncio.Event()


class Request:
    """What came, and how it is answered, whatever the protocol."""

    def __init__(self, version, method, path, host, fields, sender):
        self.version, self.method, self.path, self.host = version, method, path, host
        self.fields, self.sender = fields, sender

    def field(self, name):
        return next((value for key, value in self.fields if key.lower() == name), "")

    def query(self, name):
        found = urllib.parse.parse_qs(urllib.parse.urlsplit(self.path).query).get(name, ["0"])
        return int(found[0])

    def answer(self, status, body=b"", fields=()):
        length = ("content-length", str(len(body)))
        self.sender.begin(status, [*fields, length])
        self.sender.end(body)


def probed(request):
    """Answers a probe; false for other requests."""
    if request.field("k-network-probe") != "probe":
        return False
    value = request.field("k-network-hash")
    if value:
        request.answer(200, b"", [("k-network-hash", value)])
    else:
        request.answer(400, b"a probe requires a hash\n")
    return True


def canonical(name):
    return "-".join(part.capitalize() for part in name.split("-"))


async def runtime(request):
    headers = {}
    for name, value in request.fields:
        if name.lower() != "host":
            headers.setdefault(canonical(name), []).append(value)
    report = {
        "request": {
            "ts": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), "uri": request.path,
            "host": request.host, "method": request.method, "headers": headers,
            "proto": f"HTTP/{request.version}.{2 - request.version}",
            "protoMajor": request.version, "protoMinor": 2 - request.version},
        "host": {"name": OPTIONS.name}}
    request.answer(200, json.dumps(report).encode(), [("content-type", "application/json")])


async def timeout(request):
    await asyncio.sleep(request.query("initialTimeout") / 1000)
    request.sender.begin(200, [])
    pause = request.query("timeout")
    await asyncio.sleep(pause / 1000)
    request.sender.end(f"Slept for {pause} milliseconds".encode())


SEEN = []


async def retry(request):
    SEEN.append(request.path)
    request.answer(503 if len(SEEN) == 1 else 200, f"Retry {len(SEEN) - 1}".encode())


IDLE = []


async def proxy(request):
    status, fields, body = await asyncio.to_thread(forward, request)
    request.answer(status, body, fields)


def forward(request):
    """Asks the gateway for the target, on a connection that was kept where there is one."""
    names = {"host", "connection", "content-length", "transfer-encoding"}
    fields = {
        name: value for name, value in request.fields
        if name.lower() not in names and not name.startswith(":")}
    while True:
        was_kept = bool(IDLE)
        link = IDLE.pop() if was_kept else http.client.HTTPConnection(
            *OPTIONS.gateway.split(":"), timeout=30)
        try:
            link.request("GET", request.path, headers={**fields, "Host": OPTIONS.target})
            answer = link.getresponse()
            body = answer.read()
        except (http.client.HTTPException, OSError) as fault:
            link.close()
            if was_kept:
                continue
            return 502, [], f"{fault!r}".encode()
        if not answer.will_close:
            IDLE.append(link)
        kept = [
            (name, value) for name, value in answer.getheaders()
            if name.lower() not in names | {"keep-alive"}]
        return answer.status, kept, body


KINDS = {"runtime": runtime, "timeout": timeout, "retry": retry, "proxy": proxy}


def start(request, after=None):
    """Runs a request's answer; `after` is called when it was given."""
    async def run():
        if request.field("k-network-probe") == "" and request.field("k-network-hash"):
            request.fields = [
                pair for pair in request.fields if pair[0].lower() != "k-network-hash"]
        if not probed(request):
            await KINDS[OPTIONS.kind](request)
        if after:
            after()

    task = asyncio.ensure_future(run())
    TASKS.add(task)
    task.add_done_callback(TASKS.discard)


class Plain(asyncio.Protocol):
    """One HTTP/1.1 connection."""

    def __init__(self):
        self.h11 = h11.Connection(h11.SERVER, max_incomplete_event_size=1 << 17)
        self.is_busy = False

    def connection_made(self, transport):
        self.transport = transport
        CONNECTIONS.add(self)

    def connection_lost(self, error):
        CONNECTIONS.discard(self)

    def data_received(self, data):
        self.h11.receive_data(data)
        self.advance()

    def eof_received(self):
        self.h11.receive_data(b"")
        self.advance()

    def advance(self):
        while not self.is_busy:
            try:
                event = self.h11.next_event()
            except h11.RemoteProtocolError as fault:
                print(f"fault {fault!r}", flush=True)
                self.transport.close()
                return
            if event in (h11.NEED_DATA, h11.PAUSED):
                return
            if isinstance(event, h11.ConnectionClosed):
                self.transport.close()
                return
            if isinstance(event, h11.Request):
                self.head = event
            elif isinstance(event, h11.EndOfMessage):
                self.is_busy = True
                fields = [(name.decode(), value.decode()) for name, value in self.head.headers]
                host = next((value for name, value in fields if name == "host"), "")
                start(
                    Request(
                        1, self.head.method.decode(), self.head.target.decode(), host, fields,
                        self),
                    self.finish)

    def begin(self, status, fields):
        more = [("connection", "close")] if ENDING.is_set() else []
        self.transport.write(
            self.h11.send(h11.Response(status_code=status, headers=[*fields, *more])))

    def end(self, body):
        if self.head.method != b"HEAD" and body:
            self.transport.write(self.h11.send(h11.Data(body)))
        self.transport.write(self.h11.send(h11.EndOfMessage()) or b"")

    def finish(self):
        self.is_busy = False
        if self.h11.our_state is h11.DONE and self.h11.their_state is h11.DONE:
            self.h11.start_next_cycle()
            self.advance()
        if ENDING.is_set() or self.h11.our_state is not h11.IDLE:
            if not self.is_busy:
                self.transport.close()

    def end_when_idle(self):
        if not self.is_busy:
            self.transport.close()


class Call(h2_server.Exchange):
    """One HTTP/2 stream; of gRPC every message is answered as it comes."""

    def begun(self):
        self.unread = bytearray()
        self.is_call = (
            OPTIONS.kind == "ping" and self.field("content-type") == "application/grpc")
        if self.is_call:
            self.answer(200, [("content-type", "application/grpc")], end=False)

    def received(self, data):
        self.unread += data
        while self.is_call and len(self.unread) >= 5:
            length = int.from_bytes(self.unread[1:5], "big")
            if len(self.unread) < 5 + length:
                return
            text = message(bytes(self.unread[5:5 + length])) + OPTIONS.suffix.encode()
            del self.unread[:5 + length]
            self.write(framed(text))

    def ended(self):
        if self.is_call:
            self.write(b"", True, [("grpc-status", "0")])
            return
        fields = [(name, value) for name, value in self.headers if not name.startswith(":")]
        request = Request(
            2, self.field(":method"), self.field(":path"), self.field(":authority"), fields, self)
        if OPTIONS.kind != "ping":
            start(request)
        elif not probed(request):
            request.answer(404)

    def begin(self, status, fields):
        self.answer(status, fields, end=False)

    def end(self, body):
        self.write(body, True)


def message(data):
    """The one string of a Ping: field 1, its length, its bytes."""
    if not data:
        return b""
    length, place, shift = 0, 1, 0
    while True:
        length |= (data[place] & 0x7F) << shift
        place, shift = place + 1, shift + 7
        if data[place - 1] < 0x80:
            return data[place:place + length]


def framed(text):
    """A gRPC message that holds a Ping with that string."""
    count, length = bytearray(), len(text)
    while length >= 0x80:
        count.append(length & 0x7F | 0x80)
        length >>= 7
    count.append(length)
    body = b"\x0a" + bytes(count) + text
    return b"\0" + len(body).to_bytes(4, "big") + body


class Shared(h2_server.Connection):
    """One HTTP/2 connection."""

    def connection_made(self, transport):
        CONNECTIONS.add(self)
        super().connection_made(transport)

    def connection_lost(self, error):
        CONNECTIONS.discard(self)
        super().connection_lost(error)

    def end_when_idle(self):
        if any(exchange.is_open for exchange in self.exchanges.values()):
            self.go_away()
            return
        self.h2.close_connection()
        self.flush()
        self.transport.close()


class First(asyncio.Protocol):
    """Waits for the first bytes, which tell the protocol."""

    def connection_made(self, transport):
        self.transport, self.bytes = transport, b""
        CONNECTIONS.add(self)

    def connection_lost(self, error):
        CONNECTIONS.discard(self)

    def data_received(self, data):
        self.bytes += data
        is_shared = self.bytes.startswith(PREFACE)
        if not is_shared and PREFACE.startswith(self.bytes):
            return
        CONNECTIONS.discard(self)
        chosen = Shared(Call, {}) if is_shared else Plain()
        self.transport.set_protocol(chosen)
        chosen.connection_made(self.transport)
        chosen.data_received(self.bytes)

    def end_when_idle(self):
        self.transport.close()


async def main():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(First, "127.0.0.1", OPTIONS.port, backlog=4096)
    loop.add_signal_handler(signal.SIGTERM, ENDING.set)
    print(f"port {server.sockets[0].getsockname()[1]}", flush=True)
    await ENDING.wait()
    server.close()
    while CONNECTIONS:
        for connection in list(CONNECTIONS):
            connection.end_when_idle()
        await asyncio.sleep(0.01)


def read():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name")
    parser.add_argument("kind", choices=[*KINDS, "ping"])
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--suffix", default="")
    parser.add_argument("--gateway", default="", help="ADDRESS:PORT that proxy asks")
    parser.add_argument("--target", default="", help="the Host that proxy asks for")
    return parser.parse_args()


if __name__ == "__main__":
    OPTIONS = read()
    asyncio.run(main())
