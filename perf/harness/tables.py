"""Results as rows of text, for the terminal and for the page."""

from .rounds import has_tail

KIB, MIB = 2**10, 2**20
LOAD_HEAD = (
    "", "CPU µs", "from–to", "user", "system", "req/s", "from–to", "busy", "p50 ms", "p99 ms",
    "from–to", "p99.9 ms", "MiB", "socket calls", "CPU", "req/s ",
    "weir's CPU")


def span(one, digits):
    return f"{one['least']:.{digits}f}–{one['most']:.{digits}f}"


def number(value):
    return f"{value:.0f}" if value >= 1000 else f"{value:.1f}"


def of_load(result):
    figures = result["figures"]
    peers = [one for name, one in figures.items() if name != "weir"] or list(figures.values())
    cpu = min(one["cpu_us"]["median"] for one in peers)
    rate = max(one["requests_per_second"]["median"] for one in peers)
    ours = figures.get("weir", {}).get("cpu_us", {}).get("median")
    rows = [LOAD_HEAD]
    for name, one in figures.items():
        slow = "" if one["rate"] == result["rate"] else "*"
        failed = "".join(
            f" ({one[kind]} {kind})" for kind in ("failed", "unfinished") if one[kind])
        rows.append((
            name + (" †" if "fault" in one else ""), f"{one['cpu_us']['median']:.2f}",
            span(one["cpu_us"], 1), f"{one['user_us']['median']:.2f}",
            f"{one['system_us']['median']:.2f}", number(one["requests_per_second"]["median"]),
            span(one["requests_per_second"], 0), f"{one['busy']['median']:.0%}",
            f"{one['p50_ms']['median']:.2f}{slow}",
            f"{one['p99_ms']['median']:.2f}{slow}", span(one["p99_ms"], 1) + failed,
            f"{one['p999_ms']['median']:.2f}{slow}" if has_tail(result["timed"][name]) else "",
            f"{one['resident_bytes'] / MIB:.1f}", f"{one['calls']['socket_calls']:.2f}",
            f"{one['cpu_us']['median'] / cpu:.2f}",
            f"{one['requests_per_second']['median'] / rate:.2f}",
            f"{ours / one['cpu_us']['median']:.2f}" if ours else ""))
    return rows


def of_memory(result):
    rows = [("", "KiB, plain", "from–to", "KiB, TLS", "from–to", "MiB of all, plain", "MiB of all, TLS")]
    for name, one in result["figures"].items():
        kinds = [one["plain"], one["TLS"]]
        cells = [name]
        for kind in kinds:
            each = [size / KIB for size in kind.get("by_round", ())]
            cells += ["cannot" if "fault" in kind else f"{kind['bytes_per_connection'] / KIB:.1f}",
                      f"{min(each):.1f}–{max(each):.1f}" if each else ""]
        cells += ["" if "fault" in kind else f"{kind['resident_bytes'] / MIB:.0f}" for kind in kinds]
        rows.append(tuple(cells))
    return rows


def of_disturbed(result):
    """The column of writes that nobody reads is there where these were measured."""
    figures = result["figures"]
    has_unread = any("unread_p99_ms" in one for one in figures.values())
    rows = [("", "req/s", "times", "failed", "unfinished", "connections lost", "p99 ms alone", "from–to",
             *(["p99 ms, unread writes"] if has_unread else []), "p99 ms", "from–to", "p99.9 ms",
             "ratio of p99")]
    for name, one in figures.items():
        rows.append((
            name + (" †" if one["lost_changes"] else ""), number(one["rate"]),
            *(str(one[kind]) for kind in ("times", "failed", "unfinished", "connections_lost")),
            f"{one['quiet_p99_ms']['median']:.2f}", span(one["quiet_p99_ms"], 2),
            *([f"{one['unread_p99_ms']['median']:.2f}"] if has_unread else []),
            f"{one['p99_ms']['median']:.2f}", span(one["p99_ms"], 2),
            f"{one['p999_ms']['median']:.2f}", f"{one['p99_ratio']:.2f}"))
    return rows


