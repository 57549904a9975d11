"""As much HTTP/2 as there can be: h2load over TLS, on one thread."""

import re
import subprocess

from .names import CIPHER, HOST
from .process import CannotRun

SUMMARY = re.compile(
    r"requests: (\d+) total, (\d+) started, (\d+) done, (\d+) succeeded, (\d+) failed, "
    r"(\d+) errored, (\d+) timeout")
STATUSES = re.compile(r"status codes: (\d+) 2xx, (\d+) 3xx, (\d+) 4xx, (\d+) 5xx")
PER_SECOND = re.compile(r"finished in .*?, ([\d.]+) req/s")


def run(stage, port, seconds, connections=10, streams=32, more=()):
    """Figures of a run that must not fail: requests and seconds."""
    command = [
        "taskset", "-c", str(stage.load_cpu), "h2load", "-t", "1", "-c", str(connections), "-m",
        str(streams), "-D", str(seconds), "--tls13-ciphers", CIPHER, "--connect-to",
        f"127.0.0.1:{port}", *more, f"https://{HOST}:{port}/body"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=seconds + 30)
    text = done.stdout
    summary, statuses = SUMMARY.search(text), STATUSES.search(text)
    if done.returncode != 0 or not summary or "Application protocol: h2\n" not in text:
        raise CannotRun(f"h2load failed: {text}{done.stderr}")
    _, _, finished, succeeded, failed, errored, timeout = map(int, summary.groups())
    good = int(statuses.group(1))
    if failed + errored + timeout or good < succeeded or not succeeded:
        raise CannotRun(f"requests failed: {summary.group(0)}; {statuses.group(0)}")
    return {
        "requests": finished, "seconds": finished / float(PER_SECOND.search(text).group(1)),
        "failed": 0}
