"""A folder with very many Routes, each with two Revisions, and a gateway that serves it."""

import os
import socket
import urllib.request

from .names import replace, write
from .process import CannotRun, Process, free_port

# Routes of one file; each file is a namespace.
PER_FILE = 100
PERCENTS = (90, 10)

REVISION_YAML = """\
apiVersion: serving.knative.dev/v1
kind: Revision
metadata:
  name: {revision}
  namespace: {namespace}
  annotations:
    weir.dev/addresses: "{address}"
spec:
  containers:
  - image: example.com/app
"""
ROUTE_YAML = """\
apiVersion: serving.knative.dev/v1
kind: Route
metadata:
  name: {name}
  namespace: {namespace}
spec:
  traffic:
  - revisionName: {revisions[0]}
    percent: {percents[0]}
  - revisionName: {revisions[1]}
    percent: {percents[1]}
"""
REVISION_JSON = """\
{{"apiVersion": "serving.knative.dev/v1", "kind": "Revision", "metadata": {{"name": "{revision}", \
"namespace": "{namespace}", "annotations": {{"weir.dev/addresses": "{address}"}}}}, "spec": {{"containers": [{{"image": \
"example.com/app"}}]}}}}"""
ROUTE_JSON = """\
{{"apiVersion": "serving.knative.dev/v1", "kind": "Route", "metadata": {{"name": "{name}", \
"namespace": "{namespace}"}}, "spec": {{"traffic": [{{"revisionName": "{revisions[0]}", \
"percent": {percents[0]}}}, {{"revisionName": "{revisions[1]}", "percent": {percents[1]}}}]}}}}"""


def name(route):
    return f"app-{route:06}"


def namespace(route):
    return f"team-{route // PER_FILE:04}"


def host(route):
    return f"{name(route)}.{namespace(route)}.example.com"


class Manifold:
    """So many Routes, of which `asked`, spread evenly, lead to the upstream.

    The others' Revisions have addresses of their own, at which nobody listens.
    """

    def __init__(self, folder, routes, ports, form="yaml", asked=10):
        self.folder, self.routes, self.ports, self.form = folder, routes, ports, form
        self.asked = [number * routes // asked for number in range(min(asked, routes))]
        self.leads = set(self.asked)
        os.makedirs(folder)
        for file in range((routes + PER_FILE - 1) // PER_FILE):
            self.write_file(file)

    def path(self, file):
        return os.path.join(self.folder, f"{namespace(file * PER_FILE)}.{self.form}")

    def write_file(self, file, changed=None, percents=PERCENTS):
        """A file anew; one of its Routes may have other percents."""
        documents = []
        for route in range(file * PER_FILE, min((file + 1) * PER_FILE, self.routes)):
            documents += self.documents(route, percents if route == changed else PERCENTS)
        text = "---\n".join(documents)
        if self.form == "json":
            # One value: that is what `kubectl get -o json` prints.
            text = ('{"apiVersion": "v1", "kind": "List", "items": [\n' + ",\n".join(documents)
                    + "\n]}\n")
        replace(self.path(file), text)

    def documents(self, route, percents):
        is_yaml = self.form == "yaml"
        about = {"name": name(route), "namespace": namespace(route), "percents": percents,
                 "revisions": [f"{name(route)}-{number:05}" for number in (1, 2)]}
        for number, revision in enumerate(about["revisions"]):
            yield (REVISION_YAML if is_yaml else REVISION_JSON).format(
                revision=revision, address=self.address(route, number), **about)
        yield (ROUTE_YAML if is_yaml else ROUTE_JSON).format(**about)

    def address(self, route, number):
        if route in self.leads:
            return f"127.0.0.1:{self.ports[number]}"
        unique = (1 << 20) + 2 * route + number
        return f"127.{unique >> 16 & 255}.{unique >> 8 & 255}.{unique & 255}:8080"


class Gateway:
    """A gateway over such a folder, from its start until it is ready."""

    def __init__(self, stage, label, folder, seconds, cpu=None, workers=1, wrapper=(), env=None,
                 binary=None):
        self.binary = binary or stage.options.weir
        ports = {name: free_port() for name in ("external-http", "internal-http", "status", "admin")}
        self.plain, self.status = ports["external-http"], ports["status"]
        config = write(stage.folder, f"{label}.yaml", "".join([
            "listeners:\n  external-https: \"off\"\n  internal-https: \"off\"\n",
            *(f"  {listener}: 127.0.0.1:{port}\n" for listener, port in ports.items()),
            f"workers: {workers}\naccess-log: \"off\"\ndrain-delay: 0s\ndrain-time: 1s\n"]))
        self.process = Process(
            label, [*wrapper, self.binary, "serve", "--config", config, "--manifests", folder],
            stage.proxy_cpu if cpu is None else cpu, stage.folder, env)
        stage.started.append(self.process)
        self.process.wait_until(self.is_ready, seconds)

    def page(self, path):
        """The status listener's page; an HTTP error is raised."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.status}{path}", timeout=60) as answer:
            return answer.read()

    def is_ready(self):
        """Ready by its own word, and open: the listeners open a moment after it says so."""
        try:
            if not self.page("/readyz"):
                return False
            socket.create_connection(("127.0.0.1", self.plain), timeout=5).close()
            return True
        except OSError:
            return False

    def metric(self, wanted):
        """A metric without labels."""
        for line in self.page("/metrics").decode().splitlines():
            if line.startswith(wanted + " "):
                return float(line.split()[1])
        raise CannotRun(f"there is no metric {wanted}")

    def memory(self):
        """Resident bytes: now, and the most that there ever were."""
        with open(f"/proc/{self.process.pid}/status") as status:
            fields = dict(line.split(":", 1) for line in status)
        return tuple(int(fields[field].split()[0]) * 1024 for field in ("VmRSS", "VmHWM"))

    def worker_seconds(self):
        """CPU time of the workers' threads."""
        spent = 0
        folder = f"/proc/{self.process.pid}/task"
        for thread in os.listdir(folder):
            with open(f"{folder}/{thread}/comm") as comm:
                if not comm.read().startswith("worker-"):
                    continue
            with open(f"{folder}/{thread}/schedstat") as schedstat:
                spent += int(schedstat.read().split()[0])
        if not spent:
            raise CannotRun("no CPU time is told of any worker's thread")
        return spent / 1e9