def of_workers(result):
    rows = [("workers", "requests per CPU-second", "from–to", "req/s")]
    for name, one in result["figures"].items():
        rows.append((name, number(one["per_cpu_second"]["median"]),
                     span(one["per_cpu_second"], 0),
                     number(one["requests_per_second"]["median"])))
    return rows


def of_lines(result):
    rows = [("cache lines written for", "by one worker", "by the other", "by both")]
    for name, one in result["figures"].items():
        rows.append((name, *map(str, one["lines"]), str(len(one["shared"]))))
    return rows


def of_floods(result):
    """The 99th percentile in milliseconds, by flood."""
    names = list(result["figures"])
    kinds = max(result["figures"].values(), key=len)
    rows = [("p99 ms under", *names)]
    for kind in kinds:
        figures = [result["figures"][name].get(kind, {"fault": "it is gone"}) for name in names]
        rows.append((kind, *(
            "failed" if "fault" in one else f"{one['p99_ms']:.1f}" for one in figures)))
    return rows


def of_exchanges(results):
    """The budgeted costs, by kind of exchange."""
    rows = [("an exchange of weir's", "socket calls", "mallocs", "libraries' mallocs", "retains",
             "our instructions", "all instructions")]
    kinds = {kind: None for section in ("calls", "hooks", "instructions")
             for kind in results.get(section, {})}
    for kind in kinds:
        calls, hooks, instructions = (
            results.get(section, {}).get(kind) for section in ("calls", "hooks", "instructions"))
        rows.append((
            kind, f"{calls['socket_calls']:.3f}" if calls else "",
            *((f"{abs(hooks[name]):.3f}" for name in ("mallocs", "library_mallocs", "retains"))
              if hooks else ("", "", "")),
            *((f"{instructions[name]:,.0f}" for name in ("ours", "all"))
              if instructions else ("", ""))))
    return rows


def of_scale(result):
    """What it takes to load and to keep, by form; then what comes once."""
    figures = result["scale"]
    rows = [(f"{figures['routes']:,} Routes", "ready s", "CPU s", "resident MB", "at most MB",
             "table bytes a Route", "change ms", "at most ms")]
    for form in ("yaml", "json"):
        one = figures[form]
        rows.append((form, *(f"{one[name]:,.{digits}f}" for name, digits in (
            ("load_seconds", 1), ("load_cpu_seconds", 1), ("resident_mb", 0),
            ("most_resident_mb", 0), ("table_bytes_per_route", 0), ("change_ms", 1),
            ("most_change_ms", 1)))))
    return rows


TABLES = {"i": of_memory, "websockets": of_memory, "k": of_disturbed, "l": of_disturbed,
          "workers": of_workers, "lines": of_lines, "floods": of_floods, "scale": of_scale}


def of(key, result):
    """A section's rows; none where it has no table of its own."""
    if "runs" in result:
        return of_load(result)
    return TABLES[key](result) if key in TABLES else []


def aligned(rows):
    """The first column to the left, the others to the right."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = [row[0].ljust(widths[0])]
        cells += [cell.rjust(width) for cell, width in zip(row[1:], widths[1:])]
        lines.append("  ".join(cells).rstrip())
    return lines


def markdown(rows):
    head, *rest = rows
    return ["| " + " | ".join(head) + " |", "|---|" + "---:|" * (len(head) - 1),
            *("| " + " | ".join(row) + " |" for row in rest)]


def scale(result):
    """What the table does not have room for."""
    scrapes = result["scale"]["scrapes"]
    yield (f"a scrape takes {scrapes['scrape_ms']:.0f} ms, at most {scrapes['most_scrape_ms']:.0f} "
           f"ms, for {scrapes['scrape_mb']:.1f} MB: {scrapes['scrape_cpu_ms']:.0f} ms of CPU, of it "
           f"{scrapes['scrape_worker_ms']:.3f} ms the workers'")
    for size, ours in result["scale"]["instructions"].items():
        yield f"an exchange among {int(size):,} Routes takes {ours:,.0f} instructions of ours"


def live(result):
    return (f"a change is live after {result['median_ms']:.2f} ms (median of "
            f"{result['changes']}), at most {result['max_ms']:.2f} ms")
