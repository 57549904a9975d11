#!/usr/bin/python3
"""A WebSocket upstream over HTTP/2 (RFC 8441, python's h2 and wsproto): echoes with its name.

It understands what ws_upstream.py understands. With --no-connect it does not say that it takes
extended CONNECT, and refuses it. Prints `port N`, then `closed CODE` for each that ended.
"""

import argparse
import json

import h2.exceptions
import h2.settings
import wsproto.connection
import wsproto.events
from h2_server import Exchange, serve

PROTOCOL_ERROR = 1


class Echo(Exchange):
    """One WebSocket, or a plain request."""

    name = "h2ws"
    takes_connect = True

    def begun(self):
        self.socket, self.code, self.text = None, 1006, []
        self.is_asking = False
        if self.field(":method") != "CONNECT":
            return
        if not self.takes_connect:
            self.reset(PROTOCOL_ERROR)
            return
        if self.field(":protocol") != "websocket":
            self.answer(501)
            return
        if self.field(":path") == "/refused":
            self.answer(403, [("x-name", self.name)], b"refused")
            return
        wanted = self.field("sec-websocket-protocol")
        chosen = [("sec-websocket-protocol", "chat")] if "chat" in wanted else []
        self.answer(200, chosen, end=False)
        self.socket = wsproto.connection.Connection(wsproto.connection.ConnectionType.SERVER)

    def received(self, data):
        # The frame that ends a stream may be empty, and comes after the close.
        if not self.socket or not data:
            return
        self.socket.receive_data(data)
        for event in self.socket.events():
            self.handle(event)

    def handle(self, event):
        if isinstance(event, wsproto.events.BytesMessage):
            self.send(wsproto.events.BytesMessage(
                event.data, message_finished=event.message_finished))
        elif isinstance(event, wsproto.events.TextMessage):
            self.text.append(event.data)
            if event.message_finished:
                text, self.text = "".join(self.text), []
                self.answer_text(text)
        elif isinstance(event, wsproto.events.Ping):
            self.send(event.response())
        elif isinstance(event, wsproto.events.Pong) and self.is_asking:
            self.is_asking = False
            self.send(wsproto.events.TextMessage(f"{self.name} ponged"))
        elif isinstance(event, wsproto.events.CloseConnection):
            self.code = event.code
            try:
                if self.socket.state is not wsproto.connection.ConnectionState.CLOSED:
                    self.send(event.response())
                self.write(b"", end=True)
            except h2.exceptions.ProtocolError:
                # The client was gone before its close was read.
                pass
            print(f"closed {self.code}", flush=True)

    def answer_text(self, text):
        word, _, rest = text.partition(" ")
        if word == "head":
            self.send(wsproto.events.TextMessage(json.dumps({
                "name": self.name, "path": self.field(":path"), "headers": self.headers})))
        elif word == "ping":
            self.is_asking = True
            self.send(wsproto.events.Ping(rest.encode()))
        elif word == "close":
            code, _, reason = rest.partition(" ")
            self.send(wsproto.events.CloseConnection(int(code), reason))
        else:
            self.send(wsproto.events.TextMessage(f"{self.name} {text}"))

    def send(self, event):
        self.write(self.socket.send(event))

    def ended(self):
        if self.socket:
            # The end without a close, as that of a TCP connection.
            if self.is_open and self.code == 1006:
                self.write(b"", end=True)
                print("closed 1006", flush=True)
        elif self.is_open:
            self.answer(200, [], f"{self.name}\n{self.headers}".encode())

    def was_reset(self, code):
        if self.socket and self.is_open and self.code == 1006:
            print(f"closed 1006 reset {code}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", nargs="?", default="h2ws")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--no-connect", action="store_true")
    options = parser.parse_args()
    Echo.name, Echo.takes_connect = options.name, not options.no_connect
    connect = h2.settings.SettingCodes.ENABLE_CONNECT_PROTOCOL
    serve(Echo, {connect: int(Echo.takes_connect)}, options.port)


if __name__ == "__main__":
    main()
