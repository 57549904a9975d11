#!/usr/bin/python3
"""A gRPC client (grpcio) that checks every reply; says what it saw as one JSON object.

Exit 0 when all was as expected, otherwise 1 with the reason on standard error. Each mode uses one
channel, which is one connection. `nowhere` calls each HOST that follows and says the status by host.
"""

import argparse
import collections
import concurrent.futures
import json
import os
import sys
import time

import grpc

SERVICE = "/weir.test.Echo/"
PATIENCE = 30


class Failed(Exception):
    """A reply is not what it should be."""


def expect(condition, what):
    if not condition:
        raise Failed(what)


def once(messages, call):
    """One call; a gRPC fault names the kind of call."""
    try:
        return call(messages)
    except grpc.RpcError as fault:
        raise Failed(f"{call.__name__}: {fault.code()} {fault.details()}") from fault


class Client:
    """One channel with the calls of the service."""

    def __init__(self, options, host):
        self.authority = f"{host}:{options.port}"
        arguments = [
            ("grpc.default_authority", self.authority), ("grpc.enable_retries", 0),
            ("grpc.use_local_subchannel_pool", 1), ("grpc.max_receive_message_length", -1),
            ("grpc.enable_http_proxy", 0)]
        target = f"127.0.0.1:{options.port}"
        if options.ca:
            with open(options.ca, "rb") as file:
                credentials = grpc.ssl_channel_credentials(file.read())
            arguments.append(("grpc.ssl_target_name_override", options.server_name or host))
            self.channel = grpc.secure_channel(target, credentials, arguments)
        else:
            self.channel = grpc.insecure_channel(target, arguments)
        channel = self.channel
        self.unary_call = channel.unary_unary(SERVICE + "Unary")
        self.collect_call = channel.stream_unary(SERVICE + "Collect")
        self.expand_call = channel.unary_stream(SERVICE + "Expand")
        self.chat_call = channel.stream_stream(SERVICE + "Chat")

    def method(self, name):
        return self.channel.unary_unary(SERVICE + name)

    def unary(self, text):
        """The upstream's name: every reply is checked."""
        reply, call = self.unary_call.with_call(text, timeout=PATIENCE)
        name, _, rest = reply.partition(b" ")
        expect(rest == text, f"unary: {reply[:100]}")
        expect(("x-name", name.decode()) in call.trailing_metadata(), "no trailing metadata")
        return name.decode()

    def collect(self, text):
        messages = [b"%d" % number for number in range(5)] + [text]
        reply = self.collect_call(iter(messages), timeout=PATIENCE)
        name, _, rest = reply.partition(b" ")
        expect(rest == b",".join(messages), f"client streaming: {reply[:100]}")
        return name.decode()

    def expand(self, text):
        replies = [reply.split(b" ", 2) for reply in self.expand_call(
            b"5 " + text, timeout=PATIENCE)]
        expect([reply[1:] for reply in replies] == [[b"%d" % n, text] for n in range(5)],
               f"server streaming: {replies}")
        expect(len({reply[0] for reply in replies}) == 1, "server streaming: several upstreams")
        return replies[0][0].decode()

    def chat(self, text, count=5):
        """Round trips: the next message is sent when the reply to the last one is there."""
        talk = Talk(self)
        for number in range(count):
            talk.say(text + b"%d" % number)
        talk.end()
        return talk.name


class Talk:
    """A call with messages both ways, in turn."""

    def __init__(self, client):
        self.outgoing = collections.deque()
        self.ready = concurrent.futures.Future()
        self.name = None
        self.call = client.chat_call(self.messages(), timeout=PATIENCE)

    def messages(self):
        while True:
            message = self.ready.result()
            self.ready = concurrent.futures.Future()
            if message is None:
                return
            yield message

    def say(self, message):
        """One round trip; the upstream must not change."""
        self.put(message)
        name, _, rest = next(self.call).partition(b" ")
        expect(rest == message, f"bidirectional: {rest[:100]}")
        expect(self.name in (None, name.decode()), "a stream changed its upstream")
        self.name = name.decode()

    def put(self, message):
        # The generator sets a new future before it asks for the next message.
        ready = self.ready
        while ready.done():
            time.sleep(0.0005)
            ready = self.ready
        ready.set_result(message)

    def end(self):
        self.put(None)
        expect(list(self.call) == [], "messages after the last")
        expect(("x-name", self.name) in self.call.trailing_metadata(), "no trailing metadata")


