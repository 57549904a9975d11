"""An HTTP/2 server without TLS for upstreams: python-h2 under asyncio, one object an exchange."""

import asyncio
import ssl

import h2.config
import h2.connection
import h2.events
import h2.exceptions
import h2.settings
import hyperframe.frame


class Exchange:
    """One stream: what came, and how to answer it. Kinds of upstreams say what they do with it."""

    def __init__(self, connection, stream, headers):
        self.connection, self.stream, self.headers = connection, stream, headers
        self.trailers = []
        self.is_open = True

    def field(self, name, otherwise=""):
        """The first value of a field."""
        return next((value for key, value in self.headers if key == name), otherwise)

    def begun(self):
        """The head is there."""

    def received(self, data):
        """A piece of the body is there."""

    def ended(self):
        """The request is whole."""

    def was_reset(self, code):
        """The other side gave it up."""

    def answer(self, status, headers=(), body=None, trailers=None, end=True):
        """Sends a head, and a body where one is given."""
        is_last = end and not body and not trailers
        self.connection.headers(
            self.stream, [(":status", str(status)), *headers], is_last)
        if body or (end and trailers):
            self.write(body or b"", end, trailers)

    def write(self, data, end=False, trailers=None):
        """Sends a piece of the body, as far as the windows let it, and the rest later."""
        self.connection.write(self.stream, data, end, trailers)

    def reset(self, code):
        self.connection.reset(self.stream, code)


class Unsent:
    """What waits for a stream's window."""

    def __init__(self):
        self.data, self.end, self.trailers = bytearray(), False, None


class Connection(asyncio.Protocol):
    """One connection with its exchanges."""

    number = 0

    def __init__(self, kind, settings):
        self.kind = kind
        self.exchanges, self.unsent = {}, {}
        self.h2 = h2.connection.H2Connection(
            h2.config.H2Configuration(client_side=False, header_encoding="utf-8"))
        self.h2.local_settings = h2.settings.Settings(client=False, initial_values=settings)
        Connection.number += 1
        self.number = Connection.number

    def connection_made(self, transport):
        self.transport = transport
        self.h2.initiate_connection()
        self.flush()

    def connection_lost(self, error):
        for exchange in list(self.exchanges.values()):
            exchange.was_reset(None)
            exchange.is_open = False

    def data_received(self, data):
        try:
            events = self.h2.receive_data(data)
        except h2.exceptions.ProtocolError as error:
            print(f"fault {error!r}", flush=True)
            self.flush()
            self.transport.close()
            return
        for event in events:
            self.handle(event)
        self.flush()

    def handle(self, event):
        exchange = self.exchanges.get(getattr(event, "stream_id", None))
        if isinstance(event, h2.events.RequestReceived):
            exchange = self.kind(self, event.stream_id, event.headers)
            self.exchanges[event.stream_id] = exchange
            exchange.begun()
        elif isinstance(event, h2.events.DataReceived):
            self.h2.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
            if exchange:
                exchange.received(event.data)
        elif isinstance(event, h2.events.TrailersReceived) and exchange:
            exchange.trailers = event.headers
        elif isinstance(event, h2.events.StreamEnded) and exchange:
            exchange.ended()
        elif isinstance(event, h2.events.StreamReset) and exchange:
            exchange.was_reset(event.error_code)
            self.forget(event.stream_id)
        elif isinstance(event, (h2.events.WindowUpdated, h2.events.RemoteSettingsChanged)):
            for stream in list(self.unsent):
                self.push(stream)
        elif isinstance(event, h2.events.ConnectionTerminated):
            self.flush()

    def headers(self, stream, headers, end):
        if self.exchanges[stream].is_open:
            self.h2.send_headers(stream, headers, end_stream=end)
            if end:
                self.forget(stream)
            self.flush()

    def write(self, stream, data, end, trailers):
        if stream in self.exchanges:
            unsent = self.unsent.setdefault(stream, Unsent())
            unsent.data += data
            unsent.end, unsent.trailers = end, trailers
            self.push(stream)
            self.flush()

    def push(self, stream):
        """Sends of what waits what the windows allow."""
        unsent = self.unsent[stream]
        while unsent.data:
            room = min(self.h2.local_flow_control_window(stream), self.h2.max_outbound_frame_size)
            if room <= 0:
                return
            piece = bytes(unsent.data[:room])
            del unsent.data[:room]
            is_last = unsent.end and not unsent.data and not unsent.trailers
            self.h2.send_data(stream, piece, end_stream=is_last)
            if is_last:
                self.forget(stream)
                return
        del self.unsent[stream]
        if unsent.end:
            if unsent.trailers:
                self.h2.send_headers(stream, unsent.trailers, end_stream=True)
            else:
                self.h2.end_stream(stream)
            self.forget(stream)

    def reset(self, stream, code):
        if stream in self.exchanges:
            self.h2.reset_stream(stream, code)
            self.forget(stream)
            self.flush()

    def forget(self, stream):
        self.unsent.pop(stream, None)
        exchange = self.exchanges.get(stream)
        if exchange:
            exchange.is_open = False

    def go_away(self):
        """Says that nothing new is taken, and goes on with what there is (h2 would not)."""
        last = max(self.exchanges)
        self.transport.write(
            hyperframe.frame.GoAwayFrame(0, last_stream_id=last, error_code=0).serialize())

    def flush(self):
        self.transport.write(self.h2.data_to_send())


def serve(kind, settings=None, port=0, tls=None):
    """Serves until it is ended; prints `port N` first."""
    usual = {
        h2.settings.SettingCodes.MAX_CONCURRENT_STREAMS: 1000,
        h2.settings.SettingCodes.INITIAL_WINDOW_SIZE: 1 << 20}

    def context(path):
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        made.minimum_version = ssl.TLSVersion.TLSv1_3
        made.load_cert_chain(path)
        made.set_alpn_protocols(["h2"])
        return made

    async def run():
        loop = asyncio.get_running_loop()
        server = await loop.create_server(
            lambda: Connection(kind, {**usual, **(settings or {})}), "127.0.0.1", port,
            backlog=4096, ssl=tls and context(tls))
        print(f"port {server.sockets[0].getsockname()[1]}", flush=True)
        await server.serve_forever()

    asyncio.run(run())
