#!/usr/bin/python3
"""An h2c upstream that tells what it received, as JSON, and answers in many ways.

The path says how: /trailers, /hints, /bytes/N, /slow/N, /status/N, /reset, /refuse, /goaway,
/early; anything else is answered with the report. A request with the content type of gRPC gets the
report as a gRPC message. Prints `port N`, then one line of JSON for each request that was whole.
"""

import argparse
import asyncio
import hashlib
import json

from h2_server import Exchange, serve

BLOCK = bytes((place * 31) % 256 for place in range(65536))
NO_ERROR, INTERNAL_ERROR, REFUSED_STREAM = 0, 2, 7


class Report(Exchange):
    """One request, and the answer that its path asks for."""

    name = "h2c"
    refused = set()

    def begun(self):
        self.length, self.digest = 0, hashlib.sha256()
        self.path = self.field(":path").partition("?")[0]
        if self.path == "/early":
            self.answer(413, [("content-length", "5")], b"large")
            self.reset(NO_ERROR)
        # Once for each query: the second time it is answered.
        if self.path == "/refuse" and self.field(":path") not in self.refused:
            self.refused.add(self.field(":path"))
            self.reset(REFUSED_STREAM)

    def received(self, data):
        self.length += len(data)
        self.digest.update(data)

    def was_reset(self, code):
        print(json.dumps({"reset": code, "path": self.path}), flush=True)

    def report(self):
        return {
            "name": self.name, "connection": self.connection.number,
            "headers": self.headers, "trailers": self.trailers, "length": self.length,
            "sha256": self.digest.hexdigest()}

    def ended(self):
        if not self.is_open:
            return
        text = json.dumps(self.report())
        print(text, flush=True)
        body = text.encode()
        if self.field("content-type").startswith("application/grpc"):
            self.answer_grpc(body)
            return
        kind, _, number = self.path[1:].partition("/")
        length = ("content-length", str(len(body)))
        json_type = ("content-type", "application/json")
        if kind == "trailers":
            self.answer(
                200, [json_type, ("trailer", "x-sum")], body,
                [("x-sum", self.digest.hexdigest()), ("x-name", self.name)])
        elif kind == "hints":
            self.answer(103, [("link", "</style.css>; rel=preload")], end=False)
            self.answer(200, [json_type, length], body)
        elif kind == "bytes":
            self.answer_bytes(int(number))
        elif kind == "slow":
            self.answer(200, [("content-type", "text/plain")], end=False)
            asyncio.ensure_future(self.answer_slowly(int(number)))
        elif kind == "status":
            self.answer(int(number))
        elif kind == "reset":
            self.answer(200, [("content-length", "10")], end=False)
            self.write(b"half")
            self.reset(INTERNAL_ERROR)
        elif self.field(":method") == "HEAD":
            self.answer(200, [json_type, length])
        else:
            self.answer(200, [json_type, length], body)
            if kind == "goaway":
                self.connection.go_away()

    def answer_bytes(self, count):
        body = BLOCK * (count // len(BLOCK)) + BLOCK[:count % len(BLOCK)]
        headers = [("content-type", "application/octet-stream")]
        if "no-length" not in self.field(":path"):
            headers.append(("content-length", str(count)))
        self.answer(200, headers, None if self.field(":method") == "HEAD" else body)

    async def answer_slowly(self, count):
        for number in range(count):
            await asyncio.sleep(0.02)
            self.write(f"{number}\n".encode())
        self.write(b"", end=True)

    def answer_grpc(self, message):
        framed = b"\0" + len(message).to_bytes(4, "big") + message
        self.answer(
            200, [("content-type", "application/grpc")], framed,
            [("grpc-status", "0"), ("x-name", self.name)])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", nargs="?", default="h2c")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--tls", help="certificate and key in one file: TLS 1.3, h2 by ALPN")
    options = parser.parse_args()
    Report.name = options.name
    serve(Report, port=options.port, tls=options.tls)


if __name__ == "__main__":
    main()
