"""What must not change while everything else does, and what must be as it was when all is put back."""
import dataclasses
import pathlib
import re

from lab import namespace
from lab.failure import Failure
from lab.gateway import Gateway
from lab.lab import Lab
from lab.processes import PARTS
from lab.wait import wait_until

# What a process may have grown by between the first third of a run and the last.
MOST_GROWTH_KIB = 1024
# As /proc/PID/status calls them. Pages of shared memory become resident when they are first used, minutes after the start: so
# it is judged by what is mapped.
OWN, MAPPED, RESIDENT = "RssAnon", "VmSize", "VmRSS"
# A path that flapped is held down for a minute at the most.
SETTLE_SECONDS = 90
_VERSIONS = ("-4", "-6")
_BY_THE_KERNEL = re.compile("fe80|ff00")
# An index at the beginning, that of the other end, a flag of the lab's.
_ANOTHER_EACH_TIME = re.compile(r"^\d+: |@\w+|(?<= )nodad ")


class Difference(Failure):
    """Something is not as it must be."""


@dataclasses.dataclass(frozen=True)
class Use:
    """Of the machine, by one process: memory by its name, in KiB."""
    memory: dict[str, int]
    descriptors: int


def state_of(gateway: Gateway) -> dict[str, object]:
    """What whoever runs it would look at, by name."""
    def lines(*words) -> list[str]:
        """Without what the kernel adds by itself, and what is another in an interface that was made again."""
        shown = namespace.ip(gateway.name, "-o", *words).splitlines()
        return sorted(" ".join(_ANOTHER_EACH_TIME.sub("", line).split()) for line in shown if not _BY_THE_KERNEL.search(line))
    summary, tunnel = gateway.show("summary"), gateway.tunnel()
    return {
        "problems": summary["problems"],
        "notes": summary["notes"],
        "paths": {name: path["state"] for name, path in gateway.path_counters().items()},
        "links": {port["name"]: port["link"] for port in gateway.show("ports")["ports"]},
        "inner MTU": (tunnel["inner_mtu"], tunnel["inner_mtu_source"]),
        "rw0": lines("link", "show", "rw0"),
        "addresses": [line for version in _VERSIONS for line in lines(version, "address", "show")],
        "routes": [line for version in _VERSIONS for line in lines(version, "route", "show", "table", "all")],
        "rules": [line for version in _VERSIONS for line in lines(version, "rule", "show")],
    }


class Watch:
    """Begun when all is well, before anything is changed."""

    def __init__(self, lab: Lab):
        self._lab = lab
        self._states = {gateway.name: state_of(gateway) for gateway in lab.gateways}
        for name, state in self._states.items():
            if state["problems"] or set(state["paths"].values()) != {"up"}:
                raise Failure(f"{name} is not well before anything is changed: {state}")
        self._descriptors = {name: use.descriptors for name, use in self._uses().items()}
        self._samples: dict[str, list[Use]] = {name: [] for name in self._descriptors}

    def sample(self) -> str:
        """Of memory and descriptors, in words."""
        uses = self._uses()
        for name, use in uses.items():
            self._samples[name].append(use)
        return ", ".join(f"{name} {use.memory[RESIDENT]} KiB ({use.memory[OWN]} own), {use.descriptors} fd"
                         for name, use in uses.items())

    def wait_until_all_is_as_before(self, seconds: float = SETTLE_SECONDS) -> None:
        """Once all is put back. The books are for later, when nothing moves any more."""
        for gateway in self._lab.gateways:
            before = self._states[gateway.name]
            wait_until(lambda: f"{gateway.name} is as before: {_differences(before, state_of(gateway))}",
                       lambda: state_of(gateway) == before, seconds, every=0.2)
        self._lab.wait_until_carried()
        wait_until(lambda: f"as many descriptors as before, {self._descriptors}: {self._uses()}",
                   lambda: {name: use.descriptors for name, use in self._uses().items()} == self._descriptors)

    def assert_memory_is_flat(self) -> None:
        for process, growths in self.growths().items():
            for memory in (OWN, MAPPED):
                if growths[memory] > MOST_GROWTH_KIB:
                    raise Difference(f"{memory} of {process} has grown by {growths[memory]} KiB: "
                                     f"{[use.memory[memory] for use in self._samples[process]]}")

    def growths(self) -> dict[str, dict[str, int]]:
        """KiB by process and kind of memory."""
        return {process: {memory: growth_of([use.memory[memory] for use in uses]) for memory in (OWN, MAPPED, RESIDENT)}
                for process, uses in self._samples.items()}

    def _uses(self) -> dict[str, Use]:
        return {f"{gateway.name}'s {part}": _use_of(gateway.pid(part)) for gateway in self._lab.gateways for part in PARTS}


def growth_of(samples: list[int]) -> int:
    """From the most in their first third to the least in the last: what goes up and down does not grow."""
    third = len(samples) // 3 or 1
    return min(samples[-third:]) - max(samples[:third])


def _use_of(process: int) -> Use:
    folder = pathlib.Path("/proc", str(process))
    memory = {name: int(kib) for name, kib in re.findall(r"^(\w+):\s+(\d+) kB$", (folder / "status").read_text(), re.M)}
    return Use({name: memory[name] for name in (OWN, MAPPED, RESIDENT)}, len(list((folder / "fd").iterdir())))


def _differences(before: dict, now: dict) -> str:
    return "; ".join(f"{name} {now[name]}, before {before[name]}" for name in before if now[name] != before[name])
