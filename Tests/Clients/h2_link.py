"""An HTTP/2 connection for clients: python-h2 over a blocking socket, plain or TLS."""

import collections
import select
import socket
import ssl

import h2.config
import h2.connection
import h2.events

PATIENCE = 20


class Failed(Exception):
    """The other side did not do what was expected."""


def connect(port, host, ca=None, alpn=("h2",)):
    """A socket to a port of 127.0.0.1; TLS where an authority is given."""
    plain = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
    plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if not ca:
        return plain
    context = ssl.create_default_context(cafile=ca)
    context.set_alpn_protocols(list(alpn))
    secure = context.wrap_socket(plain, server_hostname=host)
    if secure.selected_alpn_protocol() != alpn[0]:
        raise Failed(f"ALPN agreed on {secure.selected_alpn_protocol()}")
    return secure


class Lasting(h2.connection.H2Connection):
    """Goes on with the streams that there are when the other side says that it goes away."""

    def _receive_goaway_frame(self, frame):
        event = h2.events.ConnectionTerminated()
        event.error_code, event.last_stream_id = frame.error_code, frame.last_stream_id
        return [], [event]


class Link:
    """One connection; each stream has a queue of the events that came for it."""

    def __init__(self, port, host, ca=None):
        self.socket = connect(port, host, ca)
        self.scheme = "https" if ca else "http"
        self.authority = f"{host}:{port}"
        self.events = collections.defaultdict(collections.deque)
        self.last = None
        self.h2 = Lasting(
            h2.config.H2Configuration(client_side=True, header_encoding="utf-8"))
        self.h2.initiate_connection()
        self.flush()
        self.has_settings = False
        while not self.has_settings:
            self.receive()

    def flush(self):
        data = self.h2.data_to_send()
        if data:
            self.socket.sendall(data)

    def receive(self):
        """Waits for bytes, and sorts what they say."""
        data = self.socket.recv(65536)
        if not data:
            raise Failed("the connection was closed")
        for event in self.h2.receive_data(data):
            if isinstance(event, h2.events.RemoteSettingsChanged):
                self.has_settings = True
            if isinstance(event, h2.events.DataReceived):
                self.h2.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
            if isinstance(event, h2.events.ConnectionTerminated):
                self.last = event
            stream = getattr(event, "stream_id", None)
            if stream:
                self.events[stream].append(event)
        self.flush()

    def request(self, headers, end=True):
        """Opens a stream and gives its number."""
        stream = self.h2.get_next_available_stream_id()
        self.h2.send_headers(stream, headers, end_stream=end)
        self.flush()
        return stream

    def send(self, stream, data, end=False):
        """Sends a body, waiting for the windows."""
        view = memoryview(data)
        while view:
            room = min(self.h2.local_flow_control_window(stream), self.h2.max_outbound_frame_size)
            if room <= 0 or not self.may_write():
                self.receive()
                continue
            self.h2.send_data(stream, bytes(view[:room]))
            view = view[room:]
            self.flush()
        if end:
            self.h2.end_stream(stream)
            self.flush()

    def may_write(self):
        """Waits until there is room to write; false when there is something to read first.

        Who sends without reading stops the other side, too.
        """
        if isinstance(self.socket, ssl.SSLSocket) and self.socket.pending():
            return False
        readable, _, _ = select.select([self.socket], [self.socket], [], PATIENCE)
        return not readable

    def next(self, stream):
        """The next event of a stream, whatever it is."""
        while not self.events[stream]:
            self.receive()
        event = self.events[stream].popleft()
        if isinstance(event, h2.events.StreamReset):
            raise Failed(f"stream {stream} was reset with {event.error_code}")
        return event

    def wait(self, stream, kind):
        """The next event of that kind; those before it are dropped."""
        while True:
            event = self.next(stream)
            if isinstance(event, kind):
                return event
            if isinstance(event, h2.events.StreamEnded):
                raise Failed(f"stream {stream} ended before {kind.__name__}")

    def get(self, path, headers=()):
        """Asks for a path; the status and the body."""
        stream = self.request([
            (":method", "GET"), (":scheme", self.scheme), (":authority", self.authority),
            (":path", path), *headers])
        status = dict(self.wait(stream, h2.events.ResponseReceived).headers)[":status"]
        body = b""
        while True:
            event = self.next(stream)
            if isinstance(event, h2.events.DataReceived):
                body += event.data
            if isinstance(event, h2.events.StreamEnded):
                return int(status), body

    def close(self):
        self.h2.close_connection()
        self.flush()
        self.socket.close()
