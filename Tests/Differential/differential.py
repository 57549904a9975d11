#!/usr/bin/python3
"""Sends mutated requests through weir to nginx, HAProxy and h11, and compares what they read.

Each driver is a process with a gateway, an nginx and a HAProxy of its own. The gateway's only
upstream is the driver: it copies the gateway's bytes, as they come, to nginx and HAProxy, which
send on to the driver again what they understood, and to h11. One request is in flight at a time.
What h11 makes of the client's own bytes must be what the gateway sent, too.

Prints one JSON object; exit 0 when all agreed and enough was accepted, otherwise 1.
"""

import argparse
import collections
import ctypes
import json
import multiprocessing
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time

from mutate import mutate
from readers import H11, Message, Refused, may_refuse

# What the gateway writes itself.
OWN = {b"forwarded", b"host", b"x-forwarded-for", b"x-forwarded-host", b"x-forwarded-proto",
       b"x-request-id"}
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
PATIENCE = 10.0

NGINX = """
daemon off; master_process off; pid {folder}/nginx.pid; error_log {folder}/nginx.log crit;
events {{ worker_connections 256; }}
http {{
    access_log off;
    client_body_temp_path {folder}/a; proxy_temp_path {folder}/b; fastcgi_temp_path {folder}/c;
    uwsgi_temp_path {folder}/d; scgi_temp_path {folder}/e;
    keepalive_requests 100000000; keepalive_timeout 1h; client_max_body_size 0;
    client_body_buffer_size 1m; large_client_header_buffers 4 128k;
    ignore_invalid_headers off; underscores_in_headers on; merge_slashes off;
    upstream sink {{ server unix:{folder}/nginx.sink; keepalive 8; keepalive_requests 100000000; }}
    server {{
        listen unix:{folder}/nginx;
        location / {{
            proxy_pass http://sink; proxy_http_version 1.1; proxy_next_upstream off;
            proxy_set_header Host $http_host; proxy_set_header Connection "";
        }}
    }}
}}
"""

HAPROXY = """
global
    maxconn 200
    nbthread 1
    tune.bufsize 131072
    tune.http.maxhdr 256
defaults
    mode http
    timeout client 1h
    timeout server 1h
    timeout connect 5s
    timeout http-request 1h
    retries 0
    http-reuse always
listen in
    bind unix@{folder}/haproxy
    server sink unix@{folder}/haproxy.sink
"""

MANIFEST = """
apiVersion: networking.internal.knative.dev/v1alpha1
kind: Ingress
metadata:
  name: all
  namespace: default
  annotations:
    networking.knative.dev/ingress.class: weir.ingress.networking.knative.dev
spec:
  rules:
    - hosts: [a.example, b.example, a]
      visibility: ExternalIP
      http:
        paths:
          - splits: [{{serviceNamespace: default, serviceName: all, servicePort: 80, percent: 100}}]
---
apiVersion: serving.knative.dev/v1
kind: Revision
metadata:
  name: all
  namespace: default
  annotations:
    weir.dev/addresses: "127.0.0.1:{port}"
spec:
  containers:
    - image: example.com/all
"""

SETTINGS = """
listeners: {external-http: "127.0.0.1:0", internal-http: "127.0.0.1:0", status: "127.0.0.1:0",
  admin: "127.0.0.1:0", external-https: off, internal-https: off}
workers: 1
access-log: off
drain-delay: 0s
drain-time: 1s
"""


class Finding(Exception):
    """The readers disagree, or something hangs."""


def receive(sock):
    """What has arrived; empty at the end, None when the event was an older socket's."""
    try:
        return sock.recv(65536, socket.MSG_DONTWAIT)
    except BlockingIOError:
        return None
    except ConnectionResetError:
        return b""


class Reader:
    """A connection to nginx or HAProxy."""

    def __init__(self, driver, name):
        self.driver, self.name = driver, name
        self.socket = None
        self.data = b""
        self.result = None

    def begin(self):
        self.result = None

    def send(self, data):
        if self.result is not None:
            return
        if self.socket is None:
            self.socket = socket.socket(socket.AF_UNIX)
            self.socket.connect(f"{self.driver.folder}/{self.name}")
            self.driver.watch(self.socket, self.readable)
        try:
            self.socket.sendall(data)
        except (BrokenPipeError, ConnectionResetError):
            pass

    def readable(self):
        data = receive(self.socket)
        if data is None:
            return
        self.data += data
        if not data:
            self.close()
        self.take()

    def take(self):
        while True:
            head, end, rest = self.data.partition(b"\r\n\r\n")
            if not end:
                return
            status = int(head.split(b" ")[1])
            if status == 100:
                self.data = rest
                continue
            if status == 200:
                self.data = rest
                self.result = self.driver.sunk.pop(self.name)
            else:
                self.result = Refused(status)
                self.close()
            return

    def close(self):
        if self.socket is not None:
            self.driver.forget(self.socket)
            self.socket = None
        self.data = b""


