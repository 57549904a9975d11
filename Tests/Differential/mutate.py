"""Seeded mutations of HTTP/1 requests: the same seed and number give the same bytes."""

import random

# Bytes that parsers stumble over.
NASTY = list(b'\r\n\t :;,"\\/?#@*[]%_-+.09aZ=\x00\x7f\x80\xff')
METHODS = [b"GET", b"HEAD", b"POST", b"PUT", b"DELETE", b"OPTIONS", b"PATCH", b"TRACE", b"PROPFIND",
           b"M-SEARCH", b"get", b"G", b"X!"]
PIECES = [b"/", b"//", b"a", b"/b", b"..", b"/./", b"%2F", b"%41", b"%c3%a9", b";p=1", b"?q=1",
          b"&r", b"=", b"~", b"|", b"{}", b'"', b"\\", b"'", b"!$&()*+,:@", b"http://", b".html",
          b"%", b"^`<>"]
# Fields that frame, route or end at a hop, and some that do not.
FIELDS = [b"Content-Length: 5", b"Content-Length: 0", b"content-length:\t5 ", b"Content-Length: 05",
          b"Transfer-Encoding: chunked", b"transfer-encoding:CHUNKED", b"Transfer-Encoding: gzip",
          b"TE: trailers", b"TE: gzip;q=0.5, trailers", b"Trailer: X-Sum", b"Expect: 100-continue",
          b"Connection: close", b"Connection: keep-alive, X-Hop", b"Connection: Content-Length",
          b"Connection: Cookie, Host", b"Keep-Alive: timeout=5", b"Proxy-Connection: close",
          b"Upgrade: h2c", b"Upgrade: websocket", b"HTTP2-Settings: AAMAAABk", b"X-Hop: 1",
          b"Host: a.example", b"Host: b.example:80", b"X-Forwarded-For: 6.6.6.6",
          b"Forwarded: for=6.6.6.6", b"X-Request-Id: 1", b"Cookie: a=b", b"Cookie: c=\"d; e\"",
          b"Authorization: Basic eA==", b"Accept: */*", b"Range: bytes=0-1", b"X-Empty:",
          b"X-Blank: \t ",
          b"X-Utf8: \xc3\xa9", b"X-Latin: \xe9", b"x!#$%&'*+.^`|~z: odd", b"X-Comma: a,, b,",
          b"X-Colon:::a:", b"X-Quote: \"a\\\"b", b"X-A: 1", b"x-a: 2", b"K-Network-Probe: queue",
          b"Knative-Serving-Tag: t", b"X_Y: z", b"X Y: z", b"Content-Type: text/plain",
          b"Content-Encoding: gzip", b"X-Long: " + b"l" * 2000]
EXTENSIONS = [b"", b"", b";a", b";a=b", b';a="b;c"', b" ", b";", b';a="']
TRAILERS = [b"", b"", b"X-Sum: 1\r\n", b"Content-Length: 3\r\n", b"Host: evil\r\n",
            b"grpc-status: 0\r\n"]


def mutate(seeds, seed, number):
    """The request with that number, from one to three changes of one of the seeds."""
    rng = random.Random(f"{seed}:{number}")
    data = rng.choice(seeds)
    for _ in range(rng.choice((1, 1, 1, 2, 2, 3))):
        change = rng.choice(CHANGES)
        data = change(data, rng) or data
    return data


def _byte(data, rng):
    at = rng.randrange(len(data))
    kind = rng.randrange(5)
    if kind == 0:
        return data[:at] + bytes([rng.choice(NASTY)]) + data[at + 1:]
    if kind == 1:
        return data[:at] + bytes([rng.randrange(256)]) + data[at + 1:]
    if kind == 2:
        return data[:at] + bytes([rng.choice(NASTY)]) + data[at:]
    if kind == 3:
        return data[:at] + data[at + 1:]
    return data[:at] + data[at:at + rng.randint(1, 20)] + data[at:]


def _split(data):
    head, end, body = data.partition(b"\r\n\r\n")
    return head.split(b"\r\n"), end, body


def _lines(change):
    """A change of the head's lines."""
    def apply(data, rng):
        lines, end, body = _split(data)
        change(lines, rng)
        return b"\r\n".join(lines) + end + body
    return apply


