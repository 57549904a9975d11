"""Envoy's files, as a control plane such as Kourier's would have it: clusters and routes."""

import json
import os

from . import routes
from .names import HOST, NAMESPACE, PERF, REVISIONS, TAG, replace, write
from .templates import fill

BINARY_IN = os.path.join(PERF, ".venv", "lib")


def binary():
    """Where the package of Python's index has put the program; None when it is not installed."""
    for folder, _, files in os.walk(BINARY_IN):
        if os.path.basename(folder) == "_bin" and "envoy" in files:
            return os.path.join(folder, "envoy")
    return None


def template(file):
    return os.path.join(PERF, "peers", "envoy", file)


def share(revision, weight):
    return fill(template("share.json"), {"REVISION": revision, "WEIGHT": weight})


def virtual_host(name, host, shares, tagged=None):
    tag = fill(template("tag.json"), {"TAG": TAG, "REVISION": tagged}) if tagged else ""
    # With tags, what goes by the split is marked.
    default = fill(template("default.json"), {}) if tagged else ""
    return fill(template("host.json"), {
        "NAME": name, "HOST": host, "TAG_ROUTE": tag, "DEFAULT": default,
        "SPLIT": ",".join(share(revision, weight) for revision, weight in shares)})


def write_clusters(home, ports, is_h2c):
    """A cluster for each revision."""
    spoken = fill(template("h2c.json"), {}) if is_h2c else ""
    clusters = ",\n".join(
        fill(template("cluster.json"), {"REVISION": name, "UPSTREAM": port, "SPOKEN": spoken})
        for name, port in ports)
    write(home, "clusters.json", f'{{"resources": [\n{clusters}\n]}}')


def write_routes(home, hosts, version=0):
    """By renaming over the old file, which is what Envoy watches for."""
    text = fill(template("routes.json"), {
        "VERSION": version, "NAMESPACE": NAMESPACE, "HOSTS": ",\n".join(hosts)})
    json.loads(text)
    replace(os.path.join(home, "routes.json"), text)


def write_app(home, ports, is_h2c):
    """One application; all goes to its first revision."""
    write_clusters(home, zip(REVISIONS, ports), is_h2c)
    change_app(home, REVISIONS[0], 0)


def change_app(home, revision, version):
    write_routes(home, [virtual_host("app", HOST, [(revision, 100)])], version)


def write_many(home, ports):
    """A thousand routes with ten revisions each."""
    write_clusters(home, [
        pair for route in range(routes.ROUTES)
        for pair in zip(routes.revisions(route), ports)], False)
    write_routes(home, [
        virtual_host(
            routes.name(route), routes.host(route),
            zip(routes.revisions(route), routes.PERCENTS), routes.revisions(route)[-1])
        for route in range(routes.ROUTES)])
