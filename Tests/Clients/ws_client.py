#!/usr/bin/python3
"""A WebSocket client over HTTP/1.1 (python's websockets); says what it saw as one JSON object.

Modes: echo (100 round trips, ping and pong both ways, large messages, the upstream's close),
split (--count connections, each of which stays on its upstream), refused (the status of a refused
handshake), wait (prints `open`, then waits until --count connections are closed), idle (prints
`open N` and holds --count connections until it is ended). Exit 0 when all was as expected.
"""

import argparse
import asyncio
import collections
import json
import os
import ssl
import sys

import websockets

PATIENCE = 30


class Failed(Exception):
    """An answer is not what it should be."""


def expect(condition, what):
    if not condition:
        raise Failed(what)


class Client:
    """Opens connections as it was told to."""

    def __init__(self, options):
        self.options = options
        self.scheme = "wss" if options.ca else "ws"

    def open(self, path="/chat?room=1", **more):
        options = self.options
        if options.ca:
            context = ssl.create_default_context(cafile=options.ca)
            context.set_alpn_protocols(["http/1.1"])
            more.update(ssl=context, server_hostname=options.host)
        return websockets.connect(
            f"{self.scheme}://{options.host}:{options.port}{path}", host="127.0.0.1",
            port=options.port, open_timeout=PATIENCE, ping_interval=None, max_size=None, **more)

    async def echo(self):
        async with self.open(subprotocols=["chat"]) as socket:
            expect(socket.subprotocol == "chat", f"subprotocol {socket.subprotocol}")
            name = await trips(socket, 100)
            # Both ends ask whether the other one is there.
            await asyncio.wait_for(await socket.ping(b"are you there"), PATIENCE)
            await socket.send("ping us")
            expect(await socket.recv() == f"{name} ponged", "no pong of ours arrived")
            for size in (0, 1, 125, 126, 65535, 65536, 1_000_000, 8_000_000):
                message = os.urandom(size)
                await socket.send(message)
                expect(await socket.recv() == message, f"{size} bytes came back different")
            await socket.send("head")
            head = json.loads(await socket.recv())
            expect(head["path"] == "/chat?room=1", f"path {head['path']}")
            await socket.send("close 4001 enough")
            await socket.wait_closed()
            code, reason = socket.close_code, socket.close_reason
            expect((code, reason) == (4001, "enough"), f"close {code} {reason}")
        # Now we close.
        async with self.open() as socket:
            await trips(socket, 1)
            await socket.close(4002, "bye")
        return {"name": name, "head": head}

    async def split(self):
        names = collections.Counter()
        sockets = [await self.open() for _ in range(self.options.count)]
        for socket in sockets:
            names[await trips(socket, 10)] += 1
        for socket in sockets:
            await socket.close()
        return {"connections": len(sockets), "names": names}

    async def refused(self):
        try:
            await self.open(self.options.path)
        except websockets.InvalidStatusCode as refusal:
            return {"status": refusal.status_code, "headers": list(refusal.headers.raw_items())}
        raise Failed("the handshake was taken")

    async def open_many(self):
        """So many connections, a few at a time, each of which answers."""
        gate = asyncio.Semaphore(16)

        async def one():
            async with gate:
                socket = await self.open(compression=None)
                await trips(socket, 1)
                return socket
        sockets = await asyncio.gather(*(one() for _ in range(self.options.count)))
        print(f"open {len(sockets)}", flush=True)
        return sockets

    async def wait(self):
        sockets = await self.open_many()
        await asyncio.gather(*(socket.wait_closed() for socket in sockets))
        codes = collections.Counter(socket.close_code for socket in sockets)
        return {"codes": codes, "reasons": sorted({socket.close_reason for socket in sockets})}

    async def idle(self):
        # Kept, lest they be closed.
        self.sockets = await self.open_many()
        await asyncio.Future()


async def trips(socket, count):
    """Round trips; the name of the upstream that answered them all."""
    names = set()
    for number in range(count):
        await socket.send(f"{number}")
        name, _, rest = (await asyncio.wait_for(socket.recv(), PATIENCE)).partition(" ")
        expect(rest == f"{number}", f"not an echo: {rest}")
        names.add(name)
    expect(len(names) == 1, f"several upstreams: {names}")
    return names.pop()


def main():
    modes = ("echo", "split", "refused", "wait", "idle")
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("mode", choices=modes)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--host", default="app.default.example.com")
    parser.add_argument("--ca", help="speak TLS, and trust this authority")
    parser.add_argument("--count", type=int, default=1)
    parser.add_argument("--path", default="/refused")
    options = parser.parse_args()
    try:
        result = asyncio.run(getattr(Client(options), options.mode)())
    except (Failed, OSError, websockets.WebSocketException, asyncio.TimeoutError) as fault:
        print(f"{options.mode}: {fault!r}", file=sys.stderr)
        return 1
    print(json.dumps(result))
    return 0


if __name__ == "__main__":
    sys.exit(main())
