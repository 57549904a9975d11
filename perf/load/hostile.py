#!/usr/bin/env python3
"""Clients that mean harm, or know no better: `hostile.py PORT SECURE HOST SECONDS`.

Garbage, heads that do not end, hellos that do not go on, answers that nobody takes, connections
that are reset: a few at a time, never many. Prints how many of each.
"""

import collections
import json
import os
import random
import socket
import struct
import sys
import time

# Connections that are left hanging, and seconds between two misdeeds.
HELD, PAUSE = 64, 0.02


class Hostile:
    def __init__(self, port, secure, host):
        self.port, self.secure, self.host = port, secure, host
        self.held = collections.deque()
        self.count = collections.Counter()

    def connect(self, secure=False):
        sock = socket.create_connection(
            ("127.0.0.1", self.secure if secure else self.port), timeout=5)
        sock.settimeout(0.2)
        return sock

    def hold(self, sock):
        self.held.append(sock)
        if len(self.held) > HELD:
            self.held.popleft().close()

    def head(self, path="/", more=""):
        return f"GET {path} HTTP/1.1\r\nHost: {self.host}\r\n{more}\r\n".encode()

    def garbage(self):
        sock = self.connect(random.random() < 0.5)
        sock.sendall(random.randbytes(random.randrange(1, 20000)))
        sock.close()

    def half_head(self):
        sock = self.connect()
        sock.sendall(self.head()[:random.randrange(1, 40)])
        self.hold(sock)

    def half_hello(self):
        sock = self.connect(True)
        sock.sendall(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03")
        self.hold(sock)

    def half_body(self):
        sock = self.connect()
        sock.sendall(self.head(more="Content-Length: 1000\r\n") + b"abc")
        self.hold(sock)

    def deaf(self):
        """Asks for a MiB and takes none of it."""
        sock = self.connect()
        sock.sendall(self.head("/large"))
        self.hold(sock)

    def smuggle(self):
        sock = self.connect()
        framing = "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n"
        sock.sendall(self.head(more=framing) + b"0\r\n\r\nG")
        sock.close()

    def reset(self):
        """Takes a part of its answer."""
        sock = self.connect()
        sock.sendall(self.head("/large"))
        sock.recv(1000)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        sock.close()

    def pipeline(self):
        sock = self.connect()
        sock.sendall(self.head() * 200)
        sock.close()

    def large_head(self):
        sock = self.connect()
        sock.sendall(self.head(more="X-Long: " + "a" * 70000 + "\r\n"))
        sock.close()

    def run(self, seconds):
        deeds = (self.garbage, self.half_head, self.half_hello, self.half_body, self.deaf,
                 self.smuggle, self.reset, self.pipeline, self.large_head)
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            deed = random.choice(deeds)
            try:
                deed()
            except OSError:
                # That is what one gets.
                self.count["cut"] += 1
            self.count[deed.__name__] += 1
            time.sleep(PAUSE)
        for sock in self.held:
            sock.close()
        return self.count


def main():
    # The load of the well-behaved goes first.
    os.nice(10)
    port, secure, host, seconds = sys.argv[1:]
    print(json.dumps(Hostile(int(port), int(secure), host).run(float(seconds))))


if __name__ == "__main__":
    main()
