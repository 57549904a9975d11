#!/usr/bin/python3
"""A WebSocket client of knative_ws.py; says as one JSON object which suffix came how often.

Opens up to --count connections one after the other, with --trips round trips on each, which must
all come from one upstream; ends early when --until suffixes were seen.
"""

import argparse
import asyncio
import json
import sys

import websockets

PATIENCE = 45


async def trip(socket, text):
    """Sends a text, and gives what the upstream put behind it."""
    await socket.send(text)
    reply = await asyncio.wait_for(socket.recv(), PATIENCE)
    if not reply.startswith(text):
        raise ValueError(f"{text!r} came back as {reply!r}")
    return reply[len(text):]


async def run(options):
    found = {}
    for number in range(options.count):
        async with websockets.connect(
                f"ws://{options.host}/", host="127.0.0.1", port=options.port,
                open_timeout=PATIENCE, ping_interval=None) as socket:
            suffix = await trip(socket, f"Hello {number}")
            for again in range(options.trips - 1):
                other = await trip(socket, f"ping {number} {again}")
                if other != suffix:
                    raise ValueError(f"from {suffix!r} to {other!r} on one connection")
        found[suffix] = found.get(suffix, 0) + 1
        if options.until and len(found) == options.until:
            break
    return {"suffixes": found}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--host", required=True)
    parser.add_argument("--count", type=int, default=1)
    parser.add_argument("--trips", type=int, default=100)
    parser.add_argument("--until", type=int, default=0, help="end after so many suffixes")
    options = parser.parse_args()
    try:
        result = asyncio.run(run(options))
    except (ValueError, OSError, websockets.WebSocketException) as fault:
        print(repr(fault), file=sys.stderr)
        return 1
    print(json.dumps(result))
    return 0


if __name__ == "__main__":
    sys.exit(main())
