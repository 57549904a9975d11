#!/usr/bin/env python3
"""Many idle WebSockets with little memory: raw sockets and handshakes by hand.

`tunnels.py upstream [PORT]` answers each handshake with 101 and holds the connection; prints its
port.
`tunnels.py client PORT HOST [CA]` reads a number from each line of its input, holds that many
open ones, and says `open N`; TLS where an authority is given.
"""

import base64
import hashlib
import os
import resource
import select
import socket
import ssl
import sys

GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


def accept_value(key):
    return base64.b64encode(hashlib.sha1(key + GUID).digest())


def raise_limit():
    """As many descriptors as there may be."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def upstream(port=0):
    """One thread and one epoll for all."""
    listening = socket.create_server(("127.0.0.1", port), backlog=4096)
    listening.setblocking(False)
    poll = select.epoll()
    poll.register(listening, select.EPOLLIN)
    held = {}
    print(f"port {listening.getsockname()[1]}", flush=True)
    while True:
        for descriptor, _ in poll.poll():
            if descriptor == listening.fileno():
                take(listening, poll, held)
                continue
            sock = held[descriptor]
            try:
                data = sock.recv(65536)
            except ConnectionError:
                data = b""
            if not data:
                poll.unregister(descriptor)
                held.pop(descriptor).close()
            elif data.startswith(b"GET"):
                answer(sock, data)


def take(listening, poll, held):
    while True:
        try:
            sock, _ = listening.accept()
        except BlockingIOError:
            return
        held[sock.fileno()] = sock
        poll.register(sock, select.EPOLLIN)


def answer(sock, head):
    """101 to a handshake, which comes in one piece; 200 to other requests."""
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"sec-websocket-key":
            sock.sendall(
                b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                b"Connection: Upgrade\r\nSec-WebSocket-Accept: " + accept_value(value.strip())
                + b"\r\n\r\n")
            return
    sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")


class Client:
    """Connections that are open and do nothing."""

    def __init__(self, port, host, ca=None):
        self.port, self.host = port, host
        self.context = None
        if ca:
            self.context = ssl.create_default_context(cafile=ca)
            self.context.set_alpn_protocols(["http/1.1"])
        self.held = []

    def open(self):
        sock = socket.create_connection(("127.0.0.1", self.port), timeout=20)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self.context:
            sock = self.context.wrap_socket(sock, server_hostname=self.host)
        key = base64.b64encode(os.urandom(16))
        sock.sendall(
            f"GET /socket HTTP/1.1\r\nHost: {self.host}\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            f"Sec-WebSocket-Key: {key.decode()}\r\n\r\n".encode())
        head = b""
        while b"\r\n\r\n" not in head:
            data = sock.recv(4096)
            if not data:
                raise ConnectionError("closed in the handshake")
            head += data
        if not head.startswith(b"HTTP/1.1 101") or accept_value(key) not in head:
            raise ConnectionError(head.decode(errors="replace"))
        self.held.append(sock)

    def serve(self):
        for line in sys.stdin:
            while len(self.held) < int(line):
                self.open()
            print(f"open {len(self.held)}", flush=True)


def main():
    raise_limit()
    if sys.argv[1] == "upstream":
        upstream(*map(int, sys.argv[2:]))
    else:
        Client(int(sys.argv[2]), *sys.argv[3:]).serve()


if __name__ == "__main__":
    main()
