#!/usr/bin/python3
"""A client of PingService.PingStream (grpcio); says what it saw as one JSON object.

Modes: one (--trips round trips on one stream), split (--streams streams of one connection, each of
which stays on its upstream for 10 more trips). A reply is the message and the upstream's suffix.
"""

import argparse
import json
import queue
import sys

import grpc

METHOD = "/ping.PingService/PingStream"
PATIENCE = 60


def encode(text):
    data = text.encode()
    assert len(data) < 128
    return b"\x0a" + bytes([len(data)]) + data


def decode(data):
    return data[2:2 + data[1]].decode() if data else ""


class Stream:
    """One open stream."""

    def __init__(self, call):
        self.messages = queue.Queue()
        self.replies = call(iter(self.messages.get, None), timeout=PATIENCE)

    def trip(self, text):
        """Sends a message, and gives what the upstream put behind it."""
        self.messages.put(text)
        reply = next(self.replies)
        if not reply.startswith(text):
            raise ValueError(f"{text!r} came back as {reply!r}")
        return reply[len(text):]

    def close(self):
        self.messages.put(None)
        for reply in self.replies:
            raise ValueError(f"one more: {reply!r}")


def run(options, call):
    found = {}
    for number in range(options.streams):
        stream = Stream(call)
        suffix = stream.trip(f"Hello {number}")
        for trip in range(options.trips - 1):
            again = stream.trip(f"ping {number} {trip}")
            if again != suffix:
                raise ValueError(f"from {suffix!r} to {again!r} on one stream")
        stream.close()
        found[suffix] = found.get(suffix, 0) + 1
        if options.until and len(found) == options.until:
            break
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--host", required=True)
    parser.add_argument("--streams", type=int, default=1)
    parser.add_argument("--trips", type=int, default=100)
    parser.add_argument("--until", type=int, default=0, help="end after so many suffixes")
    options = parser.parse_args()
    channel = grpc.insecure_channel(
        f"127.0.0.1:{options.port}", [
            ("grpc.default_authority", f"{options.host}:80"), ("grpc.enable_retries", 0),
            ("grpc.use_local_subchannel_pool", 1), ("grpc.enable_http_proxy", 0)])
    call = channel.stream_stream(METHOD, request_serializer=encode, response_deserializer=decode)
    try:
        found = run(options, call)
    except (ValueError, grpc.RpcError) as fault:
        print(fault, file=sys.stderr)
        return 1
    channel.close()
    print(json.dumps({"suffixes": found}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
