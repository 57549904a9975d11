"""Where a peer is better than weir, whether there is a bar for it or not."""

from .bars import best
from .rounds import has_tail, ratio

# Less than so much is noise.
ROOM = 1.05
HEAD = ("scenario", "figure", "weir", "best peer", "its", "weir is behind by")
LOAD = {
    "cpu_us": ("CPU per request, µs", False), "requests_per_second": ("requests/s", True),
    "p50_ms": ("p50, ms", False), "p99_ms": ("p99, ms", False), "p999_ms": ("p99.9, ms", False)}


def row(key, what, ours, peer, theirs, is_most=False, found=None):
    """None where weir is not behind; `found` is weir's ratio where that is no quotient of the two."""
    found = found or (ours / theirs if theirs else 1)
    factor = 1 / found if is_most else found
    if factor <= ROOM:
        return None
    digits = 0 if is_most else 2
    return (key, what, f"{ours:.{digits}f}", peer, f"{theirs:.{digits}f}", f"{factor - 1:.0%}")


def of_load(key, result):
    figures = result["figures"]
    for figure, (what, is_most) in LOAD.items():
        runs = result["timed" if figure.endswith("_ms") else "runs"]
        peer = best(figures, figure, is_most=is_most)
        pair = ("weir", peer)
        if peer and (figure != "p999_ms" or all(has_tail(runs[name]) for name in pair)):
            ours, theirs = (figures[name][figure]["median"] for name in pair)
            yield row(key, what, ours, peer, theirs, is_most,
                      ratio(runs["weir"], runs[peer], figure))


def of_memory(key, result):
    """Of an idle connection, among all peers."""
    for transport in ("plain", "TLS"):
        sizes = {name: one[transport]["bytes_per_connection"] / 1024
                 for name, one in result["figures"].items() if "fault" not in one[transport]}
        ours = sizes.pop("weir", None)
        if ours and sizes:
            peer = min(sizes, key=sizes.get)
            yield row(key, f"KiB, {transport}", ours, peer, sizes[peer])


def of_disturbed(key, result):
    """Beside those of which no request failed."""
    figures = {name: one for name, one in result["figures"].items()
               if name == "weir" or not one["failed"] + one["unfinished"]}
    if peer := best(figures, "p99_ms"):
        ours, theirs = (figures[name]["p99_ms"]["median"] for name in ("weir", peer))
        yield row(key, "p99 while it goes on, ms", ours, peer, theirs)


def of_resident(results):
    """All of the process's memory: much the same in each scenario, so told once."""
    figures = results.get("a", {}).get("figures", {})
    sizes = {name: one["resident_bytes"] / 2**20 for name, one in figures.items()}
    ours = sizes.pop("weir", None)
    if ours and sizes:
        peer = min(sizes, key=sizes.get)
        yield row("a", "resident, MiB", ours, peer, sizes[peer])


KINDS = {"i": of_memory, "websockets": of_memory, "k": of_disturbed, "l": of_disturbed}


def rows(results):
    """A row for each figure in which a peer is ahead; the head alone where none is."""
    found = []
    for key, result in results.items():
        if "weir" not in result.get("figures", {}):
            continue
        if "runs" in result:
            found += of_load(key, result)
        elif key in KINDS:
            found += KINDS[key](key, result)
    return [HEAD, *filter(None, [*found, *of_resident(results)])]