def all_kinds(client, options):
    """Every kind of call, most of them unary, eight at a time."""
    shares = {"unary": 70, "collect": 10, "expand": 10, "chat": 10}
    jobs = [(kind, number) for kind, share in shares.items()
            for number in range(options.calls * share // 100)]
    names, kinds = collections.Counter(), collections.Counter()

    def one(job):
        kind, number = job
        text = b"%s-%d" % (kind.encode(), number)
        if number % 500 == 499:
            text += b"." * 300_000
        return kind, once(text, getattr(client, kind))

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        for kind, name in pool.map(one, jobs):
            kinds[kind] += 1
            names[name] += 1
    return {"calls": sum(kinds.values()), "kinds": kinds, "names": names}


def split(client, options):
    """Streams of one connection, all open at once, each of which stays where it is."""
    talks = [Talk(client) for _ in range(min(options.calls, 90))]
    for turn in range(11):
        for number, talk in enumerate(talks):
            talk.say(b"%d-%d" % (number, turn))
    for talk in talks:
        talk.end()
    return {"streams": len(talks), "names": collections.Counter(talk.name for talk in talks)}


def errors(client, options):
    """Each status with its details and metadata, without and after a message."""
    details = "all of it: 100 % \u00fcber\nlines, \u2713"
    seen = {}
    for code in grpc.StatusCode:
        number = code.value[0]
        if number == 0:
            continue
        request = f"{number} {details}".encode()
        for method in ("Fail", "FailLate"):
            call = client.channel.unary_stream(SERVICE + method)(request, timeout=PATIENCE)
            replies = []
            try:
                replies += call
            except grpc.RpcError:
                pass
            # A message may come before the status does.
            expect(call.code() == code, f"{method} {number}: {call.code()} {call.details()}")
            expect(call.details() == details, f"{method} {number}: {call.details()!r}")
            more = dict(call.trailing_metadata())
            expect(more.get("x-more-bin") == bytes(range(256)), f"{method} {number}: {more}")
            seen[f"{method} {number}"] = more["x-name"]
    return {"statuses": len(seen), "names": collections.Counter(seen.values())}


def metadata(client, options):
    """What is sent with a call arrives, and comes back in front and behind."""
    mine = [("x-text", "one"), ("x-text", "two"), ("x-data-bin", bytes(range(256)))]
    reply, call = client.method("Seen").with_call(b"", metadata=mine, timeout=PATIENCE)
    seen = json.loads(reply)
    for where, found in (("front", call.initial_metadata()), ("behind", call.trailing_metadata())):
        found = [pair for pair in found if pair[0] in ("x-text", "x-data-bin")]
        texts = ",".join(
            value.replace(" ", "") for key, value in found if key == "x-text")
        expect(texts == "one,two", f"{where}: {found}")
        expect(dict(found)["x-data-bin"] == bytes(range(256)), f"{where}: {found}")
    return seen


def wait_for_cancelled(client, text, wanted):
    """Asks the upstreams in turn until so many calls with this text were given up."""
    found = {}
    limit = time.monotonic() + 10
    while sum(found.values()) != wanted:
        expect(time.monotonic() < limit, f"the upstreams noticed {found}, not {wanted}")
        reply = client.method("Cancelled")(text, timeout=PATIENCE)
        name, _, count = reply.decode().partition(" ")
        found[name] = int(count)
        time.sleep(0.01)
    return found


def cancel(client, options):
    """A call that the client gives up is given up at the upstream."""
    text = os.urandom(8).hex().encode()
    for number in range(10):
        call = client.channel.unary_stream(SERVICE + "Endless")(text, timeout=PATIENCE)
        for _ in range(3):
            next(call)
        call.cancel()
        expect(call.code() == grpc.StatusCode.CANCELLED, f"code is {call.code()}")
    names = wait_for_cancelled(client, text, 10)
    # The connection is as good as before.
    client.unary(b"after")
    return {"cancelled": sum(names.values()), "names": names}


def deadline(client, options):
    """The deadline is passed on, and ends the call on both sides."""
    text = b"20000 " + os.urandom(8).hex().encode()
    seen = json.loads(client.method("Seen")(b"", timeout=7))
    remaining = seen["time_remaining"]
    expect(remaining is not None and 4 < remaining < 7.5, f"remaining: {remaining}")
    endless = json.loads(client.method("Seen")(b""))
    expect(endless["time_remaining"] is None, f"remaining: {endless['time_remaining']}")
    begun = time.monotonic()
    try:
        client.method("Sleep")(text, timeout=0.4)
        raise Failed("it was answered")
    except grpc.RpcError as fault:
        expect(fault.code() == grpc.StatusCode.DEADLINE_EXCEEDED, f"{fault.code()}")
    took = time.monotonic() - begun
    expect(0.3 < took < 3, f"it took {took}")
    wait_for_cancelled(client, text, 1)
    return {"remaining": remaining, "took": took}


def slow(client, options):
    """Calls that take two seconds, all at once."""
    calls = [client.method("Sleep").future(b"2000", timeout=PATIENCE) for _ in range(options.calls)]
    for call in calls:
        name, _, rest = call.result().partition(b" ")
        expect(rest == b"slept", f"slow: {rest}")
    return {"calls": len(calls)}


def nowhere(options):
    """The statuses that calls to these hosts get."""
    found = {}
    for host in options.hosts:
        client = Client(options, host)
        try:
            client.unary_call(b"", timeout=PATIENCE)
            found[host] = {"code": "OK", "details": ""}
        except grpc.RpcError as fault:
            found[host] = {"code": fault.code().name, "details": fault.details()}
        client.channel.close()
    return found


MODES = {"all": all_kinds, "split": split, "errors": errors, "metadata": metadata,
         "cancel": cancel, "deadline": deadline, "slow": slow}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("mode", choices=[*MODES, "nowhere"])
    parser.add_argument("hosts", nargs="*")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--host", default="app.default.example.com")
    parser.add_argument("--ca", help="speak TLS, and trust this authority")
    parser.add_argument("--server-name", help="of TLS, where it is not the host")
    parser.add_argument("--calls", type=int, default=10_000)
    options = parser.parse_args()
    try:
        if options.mode == "nowhere":
            result = nowhere(options)
        else:
            client = Client(options, options.host)
            result = MODES[options.mode](client, options)
            client.channel.close()
    except (Failed, grpc.RpcError) as fault:
        print(f"{options.mode}: {fault}", file=sys.stderr)
        return 1
    print(json.dumps(result))
    return 0


if __name__ == "__main__":
    sys.exit(main())
