#!/usr/bin/python3
"""A WebSocket upstream (HTTP/1.1, python's websockets): what comes is echoed with its name.

`head` is answered with the request's head as JSON, `ping` when the pong to a ping of ours is
there, `close CODE REASON` by a close; bytes are echoed as they are. Other requests are answered 200.
Prints `port N`, then a line `closed CODE` for each connection that ended.
"""

import argparse
import asyncio
import http
import json

import websockets


class Echo:
    """What the upstream does with a connection."""

    def __init__(self, name):
        self.name = name

    async def serve(self, socket):
        try:
            async for message in socket:
                await self.answer(socket, message)
        except websockets.ConnectionClosed:
            pass
        print(f"closed {socket.close_code}", flush=True)

    async def answer(self, socket, message):
        if isinstance(message, bytes):
            await socket.send(message)
            return
        word, _, rest = message.partition(" ")
        if word == "head":
            await socket.send(json.dumps({
                "name": self.name, "path": socket.path,
                "headers": list(socket.request_headers.raw_items())}))
        elif word == "ping":
            await (await socket.ping(rest))
            await socket.send(f"{self.name} ponged")
        elif word == "close":
            code, _, reason = rest.partition(" ")
            await socket.close(int(code), reason)
        else:
            await socket.send(f"{self.name} {message}")

    async def request(self, path, headers):
        """What is no handshake is answered, as a health check would be."""
        if path == "/refused":
            return http.HTTPStatus.FORBIDDEN, [("X-Name", self.name)], b"refused"
        if headers.get("Upgrade", "").lower() != "websocket":
            return http.HTTPStatus.OK, [], f"{self.name}\n{headers}".encode()
        return None


async def run(options):
    echo = Echo(options.name)
    server = await websockets.serve(
        echo.serve, "127.0.0.1", options.port, process_request=echo.request, max_size=None,
        ping_interval=None, subprotocols=["chat"], backlog=4096)
    print(f"port {server.sockets[0].getsockname()[1]}", flush=True)
    await asyncio.Future()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", nargs="?", default="ws")
    parser.add_argument("--port", type=int, default=0)
    asyncio.run(run(parser.parse_args()))


if __name__ == "__main__":
    main()