class Upstream:
    """A connection that the gateway opened: one request after another."""

    def __init__(self, driver, connection):
        self.driver, self.socket = driver, connection
        self.readers = [Reader(driver, "nginx"), Reader(driver, "haproxy")]
        self.begin()

    def begin(self):
        self.message, self.h11, self.raw = Message(), H11(), b""
        self.sent = None
        for reader in self.readers:
            reader.begin()

    def readable(self):
        data = receive(self.socket)
        if data is None:
            return
        if not data:
            self.driver.upstreams.discard(self)
            self.driver.forget(self.socket)
            for reader in self.readers:
                reader.close()
            return
        self.raw += data
        self.message.add(data)
        self.h11.add(data)
        for reader in self.readers:
            reader.send(data)
        try:
            self.sent = self.sent or self.message.take()
        except ValueError as error:
            raise Finding(f"the gateway sent something malformed: {error}") from error

    def settle(self):
        """Answers the gateway once all readers are done."""
        results = {reader.name: reader.result for reader in self.readers}
        results["h11"] = self.h11.result
        if self.sent is None or None in results.values():
            return
        for name, result in results.items():
            if isinstance(result, Refused) and may_refuse(name, self.sent):
                self.driver.counts[f"refused by {name} alone"] += 1
            elif result != self.sent:
                raise Finding(f"{name} reads {result}, the gateway sent {self.sent}")
        self.driver.sent.append(self.sent)
        self.begin()
        self.socket.sendall(ANSWER)


class Driver:
    """A gateway, an nginx, a HAProxy, and the loop between them."""

    def __init__(self, weir, folder):
        self.folder = folder
        self.poll = select.epoll()
        self.handlers = {}
        self.sunk = {}
        # What the gateway sent for the present case.
        self.sent = []
        self.upstreams = set()
        self.counts = collections.Counter()
        for name in ("nginx", "haproxy"):
            sink = socket.socket(socket.AF_UNIX)
            sink.bind(f"{folder}/{name}.sink")
            self.listen(sink, lambda connection, name=name: Sink(self, connection, name).readable)
        tee = socket.socket()
        tee.bind(("127.0.0.1", 0))
        self.listen(tee, self.accepted)
        self.processes = []
        self.start(folder, weir, tee.getsockname()[1])

    def start(self, folder, weir, port):
        def write(name, text):
            with open(f"{folder}/{name}", "w", encoding="utf-8") as file:
                file.write(text)
        write("nginx.conf", NGINX.format(folder=folder))
        write("haproxy.cfg", HAPROXY.format(folder=folder))
        write("weir.yaml", SETTINGS)
        os.mkdir(f"{folder}/manifests")
        write("manifests/all.yaml", MANIFEST.format(port=port))
        self.run("nginx", "/usr/sbin/nginx", "-c", f"{folder}/nginx.conf",
                 "-e", f"{folder}/nginx.log")
        self.run("haproxy", "/usr/sbin/haproxy", "-q", "-f", f"{folder}/haproxy.cfg")
        self.gateway = self.run("weir", weir, "serve", "--config", f"{folder}/weir.yaml",
                                "--manifests", f"{folder}/manifests")
        self.port = self.wait_for_port()
        for name in ("nginx", "haproxy"):
            self.wait(lambda name=name: self.listens(name), f"{name} listens")
        self.wait(lambda: self.ask(b"GET / HTTP/1.1\r\nHost: a.example\r\n\r\n").startswith(
            b"HTTP/1.1 200"), "the gateway serves")
        self.counts.clear()

    def run(self, name, *command):
        output = open(f"{self.folder}/{name}.out", "wb")
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
            preexec_fn=die_with_parent)
        self.processes.append(process)
        return process

    def wait(self, condition, what):
        deadline = time.monotonic() + PATIENCE
        while not condition():
            if time.monotonic() > deadline:
                raise Finding(f"waited in vain until {what}")
            time.sleep(0.01)

    def listens(self, name):
        with socket.socket(socket.AF_UNIX) as sock:
            return sock.connect_ex(f"{self.folder}/{name}") == 0

    def wait_for_port(self):
        found = []
        def look():
            with open(f"{self.folder}/weir.out", encoding="utf-8") as file:
                found[:] = [line for line in file if line.startswith("listening external-http ")]
            return found
        self.wait(look, "the gateway listens")
        return int(found[0].rsplit(":", 1)[1])

    def watch(self, sock, handler):
        self.handlers[sock.fileno()] = handler
        self.poll.register(sock.fileno(), select.EPOLLIN)

    def forget(self, sock):
        self.handlers.pop(sock.fileno(), None)
        sock.close()

    def listen(self, sock, make):
        sock.listen(64)
        def accept():
            connection, _ = sock.accept()
            self.watch(connection, make(connection))
        self.watch(sock, accept)

    def accepted(self, connection):
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        upstream = Upstream(self, connection)
        self.upstreams.add(upstream)
        return upstream.readable

    def ask(self, data):
        """Sends it on a connection of its own, says that no more comes, and gives the answers."""
        client = socket.create_connection(("127.0.0.1", self.port))
        answer = bytearray()
        over = []
        def readable():
            more = receive(client)
            answer.extend(more or b"")
            if more == b"":
                over.append(True)
        self.watch(client, readable)
        try:
            client.sendall(data)
            client.shutdown(socket.SHUT_WR)
        except OSError:
            # Refused before all of it was taken.
            pass
        deadline = time.monotonic() + PATIENCE
        while not over:
            if time.monotonic() > deadline:
                raise Finding("nothing happens any more" + self.waiting())
            for descriptor, _ in self.poll.poll(1):
                handler = self.handlers.get(descriptor)
                if handler is not None:
                    handler()
            for upstream in tuple(self.upstreams):
                upstream.settle()
        self.forget(client)
        return bytes(answer)

    def waiting(self):
        return "".join(
            f"\n  the gateway sent {upstream.raw!r}; h11 has {upstream.h11.result},"
            f" {[(reader.name, reader.result) for reader in upstream.readers]}"
            for upstream in self.upstreams if upstream.raw)

    def try_case(self, data):
        self.sent.clear()
        answer = self.ask(data)
        if self.gateway.poll() is not None:
            raise Finding(f"the gateway ended with {self.gateway.returncode}")
        self.counts["cases"] += 1
        self.counts["requests"] += len(self.sent)
        if self.sent:
            self.counts["accepted"] += 1
            # Otherwise it was the second request that was sent on.
            if answer.startswith(b"HTTP/1.1 200 "):
                self.compare_with_client(data, self.sent[0])
        status = answer[9:12].decode("latin1") or "none"
        self.counts[f"answered {status}"] += 1

    def compare_with_client(self, data, sent):
        """What the first request of the client means to h11 is what the gateway sent."""
        h11 = H11(is_alone=False)
        h11.add(data)
        meant = h11.result
        if meant is None or isinstance(meant, Refused):
            self.counts["not read by h11 before the gateway"] += 1
            return
        is_path = meant.target.startswith(b"/")
        if (meant.method, meant.body) != (sent.method, sent.body) or (
                is_path and meant.target != sent.target):
            raise Finding(f"the client means {meant}, the gateway sent {sent}")
        named = {name for name, _ in meant.fields}
        added = [field for field in sent.fields
                 if field[0] not in OWN and field not in meant.fields]
        if added or b"host" in named and is_path and sent.fields[0] != meant.fields[0]:
            raise Finding(f"the client means {meant}, the gateway sent {sent}")

    def stop(self):
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            process.wait(10)


