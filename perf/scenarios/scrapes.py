"""Scenario l: (a) at its fixed rate while the metrics are read each second."""

import urllib.request

from .disturbed import Disturbance, compare

KEY, TITLE = "l", "a scrape each second during (a)"
PERIOD = 1
PATHS = {"weir": "/metrics", "nginx": "/metrics", "haproxy": "/metrics",
         "envoy": "/stats/prometheus"}


def scraped(one, load):
    url = f"http://127.0.0.1:{one.status}{PATHS[one.process.name]}"
    sizes = []

    def scrape(_):
        with urllib.request.urlopen(url, timeout=5) as answer:
            sizes.append(len(answer.read()))
    with Disturbance(PERIOD, scrape) as scrapes:
        report = load()
    return {**report, "times": scrapes.count, "bytes": sizes[-1]}


def run(options, say):
    return {"title": TITLE, **compare(KEY, PATHS, scraped, options, say)}
