"""How long a change of a manifest takes until it is served."""

import socket
import time

from .peers import HOST, REVISIONS, Weir
from .process import CannotRun


class Client:
    """One keep-alive connection that asks one thing after the other."""

    def __init__(self, port, host):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=5)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.request = f"GET / HTTP/1.1\r\nHost: {host}\r\n\r\n".encode()
        self.rest = b""

    def get(self):
        """The answer's status and body; the body must come with a length."""
        self.socket.sendall(self.request)
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


def measure(weir: Weir, changes=50, seconds=5):
    """Milliseconds from the rename of a manifest to the first answer of the new revision."""
    client = Client(weir.port, HOST)
    times = []
    for change in range(changes + 1):
        percent, wanted = (0, REVISIONS[1]) if change % 2 == 0 else (100, REVISIONS[0])
        begun = time.monotonic()
        weir.write_route(percent)
        deadline = begun + seconds
        while True:
            status, body = client.get()
            if status != 200:
                raise CannotRun(f"a change was answered with {status}")
            now = time.monotonic()
            if body.startswith(wanted.encode()):
                break
            if now > deadline:
                raise CannotRun(f"a change was not served within {seconds} s")
        # The first change only leaves the 90/10 split, where the wanted revision answers anyway.
        if change > 0:
            times.append((now - begun) * 1000)
        # Nothing of this change may be under way when the next begins.
        quiet = time.monotonic() + 0.02
        while time.monotonic() < quiet:
            client.get()
    client.close()
    return times
