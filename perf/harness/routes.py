"""A thousand Routes with ten revisions each, for those who can: splits and a tag."""

import json
import os

from .names import NAMESPACE, PERF, TAG, write
from .templates import fill

ROUTES, REVISIONS = 1000, 10
# The route whose answers are looked at.
SHOWN = 7
# Of each route's revisions, the tagged one last.
PERCENTS = (55,) + (5,) * (REVISIONS - 1)


def name(route):
    return f"app-{route:04}"


def host(route):
    return f"{name(route)}.{NAMESPACE}.example.com"


def numbers():
    return [f"{number:05}" for number in range(1, REVISIONS + 1)]


def revisions(route):
    return [f"{name(route)}-{number}" for number in numbers()]


def template(peer, file):
    return os.path.join(PERF, "peers", peer, file)


def nginx(values, ports):
    """The whole configuration."""
    groups = "".join(
        fill(template("nginx", "routes.group.conf"), {"NUMBER": number, "UPSTREAM": port})
        for number, port in zip(numbers(), ports))
    shares = [f"{percent}% {number};" for percent, number in zip(PERCENTS, numbers())]
    shares[-1] = f"* {numbers()[-1]};"
    routes = "".join(
        fill(template("nginx", "routes.route.conf"), {
            **values, "ROUTE": route, "NAME": name(route), "HOST": host(route),
            "SPLIT": " ".join(shares), "TAG": TAG, "TAGGED": numbers()[-1]})
        for route in range(ROUTES))
    return fill(template("nginx", "routes.conf"), {
        **values, "TAG": TAG, "GROUPS": groups, "ROUTES": routes})


def haproxy(values, ports):
    """The whole configuration; its map of hosts is written beside it."""
    write(values["HOME"], "hosts.map", "".join(
        f"{host(route)} {name(route)}\n" for route in range(ROUTES)))
    routes = ""
    for route in range(ROUTES):
        servers = "".join(
            f"    server {revision} 127.0.0.1:{port} weight {percent}\n"
            for revision, port, percent in zip(revisions(route), ports, PERCENTS))
        routes += fill(template("haproxy", "routes.route.cfg"), {
            "NAME": name(route), "TAG": TAG, "TAGGED_NAME": revisions(route)[-1],
            "SERVERS": servers})
    return fill(template("haproxy", "routes.cfg"), {**values, "ROUTES": routes})


def documents(ports):
    """The manifests."""
    template = {"spec": {"containers": [{"image": "example.com/app"}]}}
    for route in range(ROUTES):
        yield {
            "apiVersion": "serving.knative.dev/v1", "kind": "Configuration",
            "metadata": {"name": name(route), "namespace": NAMESPACE},
            "spec": {"template": template}}
        for revision, port in zip(revisions(route), ports):
            yield {
                "apiVersion": "serving.knative.dev/v1", "kind": "Revision",
                "metadata": {
                    "name": revision, "namespace": NAMESPACE,
                    "labels": {"serving.knative.dev/configuration": name(route)},
                    "annotations": {"weir.dev/addresses": f"127.0.0.1:{port}"}},
                **template}
        traffic = [
            {"revisionName": revision, "percent": percent}
            for revision, percent in zip(revisions(route), PERCENTS)]
        traffic[-1]["tag"] = TAG
        yield {
            "apiVersion": "serving.knative.dev/v1", "kind": "Route",
            "metadata": {"name": name(route), "namespace": NAMESPACE},
            "spec": {"traffic": traffic}}
    yield {
        "apiVersion": "v1", "kind": "ConfigMap",
        "metadata": {"name": "config-features", "namespace": "knative-serving"},
        "data": {"tag-header-based-routing": "enabled"}}


def manifests(ports):
    return "\n---\n".join(json.dumps(document) for document in documents(ports)) + "\n"
