"""What HTTP/1 readers make of a request: nginx and HAProxy by what they send on, h11 by itself."""

import collections
import re

import h11


class Reading(collections.namedtuple("Reading", "method target fields body")):
    """A request as a reader understood it: fields are pairs of lower-case name and value, in order."""

    # It asks for another protocol; not compared, since nginx passes no such wish on.
    upgrades = False


# A reader's own refusal, with its status.
Refused = collections.namedtuple("Refused", "status")

# What a hop writes anew: framing (the body is compared instead) and the connection's fields.
PER_HOP = {b"connection", b"content-length", b"expect", b"keep-alive", b"te", b"transfer-encoding",
           b"upgrade"}


# Fields that mean nothing when they come twice; nginx says 400 then, and weir leaves it to servers.
SINGLE = {b"authorization", b"if-match", b"if-modified-since", b"if-none-match", b"if-range",
          b"if-unmodified-since"}


def reading(method, target, fields, body):
    kept = [(name.lower(), value) for name, value in fields if name.lower() not in PER_HOP]
    # nginx sends Host first, wherever it stood.
    kept.sort(key=lambda field: field[0] != b"host")
    made = Reading(bytes(method), bytes(target), kept, bytes(body))
    made.upgrades = any(name.lower() == b"upgrade" for name, _ in fields)
    return made


class Message:
    """One strictly framed request, taken from bytes as they come."""

    def __init__(self):
        self.data = bytearray()
        self.head = None

    def add(self, data):
        self.data += data

    def take(self):
        """The whole request, or None while bytes are missing; ValueError when it is malformed."""
        end = self.data.find(b"\r\n\r\n")
        if end < 0:
            return None
        lines = bytes(self.data[:end]).split(b"\r\n")
        method, target, version = lines[0].split(b" ")
        if version != b"HTTP/1.1":
            raise ValueError(f"request line {lines[0]!r}")
        fields = []
        for line in lines[1:]:
            match = re.fullmatch(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+): ?([^\r\n\0]*)", line)
            if not match:
                raise ValueError(f"field line {line!r}")
            fields.append((match[1], match[2].strip(b" \t")))
        body = self._body(fields, end + 4)
        if body is None:
            return None
        content, rest = body
        del self.data[:rest]
        return reading(method, target, fields, content)

    def _body(self, fields, start):
        names = [name.lower() for name, _ in fields]
        lengths = [value for name, value in fields if name.lower() == b"content-length"]
        codings = [value for name, value in fields if name.lower() == b"transfer-encoding"]
        if len(lengths) + len(codings) > 1 or names.count(b"host") != 1:
            raise ValueError(f"framing or host said twice or not: {fields}")
        if lengths:
            end = start + int(lengths[0])
            return (bytes(self.data[start:end]), end) if len(self.data) >= end else None
        return self._chunks(start) if codings else (b"", start)

    def _chunks(self, at):
        body = bytearray()
        while True:
            end = self.data.find(b"\r\n", at)
            if end < 0:
                return None
            if not re.fullmatch(rb"[0-9a-fA-F]+", self.data[at:end]):
                raise ValueError(f"chunk size {bytes(self.data[at:end])!r}")
            size = int(self.data[at:end], 16)
            at = end + 2
            if size == 0:
                break
            if len(self.data) < at + size + 2:
                return None
            if self.data[at + size:at + size + 2] != b"\r\n":
                raise ValueError("no CRLF behind a chunk")
            body += self.data[at:at + size]
            at += size + 2
        while True:
            end = self.data.find(b"\r\n", at)
            if end < 0:
                return None
            if end == at:
                return bytes(body), end + 2
            at = end + 2


class H11:
    """h11 as a server, for one request; more may stand behind it only where that is said."""

    def __init__(self, is_alone=True):
        self.is_alone = is_alone
        self.connection = h11.Connection(h11.SERVER, max_incomplete_event_size=1 << 20)
        self.request = None
        self.body = bytearray()
        self.result = None

    def add(self, data):
        if self.result is not None:
            self.result = Refused("h11: bytes behind the end")
            return
        try:
            self.connection.receive_data(data)
            while self.result is None:
                event = self.connection.next_event()
                if event is h11.NEED_DATA:
                    return
                if isinstance(event, h11.Request):
                    self.request = event
                elif isinstance(event, h11.Data):
                    self.body += event.data
                elif isinstance(event, h11.EndOfMessage):
                    request = self.request
                    self.result = reading(
                        request.method, request.target, list(request.headers), self.body)
                    if self.is_alone and self.connection.trailing_data[0]:
                        self.result = Refused("h11: bytes behind the end")
                else:
                    self.result = Refused(f"h11: {event}")
        except h11.RemoteProtocolError as error:
            self.result = Refused(f"h11: {error}")


def may_refuse(reader, request):
    """True where a reader by a rule of its own refuses what RFC 9112 allows: never a misreading."""
    path = request.target.partition(b"?")[0]
    if reader == "nginx":
        # It resolves the path and decodes it, and knows no `*` and no method but of A-Z, - and _.
        names = [name for name, _ in request.fields]
        return (any(names.count(name) > 1 for name in SINGLE)
                or re.search(rb"%(?![0-9a-fA-F]{2})|%00", path) is not None
                or climbs(path) or path == b"*" or request.method == b"TRACE"
                or re.fullmatch(rb"[A-Z_-]+", request.method) is None)
    # It knows WebSocket's keys, which are the upstream's affair here.
    return request.upgrades


def climbs(path):
    """True when dot segments lead above the root, as nginx counts them (after decoding)."""
    path = re.sub(rb"%([0-9a-fA-F]{2})", lambda match: bytes([int(match[1], 16)]), path)
    depth = 0
    for segment in re.sub(rb"/+", b"/", path).split(b"/")[1:]:
        if segment == b"..":
            depth -= 1
            if depth < 0:
                return True
        elif segment not in (b".", b""):
            depth += 1
    return False
