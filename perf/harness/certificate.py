"""The certificate that all measured programs show, of our own making."""

import os
import subprocess

from .names import HOST
from .process import CannotRun

KINDS = {
    "ecdsa": ["ec", "-pkeyopt", "ec_paramgen_curve:P-256"],
    "rsa": ["rsa:2048"]}


class Certificate:
    """A certificate and its key, in files and together in one."""

    def __init__(self, folder, kind="ecdsa", hosts=(HOST,)):
        self.path = os.path.join(folder, "site.crt")
        self.key = os.path.join(folder, "site.key")
        self.both = os.path.join(folder, "site.pem")
        names = ",".join(f"DNS:{host}" for host in hosts)
        command = [
            "openssl", "req", "-x509", "-newkey", *KINDS[kind], "-nodes", "-days", "30",
            "-subj", f"/CN={HOST}", "-addext", f"subjectAltName={names}",
            "-keyout", self.key, "-out", self.path]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60)
        if done.returncode != 0:
            raise CannotRun(f"openssl makes no certificate: {done.stderr}")
        # Workers of nginx run as another user, but its master reads the key.
        with open(self.both, "w") as both:
            both.write(self.certificate_text + self.key_text)

    @property
    def certificate_text(self):
        with open(self.path) as file:
            return file.read()

    @property
    def key_text(self):
        with open(self.key) as file:
            return file.read()
