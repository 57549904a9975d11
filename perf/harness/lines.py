"""Which cache lines of a process change while one of its threads serves requests."""

import os
import time

from .process import CannotRun

LINE, PAGE = 64, 4096
# Requests between two looks, connections among which each worker finds its own, and seconds that
# the process is watched while nobody asks.
REQUESTS, CONNECTIONS, REST = 500, 64, 2


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


def changed(before, after):
    """The lines whose bytes differ, each with the name of where it lies."""
    lines = {}
    for start, (new, name) in after.items():
        old = before.get(start, (b"", ""))[0]
        for page in range(0, min(len(old), len(new)), PAGE):
            if old[page:page + PAGE] == new[page:page + PAGE]:
                continue
            for at in range(page, page + PAGE, LINE):
                if old[at:at + LINE] != new[at:at + LINE]:
                    lines[start + at] = name
    return lines


def busy(pid):
    """Nanoseconds that each worker has run, by the thread's name."""
    times = {}
    for thread in os.listdir(f"/proc/{pid}/task"):
        with open(f"/proc/{pid}/task/{thread}/comm") as comm:
            name = comm.read().strip()
        if name.startswith("worker-"):
            with open(f"/proc/{pid}/task/{thread}/schedstat") as stat:
                times[name] = int(stat.read().split()[0])
    return times


def clients(weir, connect):
    """A connection to each worker, by its thread's name: the kernel shares them out."""
    pid, found = weir.process.pid, {}
    wanted = len(busy(pid))
    for _ in range(CONNECTIONS):
        client, before = connect(), busy(pid)
        for _ in range(50):
            client.get()
        after = busy(pid)
        name = max(after, key=lambda name: after[name] - before[name])
        if name in found:
            client.close()
        found.setdefault(name, client)
        if len(found) == wanted:
            return found
    raise CannotRun(f"of {wanted} workers only {sorted(found)} got a connection")


def of_each(weir, connect):
    """The lines that change while each worker alone serves, without those that change anyway.

    A line that is only ever written with what it held already is not seen.
    """
    pid, found = weir.process.pid, clients(weir, connect)
    for client in found.values():
        for _ in range(2000):
            client.get()
    before = dump(pid)
    time.sleep(REST)
    anyway = changed(before, dump(pid)).keys()
    result = {}
    for name, client in found.items():
        before = dump(pid)
        for _ in range(REQUESTS):
            client.get()
        lines = changed(before, dump(pid))
        result[name] = {at: where for at, where in lines.items() if at not in anyway}
    for client in found.values():
        client.close()
    return result
