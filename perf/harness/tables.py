"""Results as lines for people."""


def aligned(rows):
    """The first column to the left, the others to the right."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = [row[0].ljust(widths[0])]
        cells += [cell.rjust(width) for cell, width in zip(row[1:], widths[1:])]
        lines.append("  ".join(cells).rstrip())
    return lines


def loads(section, results):
    head = (section, "CPU us/req", "range", "user", "system", "req/s", "p50 ms", "p99 ms", "MiB",
            "ratio")
    rows = [head]
    for name, one in results[section].items():
        ratio = results.get("cpu_ratio", {}).get(section, {}).get(name)
        rows.append((
            name, f"{one['cpu_us']:.2f}",
            "{:.2f}-{:.2f}".format(*one["cpu_us_range"]), f"{one['user_us']:.2f}",
            f"{one['system_us']:.2f}", f"{one['requests_per_second']:.0f}",
            f"{one['p50_ms']:.2f}", f"{one['p99_ms']:.2f}",
            f"{one['resident_bytes'] / 2**20:.1f}",
            "" if ratio is None else f"weir is {ratio:.2f}"))
    return aligned(rows)


def tunnels(results):
    rows = [("websockets", "plain", "TLS")]
    for name, one in results.items():
        rows.append((name, *(
            f"{one[transport]['bytes_per_tunnel'] / 1024:.1f} KiB"
            for transport in ("plain", "secure"))))
    return aligned(rows)


def floods(results):
    """The 99th percentile in milliseconds, by flood."""
    names = list(results)
    rows = [("floods, p99 ms", *names)]
    kinds = max(results.values(), key=len)
    for kind in kinds:
        figures = [results[name].get(kind, {"fault": "it is gone"}) for name in names]
        rows.append((kind, *(
            "failed" if "fault" in one else f"{one['p99_ms']:.1f}" for one in figures)))
    return aligned(rows)


def table(results):
    """The results as aligned lines."""
    lines = []
    for section in ("load", "h2", "grpc"):
        if section in results:
            lines += loads(section, results)
    for name, one in results.get("calls", {}).items():
        detail = ", ".join(
            f"{call} {count:.3f}" for call, count in sorted(
                one["all"].items(), key=lambda pair: -pair[1])[:6])
        lines.append(f"{name}: {one['socket_calls']:.3f} socket calls per exchange ({detail})")
    for kind, one in results.get("hooks", {}).items():
        counts = ", ".join(f"{name} {count:.4f}" for name, count in one["per_exchange"].items())
        lines.append(f"weir per exchange {kind}: {counts}")
        for thread, counts in one["threads"].items():
            lines.append(f"  {thread}: {counts}")
    if "live" in results:
        one = results["live"]
        lines.append(
            f"weir: a change is live after {one['median_ms']:.2f} ms (median of {one['changes']}), "
            f"at most {one['max_ms']:.2f} ms")
    if "websockets" in results:
        lines += tunnels(results["websockets"])
    if "floods" in results:
        lines += floods(results["floods"])
    return "\n".join(lines)
