"""Before anything is measured: all answer alike and add the same fields to a request."""

import subprocess

from .names import ADDED, ADDED_BESIDE_TAGS, HOST, NAMESPACE, TAG, body
from .process import CannotRun

OWN = {"host", "user-agent", "accept", "te", "content-type", "content-length", "knative-serving-tag",
       "connection"}


def curl(port, path, tls, host, more=()):
    """Status and body."""
    url = f"{'https' if tls else 'http'}://{host}:{port}{path}"
    command = [
        "curl", "-sk", "--max-time", "10", "--resolve", f"{host}:{port}:127.0.0.1",
        "-H", f"Host: {host}", "-w", "\n%{http_code} %{http_version}", *more, url]
    done = subprocess.run(command, capture_output=True, text=True, timeout=20)
    if done.returncode != 0:
        raise CannotRun(f"curl ended with {done.returncode}: {done.stderr}")
    text, _, last = done.stdout.rpartition("\n")
    return last.split()[0], last.split()[1], text


def fields(text):
    """Names and values of the head that arrived at the upstream, each of which may come once."""
    found = {}
    for line in filter(lambda line: ":" in line, text.splitlines()):
        name, _, value = line.partition(":")
        found.setdefault(name.strip().lower(), []).append(value.strip())
    twice = [name for name, values in found.items() if len(values) > 1]
    if twice:
        raise CannotRun(f"the upstream saw more than one of {twice}")
    return {name: values[0] for name, values in found.items()}


def check(stage, host=HOST, tls=False, http="1.1", more=()):
    """Each answers 200 with the upstream's body, and the upstream sees each added field once."""
    for name, one in stage.measured.items():
        port = one.secure if tls else one.plain
        if http == "1.1":
            more = ["--http1.1", *more]
        status, version, text = curl(port, "/", tls, host, more)
        if status != "200" or len(text) != len(body("")) or version != http:
            raise CannotRun(f"{name} answered {status} by HTTP/{version}: {text[:200]}")
        _, _, echo = curl(port, "/echo", tls, host, more)
        seen = fields(echo)
        added = {*ADDED, ADDED_BESIDE_TAGS} if stage.shape == "routes" else set(ADDED)
        missing = [field for field in added if not seen.get(field)]
        besides = set(seen) - added - OWN
        if missing or besides:
            raise CannotRun(f"{name}: missing {missing}, besides {sorted(besides)}")
        wanted = {"x-forwarded-proto": "https" if tls else "http", "x-forwarded-host": host,
                  "knative-serving-namespace": NAMESPACE}
        for field, value in wanted.items():
            if seen[field] != value:
                raise CannotRun(f"{name}: {field} is {seen[field]}, not {value}")
    stage.say("all answer alike and add the same fields")


def check_tag(stage, host, revision):
    """A tagged request goes to the tagged revision."""
    for name, one in stage.measured.items():
        _, _, echo = curl(one.plain, "/echo", False, host, ["-H", f"Knative-Serving-Tag: {TAG}"])
        seen = fields(echo)
        if seen.get("knative-serving-revision") != revision or seen.get(ADDED_BESIDE_TAGS):
            raise CannotRun(f"{name}: the tag did not lead to {revision}: {seen}")


class Reuse:
    """Upstream connections are kept: there are far fewer new ones than requests, except for gRPC,
    whose upstream does not count."""

    MOST, TURNS = 0.05, 12

    def __init__(self, stage):
        self.is_counted = stage.shape != "grpc"
        self.last = (0, 0)

    def share(self, one):
        """Connections per request at the upstream since the last look; 0 where none counts."""
        if not self.is_counted:
            return 0
        _, _, said = curl(one.upstream.ports[0], "/stats", False, HOST, ["--http1.1"])
        now = tuple(map(int, said.split()))
        connections, requests = (new - old for new, old in zip(now, self.last))
        self.last = now
        return connections / max(1, requests)

    def of_run(self, one, load):
        """What the load reports; it counts for nothing where connections were not kept."""
        self.share(one)
        report = load()
        share = self.share(one)
        if share > self.MOST:
            raise CannotRun(f"{one.process.name}: {share:.0%} of the upstream connections were new")
        return report

    def warm(self, one, load):
        """Loads until connections are there."""
        self.share(one)
        for _ in range(self.TURNS):
            load()
            share = self.share(one)
            if share <= self.MOST:
                return
        raise CannotRun(
            f"{one.process.name}: upstream connections are not kept, {share:.0%} are new")
