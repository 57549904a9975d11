"""The measured programs and their upstream, configured alike: one worker, upstream connections
kept, no logs, the same added fields, the same 128-byte body."""

import json
import os
import subprocess

from .process import Process, free_port, listens

HOST = "app.default.example.com"
NAMESPACE = "default"
REVISIONS = ("app-00001", "app-00002")
BODY_BYTES = 128


def write(folder, name, text):
    path = os.path.join(folder, name)
    with open(path, "w") as file:
        file.write(text)
    return path


def body(revision):
    """What a revision answers: its name, filled up."""
    return revision.ljust(BODY_BYTES, ".")


def nginx(name, folder, cpu, http, connections=4096):
    """An nginx with one worker and this `http` block."""
    home = os.path.join(folder, name)
    os.makedirs(home, exist_ok=True)
    temporary = "\n".join(
        f"    {kind}_temp_path {home}/{kind};"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    config = write(home, "nginx.conf", f"""\
daemon off;
worker_processes 1;
worker_rlimit_nofile {connections};
pid {home}/nginx.pid;
error_log {home}/error.log error;
events {{ worker_connections {connections}; }}
http {{
    access_log off;
    keepalive_timeout 1h;
    keepalive_requests 1000000000;
{temporary}
{http}
}}
""")
    return Process(name, ["nginx", "-p", home, "-c", config, "-e", f"{home}/error.log"], cpu, home)


class Upstream:
    """Two revisions of an application, in one nginx on two ports."""

    def __init__(self, folder, cpu):
        self.ports = [free_port() for _ in REVISIONS]
        servers = "\n".join(
            f"    server {{ listen 127.0.0.1:{port} backlog=4096; "
            f"location / {{ return 200 \"{body(revision)}\"; }} }}"
            for port, revision in zip(self.ports, REVISIONS))
        self.process = nginx("upstream", folder, cpu, servers)
        for port in self.ports:
            self.process.wait_until(lambda: listens(port))


def start_nginx(folder, cpu, upstream):
    port = free_port()
    process = nginx("nginx", folder, cpu, f"""\
    upstream app {{
        server 127.0.0.1:{upstream.ports[0]};
        keepalive 256;
        keepalive_requests 1000000000;
        keepalive_time 1h;
    }}
    server {{
        listen 127.0.0.1:{port} backlog=4096;
        server_name {HOST};
        location / {{
            proxy_pass http://app;
            proxy_http_version 1.1;
            proxy_set_header Host $host;
            proxy_set_header Connection "";
            proxy_set_header X-Forwarded-For $remote_addr;
            proxy_set_header X-Forwarded-Proto $scheme;
            proxy_set_header X-Request-Id $request_id;
            proxy_set_header Knative-Serving-Revision {REVISIONS[0]};
            proxy_set_header Knative-Serving-Namespace {NAMESPACE};
        }}
    }}""")
    process.wait_until(lambda: listens(port))
    return process, port


def start_haproxy(folder, cpu, upstream):
    port = free_port()
    config = write(folder, "haproxy.cfg", f"""\
global
    nbthread 1
    maxconn 4096
defaults
    mode http
    option http-keep-alive
    http-reuse always
    timeout connect 5s
    timeout client 1h
    timeout server 1h
frontend in
    bind 127.0.0.1:{port} backlog 4096
    acl app hdr(host) -i {HOST}
    http-request set-header X-Forwarded-For %[src]
    http-request set-header X-Forwarded-Proto http
    http-request set-header X-Request-Id %[uuid()]
    http-request set-header Knative-Serving-Revision {REVISIONS[0]}
    http-request set-header Knative-Serving-Namespace {NAMESPACE}
    use_backend app if app
backend app
    server one 127.0.0.1:{upstream.ports[0]} pool-max-conn 256
""")
    process = Process("haproxy", ["haproxy", "-db", "-f", config], cpu, folder)
    process.wait_until(lambda: listens(port))
    return process, port


class Weir:
    """The gateway under test, with a Route over both revisions and a folder of manifests."""

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
            self, binary, folder, cpu, upstream, env=None, name="weir", everything=False,
            certificate=None, is_h2c=False):
        self.binary = binary
        self.is_h2c = is_h2c
        self.annotations = self.ANNOTATIONS if everything else {}
        self.manifests = os.path.join(folder, f"{name}-manifests")
        os.makedirs(self.manifests, exist_ok=True)
        self.upstream = upstream
        names = ["external-http", "internal-http", "status", "admin"]
        self.ports = {name: free_port() for name in names}
        self.port = self.ports["external-http"]
        if certificate:
            self.ports["external-https"] = free_port()
        # As the peers call them.
        self.plain, self.secure = self.port, self.ports.get("external-https")
        self.write_revisions()
        self.write_route(90)
        if certificate:
            self.write_secret(certificate)
        config = write(folder, f"{name}.yaml", json.dumps({
            "listeners": {
                "external-https": "off", "internal-https": "off",
                **{name: f"127.0.0.1:{port}" for name, port in self.ports.items()}},
            "workers": 1, "access-log": "off", "drain-delay": "0s", "drain-time": "1s",
            **(self.EVERYTHING if everything else {}),
        }, indent=1))
        self.process = Process(
            name, [binary, "serve", "--config", config, "--manifests", self.manifests], cpu,
            folder, env)
        self.process.wait_until(self.serves, seconds=20)

    def serves(self):
        """Whether the route answers."""
        if not listens(self.port):
            return False
        from .live import Client
        try:
            client = Client(self.port, HOST)
            status, _ = client.get()
            client.close()
            return status == 200
        except OSError:
            return False

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
                        **({"weir.dev/protocol": "h2c"} if self.is_h2c else {})}},
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

    def replace(self, name, documents):
        """Writes beside, then renames over: what editors and Kubernetes do."""
        path = os.path.join(self.manifests, name)
        # JSON is YAML; a name with a dot is not loaded.
        beside = os.path.join(self.manifests, "." + name + ".new")
        with open(beside, "w") as file:
            file.write("\n---\n".join(json.dumps(document) for document in documents) + "\n")
        os.rename(beside, path)


def version(command):
    """The first line that a program says of itself."""
    try:
        said = subprocess.run(command, capture_output=True, text=True, timeout=10)
        return (said.stdout or said.stderr).splitlines()[0].strip()
    except (OSError, IndexError, subprocess.TimeoutExpired):
        return "unknown"
