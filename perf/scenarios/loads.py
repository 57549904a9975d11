"""Scenarios a–h and j: as much as there can be, then 60 % of it."""

import random

from harness import measure, routes
from harness.exchanges import CALL, MESSAGE
from harness.names import TAG
from harness.requests import request
from harness.scenario import Scenario


def posts():
    """Every fifth is a POST of 4 KiB."""
    return [request()] * 4 + [request(body=b"x" * 4096)]


def many_routes():
    """All hosts in a fixed disorder; every tenth request asks for the tag."""
    order = [(route, turn) for route in range(routes.ROUTES) for turn in range(10)]
    random.Random(1).shuffle(order)
    return [
        request(host=routes.host(route), fields=[f"Knative-Serving-Tag: {TAG}"] if not turn else [])
        for route, turn in order]


ALL = [
    Scenario("a", "HTTP/1.1 keep-alive, 128 bytes"),
    Scenario("b", "HTTP/1.1 keep-alive, 20 % POST of 4 KiB", requests=posts),
    Scenario("c", "responses of 1 MiB", connections=16, mebibytes=1,
             requests=lambda: [request("/large")]),
    Scenario("d", "HTTP/1.1 over TLS 1.3", tls="ecdsa"),
    Scenario("e", "HTTP/2 over TLS, 10 connections × 32 streams, to HTTP/1.1", tls="ecdsa",
             is_h2=True, connections=10, streams=32),
    Scenario("f", "unary gRPC, HTTP/2 over TLS to h2c", shape="grpc", tls="ecdsa", is_h2=True,
             connections=10, streams=32, body=MESSAGE,
             fields=CALL),
    *(Scenario(
        f"g-{kind}-{'resumed' if resumes else 'full'}",
        f"a TLS 1.3 handshake per request, {name}, {'resumed' if resumes else 'full'}",
        tls=kind, per_connection=1, resumes=resumes, connections=32)
      for kind, name in (("ecdsa", "ECDSA P-256"), ("rsa", "RSA 2048"))
      for resumes in (False, True)),
    Scenario("h", "a TCP connection per request", per_connection=1),
    Scenario("j", "1,000 Routes × 10 revisions, splits and tags", shape="routes",
             requests=many_routes, host=routes.host(routes.SHOWN), warm=4),
]


def run(scenario, options, say):
    result = measure.throughput(scenario, options, say)
    if scenario.resumes:
        for name, figures in result["figures"].items():
            # The first of each connection has nothing to resume.
            if figures["resumed"] < 0.9:
                figures["fault"] = f"only {figures['resumed']:.0%} were resumed"
    return result

