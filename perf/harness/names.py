"""What all measured programs are configured for: one application with two revisions."""

import os

HOST = "app.default.example.com"
NAMESPACE = "default"
REVISIONS = ("app-00001", "app-00002")
BODY_BYTES = 128
# The name of a revision that a tester asks for.
TAG = "canary"
# A client with TLS offers only this, so all agree on it.
CIPHER = "TLS_AES_128_GCM_SHA256"
# For 8,000 connections on both sides.
DESCRIPTORS = 19000
# What every program adds to a request.
ADDED = (
    "forwarded", "knative-serving-namespace", "knative-serving-revision", "x-forwarded-for",
    "x-forwarded-host", "x-forwarded-proto", "x-request-id")
# And where a route has tags, to what goes by the split.
ADDED_BESIDE_TAGS = "knative-serving-default-route"

PERF = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def body(revision):
    """What a revision answers: its name, filled up."""
    return revision.ljust(BODY_BYTES, ".")


def write(folder, name, text):
    path = os.path.join(folder, name)
    with open(path, "w") as file:
        file.write(text)
    return path


def replace(path, text):
    """Writes beside, then renames over: what editors and Kubernetes do."""
    folder, name = os.path.split(path)
    # A name with a dot is not loaded.
    beside = write(folder, f".{name}.new", text)
    os.rename(beside, path)
