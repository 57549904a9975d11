"""The gateway under test, with a Route over both revisions and a folder of manifests."""

import json
import os

from . import routes
from .names import HOST, NAMESPACE, REVISIONS, replace, write
from .process import Process, free_port, listens
from .requests import Client


class Weir:
    # What an exchange may ask of us besides: each request gets a new cookie, tries the rules'
    # patterns, is looked for behind trusted proxies, and is logged.
    EVERYTHING = {
        "access-log": "json", "access-log-file": "/dev/null",
        "trusted-cidrs": ["127.0.0.0/8", "10.0.0.0/8"],
        "explain-token": "nobody-sends-this-token"}
    ANNOTATIONS = {
        "weir.dev/sticky": "cookie", "weir.dev/expose-revision": "true",
        "weir.dev/rules": json.dumps([
            {"path-regex": "^/v[0-9]+/", "revision": REVISIONS[0]},
            {"headers": {"X-Env": {"regex": "qa"}}, "revision": REVISIONS[0]}])}

    def __init__(
            self, stage, cpu=None, env=None, name="weir", everything=False, wrapper=(), workers=1,
            seconds=120, binary=None, load_is_trusted=False):
        self.binary, self.shape = binary or stage.options.weir, stage.shape
        self.annotations = self.ANNOTATIONS if everything else {}
        self.manifests = os.path.join(stage.folder, f"{name}-manifests")
        os.makedirs(self.manifests)
        self.upstream = stage.upstream
        names = ["external-http", "internal-http", "status", "admin"]
        if stage.certificate:
            names.append("external-https")
        ports = {name: free_port() for name in names}
        # As the peers call them.
        self.plain, self.secure = ports["external-http"], ports.get("external-https")
        self.status = ports["status"]
        self.host = routes.host(0) if self.shape == "routes" else HOST
        self.write_manifests(stage.certificate)
        config = write(stage.folder, f"{name}.yaml", json.dumps({
            "listeners": {
                "external-https": "off", "internal-https": "off",
                **{name: f"127.0.0.1:{port}" for name, port in ports.items()}},
            "workers": workers, "access-log": "off", "drain-delay": "0s", "drain-time": "1s",
            **({"trusted-cidrs": ["127.0.0.0/8"]} if load_is_trusted else {}),
            **(self.EVERYTHING if everything else {}),
        }, indent=1))
        self.process = Process(
            name, [*wrapper, self.binary, "serve", "--config", config, "--manifests",
                   self.manifests], stage.proxy_cpu if cpu is None else cpu, stage.folder, env)
        self.process.wait_until(self.serves, seconds)

    def serves(self):
        """Whether the route answers."""
        if not listens(self.plain):
            return False
        try:
            client = Client(self.plain, self.host)
            status, _ = client.get()
            client.close()
            return status == 200
        except OSError:
            return False

    def workers(self):
        """The ids of the threads that serve, as the kernel has them, with their names."""
        folder, found = f"/proc/{self.process.pid}/task", {}
        for thread in os.listdir(folder):
            with open(os.path.join(folder, thread, "comm")) as comm:
                name = comm.read().strip()
            if name.startswith("worker-"):
                found[int(thread)] = name
        return found

    def write_manifests(self, certificate):
        if self.shape == "routes":
            replace(
                os.path.join(self.manifests, "routes.yaml"),
                routes.manifests(self.upstream.ports))
            return
        self.write_revisions()
        self.write_route(90)
        if certificate:
            self.write_secret(certificate)

    def write_revisions(self):
        template = {"spec": {"containers": [{"image": "example.com/app"}]}}
        documents = [{
            "apiVersion": "serving.knative.dev/v1", "kind": "Configuration",
            "metadata": {"name": "app", "namespace": NAMESPACE}, "spec": {"template": template}}]
        for revision, port in zip(REVISIONS, self.upstream.ports):
            documents.append({
                "apiVersion": "serving.knative.dev/v1", "kind": "Revision",
                "metadata": {
                    "name": revision, "namespace": NAMESPACE,
                    "labels": {"serving.knative.dev/configuration": "app"},
                    "annotations": {
                        "weir.dev/addresses": f"127.0.0.1:{port}",
                        **({"weir.dev/protocol": "h2c"} if self.shape == "grpc" else {})}},
                **template})
        self.replace("revisions.yaml", documents)

    def write_secret(self, certificate):
        self.replace("secret.yaml", [{
            "apiVersion": "v1", "kind": "Secret", "type": "kubernetes.io/tls",
            "metadata": {"name": "app", "namespace": NAMESPACE},
            "stringData": {
                "tls.crt": certificate.certificate_text, "tls.key": certificate.key_text}}])

    def write_route(self, percent):
        """So many percent to the first revision, the rest to the second."""
        shares = zip(REVISIONS, (percent, 100 - percent))
        self.replace("route.yaml", [{
            "apiVersion": "serving.knative.dev/v1", "kind": "Route",
            "metadata": {
                "name": "app", "namespace": NAMESPACE, "annotations": self.annotations},
            "spec": {"traffic": [
                {"revisionName": name, "percent": share} for name, share in shares]}}])

    def change(self, turn, _count):
        """All traffic to the revision of that number."""
        self.write_route(100 if turn == 0 else 0)

    def replace(self, name, documents):
        # JSON is YAML.
        replace(
            os.path.join(self.manifests, name),
            "\n---\n".join(json.dumps(document) for document in documents) + "\n")
