"""The gateway and the upstreams of a soak, one route for each."""

import os

from harness.certificate import Certificate
from harness.names import HOST, NAMESPACE, PERF, REVISIONS
from harness.process import CannotRun, Process, free_port, listens
from harness.requests import Client
from harness.upstreams import GrpcUpstream, Upstream
from harness.weir import Weir

# Debian's own Python, which has Debian's packages.
PYTHON = "/usr/bin/python3"
CLIENTS = os.path.join(PERF, "..", "Tests", "Clients")
TUNNELS = os.path.join(PERF, "load", "tunnels.py")
# The routes beside `app`, which is the one that changes.
CALLS, SOCKETS, MORTAL, PREY, EXTRA = "calls", "sockets", "mortal", "prey", "extra"
# Of these every request must be answered well.
SOUND = ("app", CALLS, SOCKETS)


def host(route):
    return f"{route}.{NAMESPACE}.example.com"


class Mortal:
    """An upstream that is killed, and comes back at its port."""

    def __init__(self, folder, cpu, number):
        self.folder, self.cpu, self.name, self.port = folder, cpu, f"mortal-{number}", free_port()
        self.process = None

    def rise(self):
        self.process = Process(
            self.name, [PYTHON, "-B", TUNNELS, "upstream", str(self.port)], self.cpu,
            self.folder)
        self.process.wait_until(lambda: listens(self.port))

    def die(self):
        self.process.child.kill()
        self.process.child.wait()

    def end(self):
        if self.process:
            self.process.end()


class Cast:
    """`with Cast(…) as cast:` ends what was started, by its id."""

    shape = "http1"

    def __init__(self, folder, weir, proxy_cpu, load_cpu):
        # What `Weir` and `steady` want of a stage.
        self.folder, self.options = folder, self
        self.weir, self.proxy_cpu, self.load_cpu = weir, proxy_cpu, load_cpu
        self.started = []

    def __enter__(self):
        try:
            hosts = [HOST, *(host(route) for route in (CALLS, SOCKETS, MORTAL, PREY))]
            self.certificate = Certificate(self.folder, hosts=hosts)
            self.upstream = Upstream(self.folder, self.load_cpu, (*REVISIONS, PREY))
            self.started.append(self.upstream.process)
            self.calls = GrpcUpstream(self.folder, self.load_cpu, (CALLS,))
            self.started.append(self.calls.process)
            self.sockets = free_port()
            echo = Process(
                "echo", [PYTHON, "-B", os.path.join(CLIENTS, "ws_upstream.py"), "--port",
                         str(self.sockets)], self.load_cpu, self.folder)
            self.started.append(echo)
            echo.wait_until(lambda: listens(self.sockets))
            self.mortals = [Mortal(self.folder, self.load_cpu, number) for number in (1, 2)]
            for mortal in self.mortals:
                mortal.rise()
                self.started.append(mortal)
            # With cookies, rules, an access log and trusted proxies: more that could go wrong.
            self.gateway = Weir(self, everything=True)
            self.started.append(self.gateway.process)
            self.write_routes()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for one in reversed(self.started):
            one.end()

    def end_upstreams(self):
        """So that the gateway keeps no connection to them."""
        for one in self.started:
            if one is not self.gateway.process:
                one.end()

    def write_routes(self):
        """All routes but `app`, which the gateway has from the beginning."""
        ports = {
            CALLS: self.calls.ports, SOCKETS: [self.sockets], PREY: self.upstream.ports[2:],
            MORTAL: [mortal.port for mortal in self.mortals]}
        for route, addresses in ports.items():
            self.write_route(route, addresses)
        self.gateway.process.wait_until(lambda: self.serves(PREY))

    def write_route(self, route, ports, percent=100):
        template = {"spec": {"containers": [{"image": "example.com/app"}]}}
        speaks = {"weir.dev/protocol": "h2c"} if route == CALLS else {}
        addresses = ",".join(f"127.0.0.1:{port}" for port in ports)
        revision = {
            "apiVersion": "serving.knative.dev/v1", "kind": "Revision",
            "metadata": {
                "name": f"{route}-00001", "namespace": NAMESPACE,
                "annotations": {"weir.dev/addresses": addresses, **speaks}}, **template}
        self.gateway.replace(f"{route}.yaml", [revision, {
            "apiVersion": "serving.knative.dev/v1", "kind": "Route",
            "metadata": {"name": route, "namespace": NAMESPACE},
            "spec": {"traffic": [{"revisionName": f"{route}-00001", "percent": percent}]}}])

    def remove_route(self, route):
        os.remove(os.path.join(self.gateway.manifests, f"{route}.yaml"))

    def serves(self, route):
        try:
            client = Client(self.gateway.plain, host(route))
            status, _ = client.get()
            client.close()
            return status == 200
        except OSError:
            return False

    def check(self):
        """Throws when the gateway is gone."""
        ended = self.gateway.process.child.poll()
        if ended is not None:
            with open(self.gateway.process.log) as log:
                raise CannotRun(f"weir ended with {ended}: {log.read()[-3000:]}")
