"""As much HTTP/1.1 as there can be: wrk, on one thread."""

import json
import os
import subprocess

from .names import CIPHER, HOST, PERF, write
from .process import CannotRun

SCRIPT = os.path.join(PERF, "load", "wrk.lua")
# wrk has no option for it.
OPENSSL = f"""\
openssl_conf = all
[all]
ssl_conf = ssl
[ssl]
system_default = client
[client]
MinProtocol = TLSv1.3
Ciphersuites = {CIPHER}
"""


def run(stage, port, requests, seconds, connections, tls=False):
    """Figures of a run that must not fail: requests, seconds, bytes."""
    env = {**os.environ, "WEIR_REQUESTS": requests,
           "OPENSSL_CONF": write(stage.folder, "openssl.cnf", OPENSSL)}
    url = f"{'https' if tls else 'http'}://{HOST}:{port}/"
    command = [
        "taskset", "-c", str(stage.load_cpu), "wrk", "-t", "1", "-c", str(connections),
        "-d", f"{seconds}s", "--timeout", "10s", "-s", SCRIPT, url]
    done = subprocess.run(command, capture_output=True, text=True, timeout=seconds + 30, env=env)
    marks = [line for line in done.stdout.splitlines() if line.startswith("REPORT ")]
    if done.returncode != 0 or not marks:
        raise CannotRun(f"wrk failed: {done.stdout}{done.stderr}")
    report = json.loads(marks[0].removeprefix("REPORT "))
    if report["failed"] or not report["requests"]:
        raise CannotRun(f"{report['failed']} failed beside {report['requests']} requests")
    return report
