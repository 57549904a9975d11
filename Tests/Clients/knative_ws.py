#!/usr/bin/python3
"""The WebSocket upstream of Knative's conformance suite: a text comes back with a suffix behind it.

`K-Network-Probe: probe` is answered with the hash that came, other requests without a handshake
with 200. Prints `port N`.
"""

import argparse
import asyncio
import http

import websockets


class Echo:
    """What the upstream does with a connection."""

    def __init__(self, suffix):
        self.suffix = suffix

    async def serve(self, socket):
        try:
            async for message in socket:
                await socket.send(f"{message} {self.suffix}")
        except websockets.ConnectionClosed:
            pass

    async def request(self, path, headers):
        if headers.get("K-Network-Probe") == "probe":
            value = headers.get("K-Network-Hash")
            if not value:
                return http.HTTPStatus.BAD_REQUEST, [], b"a probe requires a hash\n"
            return http.HTTPStatus.OK, [("K-Network-Hash", value)], b""
        if headers.get("Upgrade", "").lower() != "websocket":
            return http.HTTPStatus.OK, [], b""
        return None


async def run(options):
    echo = Echo(options.suffix)
    server = await websockets.serve(
        echo.serve, "127.0.0.1", options.port, process_request=echo.request, max_size=None,
        ping_interval=None, backlog=4096)
    print(f"port {server.sockets[0].getsockname()[1]}", flush=True)
    await asyncio.Future()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--suffix", default="")
    asyncio.run(run(parser.parse_args()))


if __name__ == "__main__":
    main()
