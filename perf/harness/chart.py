"""A chart by hand: CPU per request of each program, as a share of the best peer's."""

from html import escape

COLOURS = {"weir": "#0b7285", "nginx": "#74b816", "haproxy": "#4263eb", "nghttpx": "#f59f00",
           "caddy": "#ae3ec9", "envoy": "#e8590c"}
WIDTH, LEFT, RIGHT, TOP, BAR, GAP = 860, 250, 60, 58, 13, 16
# What is longer is cut, with its figure beside it.
MOST = 4.0


def shares(result):
    figures = result["figures"]
    peers = [one["cpu_us"]["median"] for name, one in figures.items() if name != "weir"]
    if not peers:
        return {}
    return {name: one["cpu_us"]["median"] / min(peers) for name, one in figures.items()}


def text(x, y, words, size=12, anchor="start", colour="#212529"):
    return (f'<text x="{x:.0f}" y="{y:.0f}" font-size="{size}" text-anchor="{anchor}" '
            f'fill="{colour}">{escape(words)}</text>')


def draw(results):
    """The SVG of all scenarios of load that were measured."""
    groups = [(key, result["title"], shares(result)) for key, result in results.items()
              if "runs" in result]
    scale = (WIDTH - LEFT - RIGHT) / MOST
    parts, y = [], TOP
    for key, title, values in groups:
        middle = y + len(values) * BAR / 2
        parts.append(text(LEFT - 12, middle, key, 13, "end"))
        words = title if len(title) <= 40 else title[:38] + "…"
        parts.append(text(LEFT - 12, middle + 14, words, 10, "end", "#495057"))
        for name, value in values.items():
            length = min(value, MOST) * scale
            parts.append(
                f'<rect x="{LEFT}" y="{y}" width="{length:.1f}" height="{BAR - 2}" '
                f'fill="{COLOURS[name]}"/>')
            parts.append(text(LEFT + length + 4, y + BAR - 3, f"{value:.2f}", 10))
            y += BAR
        y += GAP
    one = LEFT + scale
    line = (f'<line x1="{one:.1f}" y1="{TOP - 6}" x2="{one:.1f}" y2="{y - GAP + 4}" '
            'stroke="#868e96" stroke-dasharray="3 3"/>')
    legend, x = [], LEFT
    for name, colour in COLOURS.items():
        legend.append(f'<rect x="{x}" y="34" width="11" height="11" fill="{colour}"/>')
        legend.append(text(x + 15, 44, name))
        x += 90
    head = text(LEFT, 20, "CPU per request, best peer = 1 (shorter is better)", 14)
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{y}" '
        f'viewBox="0 0 {WIDTH} {y}" font-family="sans-serif">',
        f'<rect width="{WIDTH}" height="{y}" fill="#ffffff"/>', head, *legend, *parts, line,
        "</svg>", ""])
