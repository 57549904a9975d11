"""What one scenario runs on: a folder, two CPUs, an upstream, and the measured programs."""

import os
import tempfile

from .certificate import Certificate
from .peers import SHAPES, Peer
from .process import CannotRun, cpus
from .routes import numbers
from .upstreams import GrpcUpstream, Upstream
from .weir import Weir

UPSTREAMS = {
    "http1": Upstream, "grpc": GrpcUpstream,
    "routes": lambda folder, cpu: Upstream(folder, cpu, numbers())}


class Stage:
    """`with Stage(…) as stage:` ends what was started, by its id."""

    def __init__(self, options, shape="http1", tls=None, say=print, begin_upstream=None,
                 share_cpus=False):
        self.options, self.shape, self.tls, self.say = options, shape, tls, say
        self.proxy_cpu, self.load_cpu = cpus()
        if share_cpus:
            self.proxy_cpu = self.load_cpu = f"{self.proxy_cpu},{self.load_cpu}"
        self.begin_upstream = begin_upstream or UPSTREAMS[shape]
        # More clients come from the load's address than one may have.
        self.load_is_trusted = False
        self.started = []
        self.certificate = None
        self.measured = {}
        # Peers that cannot do it, and why.
        self.left_out = {}

    def __enter__(self):
        self.holder = tempfile.TemporaryDirectory(prefix="weir-bench-")
        self.folder = self.holder.name
        # Workers of nginx run as another user.
        os.chmod(self.folder, 0o755)
        try:
            if self.shape != "routes":
                self.certificate = Certificate(self.folder, self.tls or "ecdsa")
            self.upstream = self.begin_upstream(self.folder, self.load_cpu)
            self.started.append(self.upstream.process)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for process in reversed(self.started):
            process.end()
        self.holder.cleanup()

    def start(self, only=None):
        """The gateway and its peers, or those of them that are wanted."""
        for name in self.options.names(SHAPES[self.shape]):
            if only is None or name in only:
                self.say(f"starting {name}")
                if self.shape == "routes" and self.measured:
                    # Ten thousand connections are all that one can hold.
                    self.upstream = self.begin_upstream(self.folder, self.load_cpu)
                    self.started.append(self.upstream.process)
                try:
                    one = (Weir(self, load_is_trusted=self.load_is_trusted) if name == "weir"
                           else Peer(name, self.shape, self))
                except (CannotRun, OSError) as fault:
                    self.leave_out(name, fault)
                    continue
                self.started.append(one.process)
                self.measured[name] = one
        return self.measured

    def leave_out(self, name, fault):
        """A peer that cannot do it is told of; without weir there is nothing to measure."""
        if name == "weir":
            raise fault
        self.say(f"leaving out {name}: {fault}")
        self.left_out[name] = str(fault).splitlines()[0][:200]
        self.measured.pop(name, None)
