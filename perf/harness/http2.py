"""One connection of HTTP/2 that asks one thing after the other, in frames of our own."""

import socket
import struct

from .names import HOST

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, SETTINGS, PING, GOAWAY, WINDOW_UPDATE = 0, 1, 4, 6, 7, 8
END_STREAM, END_HEADERS, ACK = 1, 4, 1
# `:method: GET`, `:method: POST`, `:scheme: https`, `:path: /` and `:status: 200` of HPACK's table.
GET, POST, HTTPS, ROOT, GOOD = b"\x82", b"\x83", b"\x87", b"\x84", 0x88


def frame(kind, flags, stream, payload=b""):
    return struct.pack(">I", len(payload))[1:] + struct.pack(">BBI", kind, flags, stream) + payload


def literal(name, value):
    """A field that goes into no table, both shorter than 127 bytes."""
    return b"\0" + bytes([len(name)]) + name.encode() + bytes([len(value)]) + value.encode()


class Client:
    """Over TLS; with a message it posts that, with these fields besides."""

    def __init__(self, port, context, message="", fields=()):
        plain = socket.create_connection(("127.0.0.1", port), timeout=5)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket = context.wrap_socket(plain, server_hostname=HOST)
        if self.socket.selected_alpn_protocol() != "h2":
            raise ConnectionError("no HTTP/2 was agreed on")
        self.data, self.stream = b"", -1
        self.message = message.encode()
        self.head = (POST if message else GET) + HTTPS + ROOT + literal(":authority", HOST)
        self.head += b"".join(literal(*field.split(": ")) for field in fields)
        # As much as may come.
        self.socket.sendall(PREFACE + frame(SETTINGS, 0, 0)
                            + frame(WINDOW_UPDATE, 0, 0, struct.pack(">I", 1 << 30)))

    def get(self):
        """Asks, and takes the whole of the answer."""
        self.stream += 2
        asked = frame(HEADERS, END_HEADERS | (0 if self.message else END_STREAM), self.stream,
                      self.head)
        if self.message:
            asked += frame(DATA, END_STREAM, self.stream, self.message)
        self.socket.sendall(asked)
        is_first, has_data = True, False
        while True:
            kind, flags, stream, payload = self.next()
            if kind == HEADERS and is_first:
                # Updates of the table's size may come before.
                if next(byte for byte in payload if byte & 0xe0 != 0x20) != GOOD:
                    raise ConnectionError("another status than 200")
                is_first = False
            has_data = has_data or kind == DATA
            if stream == self.stream and kind in (HEADERS, DATA) and flags & END_STREAM:
                # A call that failed brings its status alone.
                if self.message and not has_data:
                    raise ConnectionError("no message came")
                return
            if kind in (SETTINGS, PING) and not flags & ACK:
                self.socket.sendall(frame(kind, ACK, 0, payload if kind == PING else b""))
            elif kind == GOAWAY:
                raise ConnectionError("the connection was given up")

    def next(self):
        """The next frame: its type, flags, stream and payload."""
        while len(self.data) < 9 or len(self.data) < 9 + int.from_bytes(self.data[:3], "big"):
            got = self.socket.recv(65536)
            if not got:
                raise ConnectionError("closed before the answer was whole")
            self.data += got
        length = int.from_bytes(self.data[:3], "big")
        kind, flags, stream = struct.unpack(">BBI", self.data[3:9])
        payload, self.data = self.data[9:9 + length], self.data[9 + length:]
        return kind, flags, stream & 0x7fffffff, payload

    def close(self):
        self.socket.close()
