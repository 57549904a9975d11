"""Our instructions per exchange, by valgrind's callgrind: those of the gateway's own binary, in
the worker's thread. What the libraries spend is told apart: it differs by CPU."""

import glob
import os
import re
import subprocess

from . import exchanges
from .process import CannotRun, wait_for
from .tools import tool
from .weir import Weir

# What two runs of different length differ by is what exchanges cost, without handshakes.
WARM, FEW, MANY = 600, 200, 800
START_SECONDS = 120
# For a gateway that shares the load's CPU.
POLITE = ("nice", "-n", "5")
COST = re.compile(r"^(?:\+|-|\*|0x|\d)")
# A part of the names of a worker's own functions.
WORKER = "9DataPlane6WorkerV"


def wrapper(folder):
    return ["valgrind", "--tool=callgrind", "--separate-threads=yes", "--quiet",
            f"--callgrind-out-file={folder}/callgrind.out"]


def without_debugging(binary, folder):
    """A copy that older valgrinds can read; its symbols stay."""
    copy = os.path.join(folder, "weir")
    done = subprocess.run(
        ["objcopy", "--strip-debug", binary, copy], capture_output=True, text=True, timeout=60)
    if done.returncode != 0:
        raise CannotRun(f"objcopy: {done.stderr}")
    return copy


def dump(pid, folder, hint):
    """What was spent since the last dump: the files of the threads."""
    before = set(glob.glob(f"{folder}/callgrind.out*"))
    done = subprocess.run(
        ["callgrind_control", "--dump=" + hint, str(pid)], capture_output=True, text=True,
        timeout=60)
    if done.returncode != 0:
        raise CannotRun(f"callgrind_control: {done.stdout}{done.stderr}")

    def files():
        found = set(glob.glob(f"{folder}/callgrind.out*")) - before
        return found if found and all(is_whole(path) for path in found) else None
    return wait_for(files, "callgrind dumps nothing", 30)


def count(pid):
    """Begins to count, where it did not from the start."""
    done = subprocess.run(
        ["callgrind_control", "--instr=on", str(pid)], capture_output=True, text=True, timeout=60)
    if done.returncode != 0:
        raise CannotRun(f"callgrind_control: {done.stdout}{done.stderr}")


def is_whole(path):
    with open(path) as file:
        return "\ntotals:" in file.read()


def own_costs(path):
    """Instructions by object and function: their own, without what they called."""
    # Numbers stand for names from their first use on; those of objects are others than of functions.
    names, costs, current, is_inclusive = {}, {}, {}, False
    with open(path) as file:
        for line in file:
            key, is_name, value = line.strip().partition("=")
            if is_name and key in ("ob", "fn", "cob", "cfn"):
                kind = key[-2:]
                number, _, name = value.partition(" ")
                if name:
                    names[kind, number] = name
                if key == kind:
                    current[kind] = names[kind, number]
            elif key == "calls":
                is_inclusive = True
            elif COST.match(line):
                if not is_inclusive:
                    place = current["ob"], current["fn"]
                    costs[place] = costs.get(place, 0) + int(line.split()[1])
                is_inclusive = False
    return costs


def of_worker(paths):
    """By object what was spent in the worker's thread: the one with most of its functions. Others may
    spend more: the access log's has, and not all of a run's before the run is over."""
    costs = max((own_costs(path) for path in paths), key=lambda costs: sum(
        cost for (_, function), cost in costs.items() if WORKER in function))
    objects = {}
    for (name, _), cost in costs.items():
        objects[name] = objects.get(name, 0) + cost
    return objects


def start(stage, everything):
    """The gateway under valgrind, which counts once it serves.

    It shares the load's CPU and gives way to it: what a client sends in two pieces, the end of a
    handshake and its request say, has then come whole when the worker looks. Elsewhere a seventh
    of all handshakes took a turn more, by timing.
    """
    stage.say(f"instructions: starting weir under valgrind ({stage.shape})")
    weir = Weir(
        stage, cpu=stage.load_cpu, env={"LD_PRELOAD": tool("park.so")}, everything=everything,
        wrapper=[*POLITE, *wrapper(stage.folder), "--instr-atstart=no"],
        seconds=START_SECONDS,
        binary=without_debugging(stage.options.weir, stage.folder))
    stage.started.append(weir.process)
    count(weir.process.pid)
    return weir


def measure(options, say):
    """By kind of exchange, each on one connection, so that turns of the loop are alike."""
    return exchanges.measure(options, say, start, of_exchange)


def of_exchange(stage, weir, exchange):
    """Instructions per exchange: ours, and all of them."""
    warm, few, many = exchange.fewer(WARM, FEW, MANY)
    exchange.load(stage, weir, warm, 1)
    dump(weir.process.pid, stage.folder, "warm")
    spent = []
    for times in (few, many):
        exchange.load(stage, weir, times, 1)
        costs = of_worker(dump(weir.process.pid, stage.folder, str(times)))
        ours = sum(cost for path, cost in costs.items() if path == weir.binary)
        spent.append((ours, sum(costs.values())))
    ours, everything = ((more - less) / (many - few) for less, more in zip(*spent))
    if ours <= 0:
        raise CannotRun(f"instructions: none is counted for {weir.binary}")
    return {"ours": ours, "all": everything}
