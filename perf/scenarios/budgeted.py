"""The costs of an exchange that do not depend on what else the machine does, one section for each
way to count them."""

from harness import callgrind, calls, exchanges, hooks
from harness.stage import Stage
from harness.weir import Weir

COUNT, CONNECTIONS = 2_000, 1


def socket_calls(options, say):
    """System calls, by strace."""
    result = {}
    for shape in exchanges.SHAPES:
        with Stage(options, shape, "ecdsa", say) as stage:
            weir = Weir(stage)
            stage.started.append(weir.process)
            for name, exchange in exchanges.of_shape(shape).items():
                say(f"calls: {name}")
                exchange.load(stage, weir, 100, CONNECTIONS)
                result[name] = calls.measure(
                    stage, weir.process,
                    lambda: exchange.load(stage, weir, COUNT, CONNECTIONS))
    return result


SECTIONS = {
    "calls": ("system calls of an exchange, by strace", socket_calls),
    "hooks": ("mallocs and retains of an exchange", hooks.measure),
    "instructions": ("our instructions in an exchange, by callgrind", callgrind.measure)}
