#!/usr/bin/python3
"""An HTTP/1.1 upstream (h11) that tells what it received, as h2c_upstream.py does.

Paths: /trailers, /hints, /bytes/N, /slow/N, /status/N, /early, /ended and /cut (both end with the
connection, over TLS the latter without close_notify); anything else is answered with the
report. Prints `port N`, then one line of JSON for each request that was whole.
"""

import argparse
import hashlib
import itertools
import json
import socket
import ssl
import threading
import time

import h11

BLOCK = bytes((place * 31) % 256 for place in range(65536))
NUMBERS = itertools.count(1)


class Connection:
    """One connection, in a thread of its own."""

    def __init__(self, name, sock):
        self.name, self.socket = name, sock
        self.number = next(NUMBERS)
        self.h11 = h11.Connection(h11.SERVER, max_incomplete_event_size=1 << 17)

    def run(self):
        try:
            while self.serve() and self.h11.our_state is h11.DONE:
                self.h11.start_next_cycle()
        except (OSError, h11.ProtocolError) as fault:
            print(f"fault {fault!r}", flush=True)
        self.socket.close()

    def next(self):
        while True:
            event = self.h11.next_event()
            if event is not h11.NEED_DATA:
                return event
            self.h11.receive_data(self.socket.recv(65536))

    def send(self, *events):
        self.socket.sendall(b"".join(self.h11.send(event) or b"" for event in events))

    def serve(self):
        """One exchange; false when there is no more."""
        request = self.next()
        if not isinstance(request, h11.Request):
            return False
        path = request.target.decode()
        if path == "/early":
            self.send(
                h11.Response(status_code=413, headers=[
                    ("content-length", "5"), ("connection", "close")]),
                h11.Data(b"large"), h11.EndOfMessage())
            self.socket.shutdown(socket.SHUT_WR)
            while self.socket.recv(65536):
                pass
            return False
        if path in ("/ended", "/cut"):
            self.socket.sendall(b"HTTP/1.1 200 OK\r\n\r\nas far as it goes")
            if path == "/ended" and isinstance(self.socket, ssl.SSLSocket):
                self.socket.settimeout(5)
                self.socket.unwrap()
            return False
        if self.h11.they_are_waiting_for_100_continue:
            self.send(h11.InformationalResponse(status_code=100, headers=[]))
        length, digest = 0, hashlib.sha256()
        event = self.next()
        while isinstance(event, h11.Data):
            length += len(event.data)
            digest.update(event.data)
            event = self.next()
        report = json.dumps({
            "name": self.name, "connection": self.number,
            "headers": [[":method", request.method.decode()], [":path", path]] + [
                [name.decode(), value.decode()] for name, value in request.headers],
            "trailers": [[name.decode(), value.decode()] for name, value in event.headers],
            "length": length, "sha256": digest.hexdigest()})
        print(report, flush=True)
        self.answer(request.method, path, report.encode(), digest.hexdigest())
        return True

    def answer(self, method, path, report, digest):
        kind, _, number = path.partition("?")[0][1:].partition("/")
        headers, body, trailers = [("content-type", "application/json")], report, []
        status = 200
        if kind == "trailers":
            headers += [("trailer", "x-sum"), ("transfer-encoding", "chunked")]
            trailers = [("x-sum", digest), ("x-name", self.name)]
        elif kind == "bytes":
            count = int(number)
            body = BLOCK * (count // len(BLOCK)) + BLOCK[:count % len(BLOCK)]
            headers = [("content-type", "application/octet-stream")]
        elif kind == "status":
            status, body = int(number), b""
        elif kind == "slow":
            self.send(h11.Response(status_code=200, headers=[("content-type", "text/plain")]))
            for piece in range(int(number)):
                time.sleep(0.02)
                self.send(h11.Data(f"{piece}\n".encode()))
            self.send(h11.EndOfMessage())
            return
        elif kind == "hints":
            self.send(h11.InformationalResponse(
                status_code=103, headers=[("link", "</style.css>; rel=preload")]))
        if not trailers and status not in (204, 304) and "no-length" not in path:
            headers.append(("content-length", str(len(body))))
        events = [h11.Response(status_code=status, headers=headers)]
        if method != b"HEAD" and body:
            events.append(h11.Data(body))
        self.send(*events, h11.EndOfMessage(headers=trailers))


def run(options, accepted):
    """Serves one connection, after its handshake where there is one."""
    if options.tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        context.load_cert_chain(options.tls)
        context.set_alpn_protocols(["http/1.1"])
        try:
            accepted = context.wrap_socket(accepted, server_side=True)
        except OSError as fault:
            print(f"handshake {fault}", flush=True)
            return
    Connection(options.name, accepted).run()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", nargs="?", default="h1")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--tls", help="certificate and key in one file: TLS 1.3 only")
    options = parser.parse_args()
    listening = socket.create_server(("127.0.0.1", options.port), backlog=4096)
    print(f"port {listening.getsockname()[1]}", flush=True)
    while True:
        accepted, _ = listening.accept()
        accepted.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        threading.Thread(target=run, args=(options, accepted), daemon=True).start()


if __name__ == "__main__":
    main()