@_lines
def _add_field(lines, rng):
    lines.insert(rng.randint(1, len(lines)), rng.choice(FIELDS))


@_lines
def _repeat_field(lines, rng):
    lines.insert(rng.randint(1, len(lines)), rng.choice(lines[1:] or [b"X: y"]))


@_lines
def _swap_fields(lines, rng):
    if len(lines) > 2:
        a, b = rng.randrange(1, len(lines)), rng.randrange(1, len(lines))
        lines[a], lines[b] = lines[b], lines[a]


@_lines
def _drop_field(lines, rng):
    if len(lines) > 2:
        del lines[rng.randrange(1, len(lines))]


@_lines
def _case_of_name(lines, rng):
    at = rng.randrange(len(lines))
    name, colon, value = lines[at].partition(b":")
    lines[at] = (name.upper() if rng.random() < 0.5 else name.lower()) + colon + value


@_lines
def _blanks(lines, rng):
    at = rng.randrange(len(lines))
    name, colon, value = lines[at].partition(b":")
    pad = rng.choice([b"", b" ", b"  ", b"\t", b" \t "])
    lines[at] = name + colon + pad + value + (pad if rng.random() < 0.5 else b"")


@_lines
def _value_byte(lines, rng):
    at = rng.randrange(len(lines))
    where = rng.randint(0, len(lines[at]))
    byte = rng.choice(NASTY) if rng.random() < 0.3 else rng.randrange(0x21, 0x7f)
    lines[at] = lines[at][:where] + bytes([byte]) + lines[at][where:]


@_lines
def _method(lines, rng):
    lines[0] = rng.choice(METHODS) + b" " + lines[0].partition(b" ")[2]


@_lines
def _target(lines, rng):
    words = lines[0].split(b" ")
    if len(words) == 3:
        pieces = b"".join(rng.choice(PIECES) for _ in range(rng.randint(1, 6)))
        words[1] = (b"/" if rng.random() < 0.8 else b"") + pieces
        lines[0] = b" ".join(words)


@_lines
def _version(lines, rng):
    words = lines[0].split(b" ")
    words[-1] = rng.choice([b"HTTP/1.1", b"HTTP/1.1", b"HTTP/1.0", b"HTTP/1.2", b"http/1.1"])
    lines[0] = b" ".join(words)


def _chunks(data, rng):
    """A body of chunks instead of whatever it was."""
    lines, _, _ = _split(data)
    lines = [line for line in lines
             if line.partition(b":")[0].lower() not in (b"content-length", b"transfer-encoding")]
    lines.insert(rng.randint(1, len(lines)), b"Transfer-Encoding: chunked")
    body = b""
    for _ in range(rng.randint(0, 4)):
        chunk = bytes(rng.choice(NASTY) for _ in range(rng.randint(1, 12)))
        size = rng.choice([b"%x", b"%X", b"0%x"]) % len(chunk)
        body += size + rng.choice(EXTENSIONS[:5]) + b"\r\n" + chunk + b"\r\n"
    body += b"0" + rng.choice(EXTENSIONS) + b"\r\n" + rng.choice(TRAILERS) + b"\r\n"
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def _length(data, rng):
    """A body with a Content-Length instead of whatever it was."""
    lines, _, _ = _split(data)
    lines = [line for line in lines
             if line.partition(b":")[0].lower() not in (b"content-length", b"transfer-encoding")]
    body = bytes(rng.choice(NASTY) for _ in range(rng.randint(0, 40)))
    lines.insert(rng.randint(1, len(lines)), b"Content-Length: %d" % len(body))
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def _second(data, rng):
    """Another request behind it."""
    return data + rng.choice([
        b"GET /second HTTP/1.1\r\nHost: a.example\r\n\r\n", b"GET", b"\r\n", b"0\r\n\r\n",
        b"POST /second HTTP/1.1\r\nHost: a.example\r\nContent-Length: 3\r\n\r\nabc"])


CHANGES = [_byte, _byte, _add_field, _add_field, _add_field, _repeat_field, _swap_fields,
           _drop_field, _case_of_name, _blanks, _value_byte, _value_byte, _method, _target, _target,
           _version, _chunks, _length, _second]
