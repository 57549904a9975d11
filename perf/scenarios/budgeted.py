"""The costs of an exchange that do not depend on what else the machine does, one section for each
way to count them."""

from harness import callgrind, calls, exchanges, hooks
from harness.weir import Weir

# What two runs of different length differ by is what exchanges cost.
WARM, FEW, MANY = 1_000, 100, 700


def start(stage, everything):
    """On the load's CPU, and giving way to it: what a client sends in two pieces has come whole when the
    worker looks, whatever else the machine does."""
    weir = Weir(stage, cpu=stage.load_cpu, wrapper=callgrind.POLITE, everything=everything)
    stage.started.append(weir.process)
    return weir


def of_exchange(stage, weir, exchange):
    """System calls of the worker; the control plane has a life of its own."""
    warm, few, many = exchange.fewer(WARM, FEW, MANY)
    exchange.load(stage, weir, warm, 1)
    less, more = (counted(stage, weir, exchange, count) for count in (few, many))
    counts = {name: (count - less.get(name, 0)) / (many - few) for name, count in more.items()}
    return {"socket_calls": calls.socket_calls(counts), "all": counts}


def counted(stage, weir, exchange, count):
    counts, failed, _ = calls.traced(
        stage, "weir", weir.workers, lambda: exchange.load(stage, weir, count, 1))
    return calls.without_one_in_vain(counts, failed, count) if exchange.is_anew else counts


def socket_calls(options, say):
    """By kind of exchange, by strace."""
    return exchanges.measure(options, say, start, of_exchange)


SECTIONS = {
    "calls": ("system calls of an exchange, by strace", socket_calls),
    "hooks": ("mallocs and retains of an exchange", hooks.measure),
    "instructions": ("our instructions in an exchange, by callgrind", callgrind.measure)}
