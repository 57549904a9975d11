"""The certificate that all measured programs show: ECDSA on P-256, of our own making."""

import os
import subprocess

from .peers import HOST
from .process import CannotRun


class Certificate:
    """A certificate and its key, in files and together in one."""

    def __init__(self, folder):
        self.path = self.path_in(folder)
        self.key = os.path.join(folder, "site.key")
        self.both = os.path.join(folder, "site.pem")
        command = [
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
            "-nodes", "-days", "30", "-subj", f"/CN={HOST}", "-addext",
            f"subjectAltName=DNS:{HOST}", "-keyout", self.key, "-out", self.path]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != 0:
            raise CannotRun(f"openssl makes no certificate: {done.stderr}")
        # Workers of nginx run as another user, but its master reads the key.
        with open(self.both, "w") as both:
            both.write(self.certificate_text + self.key_text)

    @staticmethod
    def path_in(folder):
        return os.path.join(folder, "site.crt")

    @property
    def certificate_text(self):
        with open(self.path) as file:
            return file.read()

    @property
    def key_text(self):
        with open(self.key) as file:
            return file.read()
