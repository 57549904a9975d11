"""CPU per request with HTTP/2 over TLS on the client's side, before upstreams of both protocols."""

from . import h2load, tls_peers
from .certificate import Certificate
from .peers import Upstream, Weir, write
from .process import free_port
from .rounds import alternate, medians

FIGURES = ("cpu_us", "user_us", "system_us", "requests_per_second", "p50_ms", "p99_ms")
# A message of 20 bytes, with gRPC's five in front.
MESSAGE = "\0\0\0\0\x14" + "weir measures a call"


class Revisions:
    """h2c upstreams, one for each revision."""

    def __init__(self, folder, cpu):
        self.ports = [free_port(), free_port()]
        self.processes = tls_peers.start_nghttpd(folder, cpu, self.ports)


def start(options, folder, cpus, is_h2c, started):
    """The gateway and its peers before the same upstreams, by name."""
    proxy_cpu, load_cpu = cpus
    certificate = Certificate(folder)
    if is_h2c:
        upstream = Revisions(folder, load_cpu)
        started += upstream.processes
    else:
        upstream = Upstream(folder, load_cpu)
        started.append(upstream.process)
    measured = {}
    if not options.peers_only:
        measured["weir"] = Weir(
            options.weir, folder, proxy_cpu, upstream, certificate=certificate, is_h2c=is_h2c)
        started.append(measured["weir"].process)
    for name, begin in tls_peers.STARTS.items():
        measured[name] = begin(folder, proxy_cpu, certificate, upstream.ports[0], is_h2c)
        started.append(measured[name].process)
    return measured


def measure(options, folder, cpus, is_h2c, started, say):
    """Medians by name: ten connections with 32 streams each; to h2c, calls such as gRPC's."""
    measured = start(options, folder, cpus, is_h2c, started)
    more = []
    if is_h2c:
        message = write(folder, "message", MESSAGE)
        more = ["-d", message, "-H", "content-type: application/grpc", "-H", "te: trailers"]

    def run(name):
        one = measured[name]
        return h2load.measure(
            one.process, one.secure, cpus[1], options.seconds, folder, more)

    for name, one in measured.items():
        h2load.h2load(one.secure, cpus[1], 1, more=more)
    runs = alternate(measured, run, options.rounds, say)
    result = {}
    for name, one in measured.items():
        result[name] = medians(runs[name], FIGURES)
        result[name]["resident_bytes"] = one.process.resident_bytes()
    return result
