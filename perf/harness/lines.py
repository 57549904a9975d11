"""Which cache lines of a process change while one of its threads serves requests."""

import socket
import struct
import time

from .process import CannotRun

LINE, PAGE = 64, 4096
# How often what both workers write is looked for: what only the gateway's other threads write may
# be seen once, but not each time.
LOOKS = 3
# Requests before a look and within it, connections among which each worker finds its own, and
# seconds that the process is watched while nobody asks.
WARM, REQUESTS, CONNECTIONS, REST = 2000, 500, 64, 2
# Where each request has a connection of its own: so many of these.
ANEW = 60
# Until a worker has done what it does after the last answer.
SETTLED = 0.05


def writable(pid):
    """The parts of its memory that a process may write: (start, end, name)."""
    with open(f"/proc/{pid}/maps") as maps:
        for line in maps:
            place, rights, _, _, _, *name = line.split(maxsplit=5)
            if rights.startswith("rw"):
                start, end = (int(one, 16) for one in place.split("-"))
                yield start, end, name[0].strip() if name else ""


def dump(pid):
    """The bytes of all of these, by where each begins."""
    found = {}
    with open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
        for start, end, name in writable(pid):
            try:
                memory.seek(start)
                found[start] = (memory.read(end - start), name)
            except (OSError, ValueError, OverflowError):
                continue
    return found


def pages(found):
    """By address, each with the name of where it lies: two parts may have grown together."""
    return {start + at: (part[at:at + PAGE], name)
            for start, (part, name) in found.items() for at in range(0, len(part), PAGE)}


def changed(before, after):
    """The lines whose bytes differ, each with the name of where it lies; without new pages."""
    lines, known = {}, pages(before)
    for page, (new, name) in pages(after).items():
        old = known.get(page, (new, name))[0]
        if old == new:
            continue
        for at in range(0, len(new), LINE):
            if old[at:at + LINE] != new[at:at + LINE]:
                lines[page + at] = name
    return lines


def busy(weir):
    """Nanoseconds that each worker has run, by the thread's name."""
    times = {}
    for thread, name in weir.workers().items():
        with open(f"/proc/{weir.process.pid}/task/{thread}/schedstat") as stat:
            times[name] = int(stat.read().split()[0])
    return times


def owner(weir, act):
    """The worker that runs while something is done; none where that is not clear."""
    before = busy(weir)
    act()
    after = busy(weir)
    spent = sorted((after[name] - before[name], name) for name in after)
    return spent[-1][1] if spent[-1][0] > 4 * spent[-2][0] else None


def kept(weir, connect):
    """A connection to each worker, by its thread's name: the kernel shares them out."""
    found, wanted = {}, len(busy(weir))
    for _ in range(CONNECTIONS):
        client = connect()
        client.get()
        name = owner(weir, lambda: [client.get() for _ in range(50)])
        if name is None or name in found:
            client.close()
        else:
            found[name] = client
        if len(found) == wanted:
            return found
    raise CannotRun(f"of {wanted} workers only {sorted(found)} got a connection")


class Anew:
    """Asks each time on a new connection, from ports of which one worker gets what comes."""

    def __init__(self, connect):
        self.connect, self.ports = connect, []

    def get(self):
        client = self.connect(self.ports.pop())
        client.get()
        client.close()

    def close(self):
        self.ports.clear()


def anew(weir, connect):
    """One for each worker, by its thread's name, with ports for a warm-up and a look."""
    found = {name: Anew(connect) for name in busy(weir)}
    wanted, seen = 2 * ANEW, set()
    for _ in range(20 * wanted):
        short = [one for one in found.values() if len(one.ports) < wanted]
        if not short:
            return found
        # The kernel chooses, by the port; a reset leaves it free to be used again.
        client = connect()
        name = owner(weir, client.get)
        port = client.socket.getsockname()[1]
        client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        client.close()
        if name and found[name] in short and port not in seen:
            seen.add(port)
            found[name].ports.append(port)
    raise CannotRun("the kernel does not share connections out by their ports")


def of_each(weir, found, warm, requests):
    """The lines that change while each worker alone serves, without those that change anyway.

    A line that is only ever written with what it held already is not seen.
    """
    pid, result = weir.process.pid, {}
    for client in found.values():
        for _ in range(warm):
            client.get()
    time.sleep(SETTLED)
    before = dump(pid)
    time.sleep(REST)
    anyway = changed(before, dump(pid)).keys()
    for name, client in found.items():
        before = dump(pid)
        for _ in range(requests):
            client.get()
        time.sleep(SETTLED)
        lines = changed(before, dump(pid))
        result[name] = {at: where for at, where in lines.items() if at not in anyway}
    for client in found.values():
        client.close()
    return result


def looks(weir, connect, is_anew):
    """What `of_each` sees, so many times."""
    for _ in range(LOOKS):
        if is_anew:
            yield of_each(weir, anew(weir, connect), ANEW, ANEW)
        else:
            yield of_each(weir, kept(weir, connect), WARM, REQUESTS)
