#!/usr/bin/python3
"""Two requests of one connection, cut everywhere in the second one's head.

What comes behind the cut is sent when the first request was answered, so that the gateway reads
them apart. Exit 0 when every request was answered 200; says how many cuts as JSON.
"""

import argparse
import json
import sys

import h2.events
from h2_link import Failed, Link


def head(link, path):
    return [(":method", "GET"), (":scheme", link.scheme), (":authority", link.authority),
            (":path", path), ("x-filled", "a" * 200), ("x-name", path)]


def status(link, stream):
    return dict(link.wait(stream, h2.events.ResponseReceived).headers)[":status"]


def ask(options, cut):
    """One connection; false when the second head is shorter than that."""
    link = Link(options.port, options.host, options.ca)
    link.h2.send_headers(1, head(link, "/first"), end_stream=True)
    first = link.h2.data_to_send()
    link.h2.send_headers(3, head(link, "/second"), end_stream=True)
    second = link.h2.data_to_send()
    if cut >= len(second):
        return False
    link.socket.sendall(first + second[:cut])
    found = [status(link, 1)]
    link.socket.sendall(second[cut:])
    found.append(status(link, 3))
    if found != ["200", "200"]:
        raise Failed(f"cut at {cut} of {len(second)}: {found}")
    link.socket.close()
    return True


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--host", default="app.default.example.com")
    parser.add_argument("--ca", help="speak TLS, and trust this authority")
    options = parser.parse_args()
    cuts, wrong = 0, []
    try:
        while True:
            try:
                if not ask(options, cuts + 1):
                    break
            except Failed as fault:
                wrong.append(str(fault))
            cuts += 1
    except OSError as fault:
        wrong.append(repr(fault))
    if wrong:
        print("\n".join(wrong[:5]), file=sys.stderr)
        return 1
    print(json.dumps({"cuts": cuts}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
