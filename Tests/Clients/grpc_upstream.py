#!/usr/bin/python3
"""A gRPC upstream (grpcio, h2c, bytes as messages) with all kinds of calls.

Every reply begins with the upstream's name, which is also in the trailing metadata. Prints
`port N`, then a line `cancelled METHOD` for each call that was given up.
"""

import argparse
import collections
import concurrent.futures
import json
import threading

import grpc

SERVICE = "weir.test.Echo"


def values(metadata):
    """Metadata as JSON can say it."""
    return [[key, value.hex() if isinstance(value, bytes) else value] for key, value in metadata]


class Echo(grpc.GenericRpcHandler):
    """The methods of the service."""

    def __init__(self, name):
        self.name = name
        self.cancelled = collections.Counter()
        self.lock = threading.Lock()
        self.methods = {
            "Unary": grpc.unary_unary_rpc_method_handler(self.unary),
            "Collect": grpc.stream_unary_rpc_method_handler(self.collect),
            "Expand": grpc.unary_stream_rpc_method_handler(self.expand),
            "Chat": grpc.stream_stream_rpc_method_handler(self.chat),
            "Seen": grpc.unary_unary_rpc_method_handler(self.seen),
            "Fail": grpc.unary_unary_rpc_method_handler(self.fail),
            "FailLate": grpc.unary_stream_rpc_method_handler(self.fail_late),
            "Sleep": grpc.unary_unary_rpc_method_handler(self.sleep),
            "Endless": grpc.unary_stream_rpc_method_handler(self.endless),
            "Cancelled": grpc.unary_unary_rpc_method_handler(self.count_cancelled),
        }

    def service(self, details):
        service, _, method = details.method[1:].partition("/")
        return self.methods.get(method) if service == SERVICE else None

    def named(self, context):
        context.set_trailing_metadata((("x-name", self.name),))

    def reply(self, message):
        return self.name.encode() + b" " + message

    def unary(self, request, context):
        self.named(context)
        return self.reply(request)

    def collect(self, requests, context):
        """All messages, with a comma between."""
        self.named(context)
        return self.reply(b",".join(requests))

    def expand(self, request, context):
        """As many replies as the number that the request begins with."""
        self.named(context)
        count, _, text = request.partition(b" ")
        for number in range(int(count)):
            yield self.reply(b"%d %s" % (number, text))

    def chat(self, requests, context):
        """A reply to each message, as it comes."""
        self.named(context)
        for request in requests:
            yield self.reply(request)

    def seen(self, request, context):
        """What arrived with the call; metadata goes back, in front and behind."""
        metadata = context.invocation_metadata()
        mine = [pair for pair in metadata if pair[0].startswith("x-")]
        context.send_initial_metadata(mine)
        context.set_trailing_metadata([*mine, ("x-name", self.name)])
        remaining = context.time_remaining()
        # Without a deadline this is nothing, or as long as the clock can say.
        has_deadline = remaining is not None and remaining < 1e6
        return json.dumps({
            "name": self.name, "metadata": values(metadata),
            "time_remaining": remaining if has_deadline else None}).encode()

    def refuse(self, request, context):
        """Ends with the status of which the number is asked for."""
        number, _, details = request.decode().partition(" ")
        code = next(code for code in grpc.StatusCode if code.value[0] == int(number))
        context.set_trailing_metadata(
            (("x-name", self.name), ("x-more-bin", bytes(range(256)))))
        context.abort(code, details)

    def fail(self, request, context):
        """A status without any message: trailers only."""
        self.refuse(request, context)

    def fail_late(self, request, context):
        """One message, and then a status."""
        yield self.reply(b"first")
        self.refuse(request, context)

    def give_up(self, method, request):
        with self.lock:
            self.cancelled[request] += 1
        print(f"cancelled {method}", flush=True)

    def sleep(self, request, context):
        """Answers after the milliseconds that the request begins with, if it is not given up."""
        over = threading.Event()
        context.add_callback(over.set)
        if over.wait(int(request.partition(b" ")[0]) / 1000):
            self.give_up("Sleep", request)
        return self.reply(b"slept")

    def endless(self, request, context):
        """Messages until the call is given up."""
        over = threading.Event()

        # Whoever stands at a yield is not told.
        def end():
            over.set()
            self.give_up("Endless", request)
        context.add_callback(end)
        number = 0
        while not over.wait(0.005):
            yield self.reply(b"%d" % number)
            number += 1

    def count_cancelled(self, request, context):
        """How many calls with this request were given up so far."""
        with self.lock:
            return self.reply(b"%d" % self.cancelled[request])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", nargs="?", default="grpc")
    parser.add_argument("--port", type=int, default=0)
    options = parser.parse_args()
    server = grpc.server(
        concurrent.futures.ThreadPoolExecutor(max_workers=128),
        handlers=[Echo(options.name)],
        options=[("grpc.so_reuseport", 0), ("grpc.max_receive_message_length", -1)])
    port = server.add_insecure_port(f"127.0.0.1:{options.port}")
    server.start()
    print(f"port {port}", flush=True)
    server.wait_for_termination()


if __name__ == "__main__":
    main()
