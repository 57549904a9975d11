"""Requests: one at a time on a connection of our own, and files of them for wrk and steady."""

import os
import socket

from .names import HOST


class Client:
    """One keep-alive connection that asks one thing after the other."""

    def __init__(self, port, host=HOST, context=None, source=0):
        self.socket = socket.create_connection(
            ("127.0.0.1", port), timeout=5, source_address=("127.0.0.1", source))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if context:
            self.socket = context.wrap_socket(self.socket, server_hostname=host)
        self.host = host
        self.rest = b""

    def get(self, path="/"):
        """The answer's status and body; the body must come with a length."""
        self.socket.sendall(request(path, self.host))
        data = self.rest
        while b"\r\n\r\n" not in data:
            data += self.receive()
        head, _, data = data.partition(b"\r\n\r\n")
        length = 0
        for line in head.split(b"\r\n")[1:]:
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        while len(data) < length:
            data += self.receive()
        self.rest = data[length:]
        return int(head.split()[1]), data[:length]

    def receive(self):
        data = self.socket.recv(65536)
        if not data:
            raise ConnectionError("closed before the answer was whole")
        return data

    def close(self):
        self.socket.close()


def request(path="/", host=HOST, fields=(), body=b""):
    """The bytes of a request."""
    lines = [f"{'POST' if body else 'GET'} {path} HTTP/1.1", f"Host: {host}", *fields]
    if body:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode() + body


def write_requests(folder, requests):
    """The file that steady and wrk's script read: each after a line with its length."""
    path = os.path.join(folder, "requests")
    with open(path, "wb") as file:
        for one in requests:
            file.write(b"%d\n" % len(one) + one)
    return path
