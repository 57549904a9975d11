"""The peers, configured alike from the templates in `peers/`: one worker, upstream connections
kept, no logs, the same certificate, the same added fields. Each has a plain and a TLS port."""

import os
import signal

from . import envoy, routes
from .names import DESCRIPTORS, HOST, NAMESPACE, PERF, REVISIONS, replace, write
from .process import CannotRun, Process, free_port, listens
from .templates import fill

# Those whose TLS is the system's OpenSSL, as weir's is; Envoy has BoringSSL, Caddy Go's own.
SAME_OPENSSL = ("nginx", "haproxy", "nghttpx")
READY_SECONDS = 60

# How each says which protocol an upstream speaks.
SPOKEN = {
    "haproxy": {"http1": {"SPOKEN": "pool-max-conn 512"}, "grpc": {"SPOKEN": "proto h2"}},
    "nghttpx": {"http1": {"SPOKEN": "http/1.1"}, "grpc": {"SPOKEN": "h2"}},
    "caddy": {"http1": {"SPOKEN": "1.1", "SCHEME": "http"},
              "grpc": {"SPOKEN": "h2c 2", "SCHEME": "h2c"}}}


class Peer:
    """A measured program with its ports: clients' plain and TLS, and one for its own state."""

    def __init__(self, name, shape, stage):
        self.name, self.shape = name, shape
        self.cpu, self.upstream = stage.proxy_cpu, stage.upstream
        self.home = os.path.join(stage.folder, name)
        os.makedirs(self.home)
        self.plain, self.secure, self.status = free_port(), free_port(), free_port()
        self.values = {
            "HOME": self.home, "HOST": HOST, "NAMESPACE": NAMESPACE, "REVISION": REVISIONS[0],
            "PLAIN": self.plain, "SECURE": self.secure, "STATUS": self.status,
            "UPSTREAM": self.upstream.ports[0], "DESCRIPTORS": DESCRIPTORS}
        self.values.update(SPOKEN.get(name, {}).get(shape, {}))
        if stage.certificate:
            self.values.update(
                CERTIFICATE=stage.certificate.path, KEY=stage.certificate.key,
                BOTH=stage.certificate.both)
        command, env = getattr(self, f"prepare_{name}")()
        self.process = Process(name, command, self.cpu, stage.folder, env)
        ports = [self.plain] if shape == "routes" else [self.plain, self.secure]
        self.process.wait_until(lambda: all(map(listens, ports)), READY_SECONDS)

    def fill(self, file, **values):
        return fill(os.path.join(PERF, "peers", self.name, file), {**self.values, **values})

    def prepare_nginx(self):
        text = (
            routes.nginx(self.values, self.upstream.ports) if self.shape == "routes"
            else self.fill(f"{self.shape}.conf"))
        self.config = write(self.home, "nginx.conf", text)
        return ["nginx", "-p", self.home, "-c", self.config, "-e", f"{self.home}/error.log"], {}

    def prepare_haproxy(self):
        text = (
            routes.haproxy(self.values, self.upstream.ports) if self.shape == "routes"
            else self.fill("http1.cfg"))
        self.config = write(self.home, "haproxy.cfg", text)
        # With a master, which is who reloads.
        return ["haproxy", "-W", "-f", self.config], {}

    def prepare_nghttpx(self):
        config = write(self.home, "nghttpx.conf", self.fill("http1.conf"))
        return ["nghttpx", f"--conf={config}"], {}

    def prepare_caddy(self):
        config = write(self.home, "Caddyfile", self.fill("Caddyfile"))
        env = {"GOMAXPROCS": "1", "HOME": self.home, "XDG_DATA_HOME": self.home,
               "XDG_CONFIG_HOME": self.home}
        return ["caddy", "run", "--adapter", "caddyfile", "--config", config], env

    def prepare_envoy(self):
        program = envoy.binary()
        if not program:
            raise CannotRun("Envoy is not installed: perf/packages bench")
        if self.shape == "routes":
            envoy.write_many(self.home, self.upstream.ports)
            text = self.fill("bootstrap.yaml", CERTIFICATE="", KEY="")
            # These listen without TLS.
            text = text[:text.index("  - name: secure")]
        else:
            envoy.write_app(self.home, self.upstream.ports, self.shape == "grpc")
            text = self.fill("bootstrap.yaml")
        config = write(self.home, "bootstrap.yaml", text)
        return [program, "-c", config, "--concurrency", "1", "--disable-hot-restart",
                "-l", "error"], {}

    def change(self, turn, count):
        """All traffic to the revision of that number, as its users would."""
        if self.name == "envoy":
            envoy.change_app(self.home, REVISIONS[turn], count)
            return
        self.values.update(UPSTREAM=self.upstream.ports[turn], REVISION=REVISIONS[turn])
        file, reload = RELOADS[self.name]
        replace(self.config, self.fill(file))
        self.process.child.send_signal(reload)


# The template and the signal that makes a program read its configuration anew.
RELOADS = {
    "nginx": ("http1.conf", signal.SIGHUP),
    "haproxy": ("http1.cfg", signal.SIGUSR2)}
# By the shape of what is before and behind them; not all can do all.
SHAPES = {
    "http1": ("nginx", "haproxy", "nghttpx", "caddy", "envoy"),
    "grpc": ("nginx", "haproxy", "nghttpx", "caddy", "envoy"),
    "routes": ("nginx", "haproxy", "envoy")}
