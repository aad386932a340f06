"""Every packet between a generator and two gateways in processes of their own: what one gave, the next must have got."""

from dataclasses import dataclass, field

from lab.failure import Failure
from lab.gateway import Gateway
from lab.wait import wait_until

SETTLE_SECONDS = 10

FROM_INSIDE = "inside rx + injected = sealed + drops of inside_rx"
TO_PORTS = "path tx copies = port tx + drops of wan_tx"
FROM_PORTS = "port rx = delivered + punted + drops of wan_rx"
TO_INSIDE = "delivered + ICMP sent = inside tx + drops of inside_tx"


@dataclass(frozen=True)
class Counts:
    """What one gateway has counted, as `ropewalk show summary` and `show drops` tell it."""
    inside_rx: int
    inside_tx: int
    sealed: int
    came: dict[str, int] = field(default_factory=dict)  # by equation, its left side
    went: dict[str, int] = field(default_factory=dict)
    drops: dict[str, int] = field(default_factory=dict)  # by reason
    stages: dict[str, str] = field(default_factory=dict)  # where each reason belongs

    @classmethod
    def of(cls, gateway: Gateway) -> "Counts":
        summary, drops = gateway.show("summary"), gateway.show("drops")
        return cls(summary["inside"]["rx_packets"], summary["inside"]["tx_packets"],
                   sum(tunnel["sealed_packets"] for tunnel in summary["tunnels"]),
                   {balance["equation"]: balance["came"] for balance in drops["balances"]},
                   {balance["equation"]: balance["went"] for balance in drops["balances"]},
                   {drop["reason"]: drop["packets"] for drop in drops["drops"]},
                   {drop["reason"]: drop["stage"] for drop in drops["drops"]})

    def __sub__(self, before: "Counts") -> "Counts":
        def less(now: dict[str, int], then: dict[str, int]) -> dict[str, int]:
            return {key: value - then[key] for key, value in now.items()}
        return Counts(self.inside_rx - before.inside_rx, self.inside_tx - before.inside_tx, self.sealed - before.sealed,
                      less(self.came, before.came), less(self.went, before.went), less(self.drops, before.drops),
                      self.stages)

    @property
    def balances(self) -> bool:
        return self.came == self.went

    def dropped_at(self, stage: str) -> dict[str, int]:
        return {reason: count for reason, count in self.drops.items() if self.stages[reason] == stage and count}

    @property
    def port_tx(self) -> int:
        return self.went[TO_PORTS] - sum(self.dropped_at("wan_tx").values())

    @property
    def injected(self) -> int:
        return self.came[FROM_INSIDE] - self.inside_rx


def settled_counts(edge: Gateway, hub: Gateway) -> list[Counts]:
    """As soon as nothing moves any more and the books of each balance."""
    before: list[Counts] = []

    def settled() -> list[Counts]:
        nonlocal before
        earlier, before = before, []
        for gateway in (edge, hub):
            gateway.must_run()
            before.append(Counts.of(gateway))
        return before if before == earlier and all(counts.balances for counts in before) else []
    return wait_until(lambda: f"the gateways' books stand still and balance: {before}", settled, SETTLE_SECONDS)


def must_add_up(packets: dict, refused: int, edge: Counts, hub: Counts, copies: int) -> None:
    """`packets` are those of a row of ropewalk-perf, of which its sending port refused some; the gateways' counts are
    those of the same time. Copies are `copies` for a packet of users and one for a message of a control."""
    both = {"edge": edge, "hub": hub}
    _step("packets that the generator's port took", packets["offered"] - refused,
          {f"taken by {side}": counts.inside_rx for side, counts in both.items()})
    for side, counts in both.items():
        _step(f"packets from {side}'s inside and control", counts.came[FROM_INSIDE],
              {"sealed": counts.sealed, **counts.dropped_at("inside_rx")})
        _step(f"copies that {side} had to make", (counts.sealed - counts.injected) * copies + counts.injected,
              {"made": counts.came[TO_PORTS], **counts.dropped_at("copy")})
        _step(f"copies that {side} made", counts.came[TO_PORTS],
              {"sent and dropped": counts.went[TO_PORTS]})
    for side, counts, far in (("edge", edge, hub), ("hub", hub, edge)):
        _step(f"copies that {side} sent", counts.port_tx, {"received by the other": far.came[FROM_PORTS]})
    for side, counts in both.items():
        _step(f"copies that {side} received", counts.came[FROM_PORTS],
              {"delivered, handed to control and dropped": counts.went[FROM_PORTS]})
        _step(f"packets for {side}'s inside", counts.came[TO_INSIDE],
              {"sent": counts.inside_tx, **counts.dropped_at("inside_tx")})
    _step("packets that the gateways sent to their insides", edge.inside_tx + hub.inside_tx,
          {"received by the sink": sum(packets[name] for name in ("delivered", "repeated", "too_late", "of_others"))})


def drops_of(refused: int, edge: Counts, hub: Counts) -> dict[str, int]:
    """By reason, of the generator's port and of both gateways, as ropewalk-perf reports them."""
    drops = {"tx_refused": refused}
    for counts in (edge, hub):
        for reason, count in counts.drops.items():
            drops[reason] = drops.get(reason, 0) + count
    return {reason: count for reason, count in drops.items() if count}


def _step(name: str, came: int, parts: dict[str, int]) -> None:
    if (went := sum(parts.values())) == came:
        return
    word = "missing" if went < came else "too many"
    counted = ", ".join(f"{count} {part}" for part, count in parts.items() if count) or "nothing was counted"
    raise Failure(f"the packets do not add up: of {came} {name}, {abs(came - went)} are {word}: {counted}")
