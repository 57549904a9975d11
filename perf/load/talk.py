#!/usr/bin/env python3
"""Clients that talk over WebSocket: `talk.py PORT SECURE HOST CA SECONDS`.

Half of them over TLS. Each opens a connection, sends messages of all sizes whose echo it waits for,
closes, and begins anew. Prints how much was said, and what went wrong.
"""

import asyncio
import json
import random
import ssl
import sys
import time

import websockets

CLIENTS, MESSAGES, PAUSE, PATIENCE = 16, 40, 0.05, 20
SIZES = (0, 1, 125, 126, 4000, 70000)


class Talk:
    def __init__(self, port, secure, host, ca, seconds):
        self.port, self.secure, self.host = port, secure, host
        self.context = ssl.create_default_context(cafile=ca)
        self.context.set_alpn_protocols(["http/1.1"])
        self.end = time.monotonic() + seconds
        self.said = {"connections": 0, "messages": 0, "failed": 0, "faults": []}

    async def converse(self, number):
        tls = number % 2 == 1
        port, scheme = (self.secure, "wss") if tls else (self.port, "ws")
        more = {"ssl": self.context, "server_hostname": self.host} if tls else {}
        async with websockets.connect(
                f"{scheme}://{self.host}:{port}/", host="127.0.0.1", port=port,
                open_timeout=PATIENCE, ping_interval=None, max_size=None, compression=None,
                **more) as socket:
            self.said["connections"] += 1
            for _ in range(MESSAGES):
                if time.monotonic() > self.end:
                    break
                message = random.randbytes(random.choice(SIZES))
                await socket.send(message)
                if await asyncio.wait_for(socket.recv(), PATIENCE) != message:
                    raise ValueError("another echo")
                self.said["messages"] += 1
                await asyncio.sleep(PAUSE)

    async def talk(self, number):
        while time.monotonic() < self.end:
            try:
                await self.converse(number)
            except Exception as fault:
                self.said["failed"] += 1
                if len(self.said["faults"]) < 5:
                    self.said["faults"].append(repr(fault))
                await asyncio.sleep(PAUSE)

    async def run(self):
        await asyncio.gather(*(self.talk(number) for number in range(CLIENTS)))
        print(json.dumps(self.said))


def main():
    port, secure, host, ca, seconds = sys.argv[1:]
    asyncio.run(Talk(int(port), int(secure), host, ca, float(seconds)).run())


if __name__ == "__main__":
    main()
