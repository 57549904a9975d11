"""A hundred thousand Routes: how soon they are served, in how much memory, what a change and a
decision cost among them, and what a scrape of ten thousand revisions does."""

import os
import time

from harness import callgrind
from harness.manifold import PER_FILE, Gateway, Manifold, host
from harness.process import CannotRun
from harness.requests import Client
from harness.stage import Stage
from harness.tools import tool

KEY, TITLE = "scale", "very many Routes with two revisions each"
LOAD_SECONDS, GRIND_SECONDS, CHANGE_SECONDS = 600, 1800, 10
CHANGES, SCRAPES = 10, 10
# Routes with two revisions each: so many there are for the scrapes, and so many of them count.
SCRAPED, COUNTED = 5_000, 500
# Among which a decision is made.
SIZES = (10, 1_000, 100_000)
WARM, FEW, MANY = 100, 300, 1_100


def load(stage, form, routes, say):
    """From the start until it is ready, with both CPUs."""
    say(f"scale: {routes} Routes as {form}")
    manifold = Manifold(os.path.join(stage.folder, form), routes, stage.upstream.ports, form)
    both = f"{stage.proxy_cpu},{stage.load_cpu}"
    begun = time.monotonic()
    gateway = Gateway(stage, f"{form}-gateway", manifold.folder, LOAD_SECONDS, both)
    seconds = time.monotonic() - begun
    if gateway.metric("weir_table_routes") != routes:
        raise CannotRun(f"scale: not all of {routes} Routes are in the table")
    resident, most = gateway.memory()
    return manifold, gateway, {
        "load_seconds": seconds, "load_cpu_seconds": sum(gateway.process.cpu_seconds()),
        "resident_mb": resident / 1e6, "most_resident_mb": most / 1e6,
        "table_bytes_per_route": gateway.metric("weir_table_bytes") / routes}


def changes(manifold, gateway):
    """Milliseconds from the rename of one file to the first answer by what it says."""
    route = manifold.asked[-1]
    client, times = Client(gateway.plain, host(route)), []
    for change in range(CHANGES + 1):
        percents, wanted = ((0, 100), 1) if change % 2 == 0 else ((100, 0), 0)
        manifold.write_file(route // PER_FILE, route, percents)
        begun = time.monotonic()
        while True:
            status, body = client.get()
            now = time.monotonic()
            if status != 200 or now > begun + CHANGE_SECONDS:
                raise CannotRun(f"scale: a change is not served: {status}, {now - begun:.1f} s")
            if body.startswith(f"app-0000{wanted + 1}".encode()):
                break
        # The first change leaves a split in which the wanted revision answers anyway.
        if change:
            times.append((now - begun) * 1000)
        time.sleep(0.2)
    client.close()
    return {"change_ms": sorted(times)[len(times) // 2], "most_change_ms": max(times)}


def scrapes(stage, say):
    """Of many revisions, of which a part has counted."""
    say(f"scale: scrapes of {2 * SCRAPED} revisions, of which {2 * COUNTED} have counted")
    manifold = Manifold(
        os.path.join(stage.folder, "scraped"), SCRAPED, stage.upstream.ports, asked=COUNTED)
    gateway = Gateway(stage, "scraped-gateway", manifold.folder, LOAD_SECONDS)
    client = Client(gateway.plain)
    for route in manifold.asked:
        client.host = host(route)
        # 90/10 is counted: ten requests ask both.
        for _ in range(10):
            if client.get()[0] != 200:
                raise CannotRun(f"scale: {client.host} does not answer")
    client.close()
    gateway.page("/metrics")
    times, spent, worker = [], sum(gateway.process.cpu_seconds()), gateway.worker_seconds()
    for _ in range(SCRAPES):
        begun = time.monotonic()
        text = gateway.page("/metrics")
        times.append((time.monotonic() - begun) * 1000)
    # All that the workers did meanwhile: no turn of theirs can have been longer.
    worker = (gateway.worker_seconds() - worker) / SCRAPES
    spent = (sum(gateway.process.cpu_seconds()) - spent) / SCRAPES
    gateway.process.end()
    return {"scrape_ms": sorted(times)[len(times) // 2], "most_scrape_ms": max(times),
            "scrape_cpu_ms": spent * 1000, "scrape_mb": len(text) / 1e6, "scrape_worker_ms": worker * 1000}


def decisions(stage, routes, say):
    """Our instructions in an exchange among so many Routes."""
    say(f"scale: an exchange among {routes} Routes, under callgrind")
    folder = os.path.join(stage.folder, f"among-{routes}")
    os.makedirs(folder)
    manifold = Manifold(
        os.path.join(folder, "manifests"), routes, stage.upstream.ports, form="json")
    wrapper = [*callgrind.wrapper(folder), "--instr-atstart=no"]
    gateway = Gateway(
        stage, f"among-{routes}-gateway", manifold.folder, GRIND_SECONDS, wrapper=wrapper,
        env={"LD_PRELOAD": tool("park.so")},
        binary=callgrind.without_debugging(stage.options.weir, folder))
    callgrind.count(gateway.process.pid)
    client = Client(gateway.plain)
    # Under valgrind the first answers take long.
    client.socket.settimeout(60)
    spent = []
    for count in (WARM, FEW, MANY):
        for number in range(count):
            client.host = host(manifold.asked[number % len(manifold.asked)])
            if client.get()[0] != 200:
                raise CannotRun(f"scale: {client.host} does not answer")
        costs = callgrind.of_worker(callgrind.dump(gateway.process.pid, folder, str(count)))
        spent.append(sum(cost for path, cost in costs.items() if path == gateway.binary))
    client.close()
    gateway.process.end()
    return (spent[2] - spent[1]) / (MANY - FEW)


def run(options, say):
    routes = options.routes
    figures = {"routes": routes}
    with Stage(options, "http1", None, say) as stage:
        for form in ("yaml", "json"):
            manifold, gateway, loaded = load(stage, form, routes, say)
            figures[form] = {**loaded, **changes(manifold, gateway)}
            gateway.process.end()
        figures["scrapes"] = scrapes(stage, say)
        figures["instructions"] = {
            str(size): decisions(stage, size, say) for size in SIZES if size <= routes}
    return {"title": TITLE, "scale": figures}
