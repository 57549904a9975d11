"""A network of our own, in which TCP sends alike for all that is measured."""

import ctypes
import fcntl
import os
import socket
import struct

from .process import CannotRun

CLONE_NEWNET = 0x40000000
SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP = 0x8913, 0x8914, 0x1
SETTINGS = "/proc/sys/net/ipv4/"
CONGESTION = "tcp_congestion_control"
OURS = {
    # Every kernel has it, and lets every network use it.
    CONGESTION: "reno",
    # Who closes first remembers the connection for a minute: the load does. Here its table is also the
    # proxies', and whoever is measured pays for what goes into it while there is room, and for what
    # comes out that another left there.
    "tcp_max_tw_buckets": "0",
}


def raise_loopback():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        request = struct.pack("16sh14x", b"lo", 0)
        _, flags = struct.unpack("16sh14x", fcntl.ioctl(any_socket, SIOCGIFFLAGS, request))
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", flags | IFF_UP))


def enter(say):
    """Moves this process, and so what it starts, into a namespace with nothing but loopback.

    Where the system's algorithm is BBR it would set a timer for each segment, by which loopback
    measures the timers (weir by itself would use another one there, which the peers cannot).
    """
    if ctypes.CDLL(None, use_errno=True).unshare(CLONE_NEWNET) != 0:
        say(f"no network of our own ({os.strerror(ctypes.get_errno())}): TCP sends by "
            f"{algorithm()}, as the system is set")
        return
    try:
        raise_loopback()
        for name, value in OURS.items():
            with open(SETTINGS + name, "w") as file:
                file.write(value)
    except OSError as fault:
        raise CannotRun(f"a network of our own cannot be set up: {fault}") from fault


def algorithm():
    """What decides here how fast TCP sends."""
    try:
        with open(SETTINGS + CONGESTION) as file:
            return file.read().strip()
    except OSError:
        return "an unknown algorithm"