class Sink:
    """A connection of nginx or HAProxy to what it takes for its upstream."""

    def __init__(self, driver, connection, name):
        self.driver, self.socket, self.name = driver, connection, name
        self.message = Message()

    def readable(self):
        data = receive(self.socket)
        if data is None:
            return
        if not data:
            self.driver.forget(self.socket)
            return
        self.message.add(data)
        try:
            request = self.message.take()
        except ValueError as error:
            raise Finding(f"{self.name} sends on something malformed: {error}") from error
        if request is not None:
            self.driver.sunk[self.name] = request
            self.socket.sendall(ANSWER)


def die_with_parent():
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)


def drive(arguments, seeds, numbers, results):
    """One driver's part of the cases."""
    findings = []
    with tempfile.TemporaryDirectory(prefix="weir-differential.") as folder:
        driver = Driver(arguments.weir, folder)
        for number in numbers:
            data = mutate(seeds, arguments.seed, number)
            try:
                driver.try_case(data)
            except Finding as finding:
                findings.append(f"case {arguments.seed}:{number}: {finding}\n  sent: {data!r}")
                driver.stop()
                os.mkdir(f"{folder}/{number}")
                if len(findings) == 5:
                    break
                counts = driver.counts
                driver = Driver(arguments.weir, f"{folder}/{number}")
                driver.counts = counts
        driver.stop()
    results.put((dict(driver.counts), findings))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--weir", required=True, help="path of the command")
    parser.add_argument("--seeds", required=True, help="file of hexadecimal requests")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="number of the first case")
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--drivers", type=int, default=3)
    arguments = parser.parse_args()
    with open(arguments.seeds, encoding="ascii") as file:
        seeds = [bytes.fromhex(line) for line in file]
    started = time.monotonic()
    results = multiprocessing.SimpleQueue()
    count = min(arguments.drivers, arguments.cases)
    end = arguments.first + arguments.cases
    drivers = [
        multiprocessing.Process(target=drive, args=(
            arguments, seeds, range(arguments.first + index, end, count), results))
        for index in range(count)]
    for driver in drivers:
        driver.start()
    counts, findings = collections.Counter(), []
    for driver in drivers:
        driver.join()
        if driver.exitcode != 0:
            findings.append(f"a driver ended with {driver.exitcode}")
            continue
        part, found = results.get()
        counts.update(part)
        findings += found
    print(json.dumps({
        "seconds": round(time.monotonic() - started, 1), **dict(sorted(counts.items())),
        "findings": findings}, indent=1))
    sys.exit(1 if findings else 0)


if __name__ == "__main__":
    main()
