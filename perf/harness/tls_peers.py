"""The peers with TLS and HTTP/2 towards the client: one worker, the same certificate, the same
added fields; each has a plain and a TLS port."""

import os

from .peers import HOST, NAMESPACE, REVISIONS, body, nginx, write
from .process import Process, free_port, listens

DESCRIPTORS = 19000


class Peer:
    """A measured program with its ports."""

    def __init__(self, process, plain, secure):
        self.process, self.plain, self.secure = process, plain, secure
        process.wait_until(lambda: listens(plain) and listens(secure))


def fields(scheme):
    """What a gateway adds to a request, beside the client's address and an id."""
    return {
        "X-Forwarded-Proto": scheme, "Knative-Serving-Revision": REVISIONS[0],
        "Knative-Serving-Namespace": NAMESPACE}


def start_nghttpx(folder, cpu, certificate, port, is_h2c):
    plain, secure = free_port(), free_port()
    protocol = "h2" if is_h2c else "http/1.1"
    added = [f"--add-request-header={name}: {value}" for name, value in fields("https").items()]
    process = Process("nghttpx", [
        "nghttpx", "--conf=/dev/null", f"--frontend=127.0.0.1,{plain};no-tls",
        f"--frontend=127.0.0.1,{secure}", f"--backend=127.0.0.1,{port};;proto={protocol}",
        "--workers=1", "--no-ocsp", "--add-x-forwarded-for", "--no-server-rewrite", "--no-via",
        "--backend-keep-alive-timeout=1h", "--frontend-http2-read-timeout=1h",
        "--frontend-read-timeout=1h", "--backend-read-timeout=1h", "--frontend-write-timeout=1h",
        f"--rlimit-nofile={DESCRIPTORS}",
        "--log-level=ERROR", *added, certificate.key, certificate.path], cpu, folder)
    return Peer(process, plain, secure)


def start_haproxy(folder, cpu, certificate, port, is_h2c):
    plain, secure = free_port(), free_port()
    spoken = "proto h2" if is_h2c else "pool-max-conn 512"
    added = "\n".join(
        f"    http-request set-header {name} {value}" for name, value in fields("https").items())
    config = write(folder, "haproxy-tls.cfg", f"""\
global
    nbthread 1
    maxconn 9000
    ulimit-n {DESCRIPTORS}
    tune.h2.max-concurrent-streams 100
defaults
    mode http
    option http-keep-alive
    http-reuse always
    timeout connect 5s
    timeout client 1h
    timeout server 1h
    timeout tunnel 1h
frontend in
    bind 127.0.0.1:{plain} backlog 4096
    bind 127.0.0.1:{secure} backlog 4096 ssl crt {certificate.both} alpn h2,http/1.1
    acl app hdr(host),field(1,:) -i {HOST}
    http-request set-header X-Forwarded-For %[src]
    http-request set-header X-Request-Id %[uuid()]
{added}
    use_backend app if app
backend app
    server one 127.0.0.1:{port} {spoken}
""")
    process = Process("haproxy", ["haproxy", "-db", "-f", config], cpu, folder)
    return Peer(process, plain, secure)


def start_nginx(folder, cpu, certificate, port, is_h2c):
    plain, secure = free_port(), free_port()
    kind = "grpc" if is_h2c else "proxy"
    added = "\n".join(
        f"            {kind}_set_header {name} {value};"
        for name, value in fields("$scheme").items())
    onwards = """\
            proxy_http_version 1.1;
            proxy_set_header Host $host;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection $connection_upgrade;""" if not is_h2c else ""
    process = nginx("nginx", folder, cpu, f"""\
    map $http_upgrade $connection_upgrade {{ default upgrade; "" ""; }}
    ssl_certificate {certificate.path};
    ssl_certificate_key {certificate.key};
    ssl_protocols TLSv1.2 TLSv1.3;
    proxy_read_timeout 1h;
    proxy_send_timeout 1h;
    upstream app {{
        server 127.0.0.1:{port};
        keepalive 512;
        keepalive_requests 1000000000;
        keepalive_time 1h;
    }}
    server {{
        listen 127.0.0.1:{plain} backlog=4096;
        listen 127.0.0.1:{secure} ssl http2 backlog=4096;
        server_name {HOST};
        location / {{
            {kind}_pass {"grpc" if is_h2c else "http"}://app;
{onwards}
            {kind}_set_header X-Forwarded-For $remote_addr;
            {kind}_set_header X-Request-Id $request_id;
{added}
        }}
    }}""", connections=DESCRIPTORS)
    return Peer(process, plain, secure)


STARTS = {"nghttpx": start_nghttpx, "haproxy": start_haproxy, "nginx": start_nginx}


def start_nghttpd(folder, cpu, ports):
    """An h2c upstream on each port: a file of 128 bytes, and gRPC's status as a trailer."""
    home = os.path.join(folder, "nghttpd")
    os.makedirs(home, exist_ok=True)
    for name in ("body", "index.html"):
        write(home, name, body(REVISIONS[0]))
    started = []
    for port in ports:
        process = Process(f"nghttpd-{port}", [
            "nghttpd", "--no-tls", "--address=127.0.0.1", f"--htdocs={home}",
            "--max-concurrent-streams=1000", "--trailer=grpc-status: 0", str(port)], cpu, folder)
        process.wait_until(lambda: listens(port))
        started.append(process)
    return started
