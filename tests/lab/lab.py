"""Both gateways and the paths between them."""
import os
import pathlib

from lab import configuration, emulator, lines, losses, record, session
from lab.addresses import OTHER, SIDES
from lab.gateway import Gateway, run_both, wait_until_up
from lab.kind_host import KindHost
from lab.place import BUILD, Build
from lab.real_host import RealHost
from lab.router import Router
from lab.stream import Stream
from lab.wait import wait_until

# The largest inner packets: outer MTU less headers, trailer and ICV.
OVERHEAD = {"ipv4": 70, "ipv6": 90}
HOSTS = {host.name: host for host in (KindHost, RealHost)}
# When a path has brought so many copies, all that was sealed before has arrived by the other paths, too.
MORE_THAN_TWO_BURSTS = 150


class Lab:
    """Wires and configurations are there when it is made, gateways run within the `with` block. Paths count from 1. `profiles`
    name what kind of line each path is, one for all or one a path; without any they are plain wires, without an emulator.
    `host` is what kind of machine the gateways run on. In use for as long as the process `owner` lives, and afterwards anybody's
    to take away."""

    def __init__(self, paths: int = 3, mtu: int = 1500, outer: str = "ipv4", wire: str = "ropewalk", profiles=(),
                 build: Build = BUILD, owner: int | None = os.getpid(), dataplane: dict | None = None, host: str = "kind"):
        self.wire = wire
        self.outer = outer
        self.inner_mtu = mtu - OVERHEAD[outer]
        files = lines.for_paths(profiles, paths, build)
        self.host = HOSTS[host](paths, mtu, bool(files))
        self.directory = session.begin(owner, build, self.host.namespaces)
        with session.ended_on_failure():
            record.add("paths", paths)
            record.add("host", host)
            self.routers = {number: Router(number, self.directory / f"path{number}.wan" if files else None, self.host.router_ends)
                            for number in range(1, paths + 1)}
            self.host.make()
            self._emulators = [self._start_emulator(number, file, build) for number, file in enumerate(files, 1)]
            configuration.make_key(self.directory)
            mtus = [lines.mtu_of(file, mtu) for file in files] or [mtu] * paths
            for side in SIDES:
                interfaces = [self.host.interface(side, number) for number in self.routers]
                ends = [tuple(self.host.address(end, number, outer) for end in (side, OTHER[side])) for number in self.routers]
                configuration.write(self.directory, side, configuration.af_packet_ports(interfaces, mtus),
                                    configuration.routed_paths(interfaces, ends),
                                    tunnel={"wire": wire, **self.host.tunnel(side)}, dataplane=dataplane)
        self.gateways = [Gateway("edge", self.directory, build), Gateway("hub", self.directory, build)]
        self.edge, self.hub = self.gateways

    def _start_emulator(self, number: int, file: pathlib.Path, build: Build):
        """Its report goes to the run directory when it ends."""
        with (self.directory / f"path{number}-wan.json").open("w") as output, \
                (self.directory / f"path{number}-wan.log").open("w") as errors:
            process = emulator.start(f"path{number}", file, self.routers[number].wan, build, output, errors, seed=str(number))
        record.add("emulated", number)
        return process

    def __enter__(self):
        with session.ended_on_failure():
            for router in self.routers.values():
                router.prepare()
            self.start()
        return self

    def __exit__(self, *_):
        self.down()

    def start(self) -> None:
        run_both(*self.gateways)

    def wait_until_up(self) -> None:
        wait_until_up(*self.gateways)

    def wait_until_carried(self) -> None:
        """Every path has brought something to both sides since now. (A path counts as up a while after it fell
        silent, and a kernel takes up to a second to forward again after a link came back.)"""
        self.wait_for_copies(1, *self.routers)

    def wait_for_copies(self, count: int, *numbers: int) -> None:
        """Each of these paths has brought so many to both sides since now."""
        names = {f"path{number}" for number in numbers}
        self._wait_for_growth("copies by path", count, lambda gateway: {
            name: path["rx_copies"] for name, path in gateway.path_counters().items() if name in names})

    def let_pass(self, packets: int) -> None:
        """So many of the users' packets have come out of the tunnel at both sides since now."""
        self._wait_for_growth("packets delivered", packets, lambda gateway: {"": gateway.tunnel()["delivered_packets"]})

    def let_come(self, packets: int, *gateways: Gateway) -> None:
        """So many have been sealed since now, whatever became of them."""
        self._wait_for_growth("packets sealed", packets, lambda gateway: {"": gateway.tunnel()["sealed_packets"]}, gateways)

    def carrier(self, gateway: Gateway) -> str:
        """The path that carries what the gateway's users send, where one does."""
        before = gateway.path_counters()
        self.let_come(MORE_THAN_TWO_BURSTS, gateway)
        after = gateway.path_counters()
        return max(before, key=lambda name: after[name]["tx_copies"] - before[name]["tx_copies"])

    def _wait_for_growth(self, what: str, count: int, counted, gateways=()) -> None:
        gateways = gateways or self.gateways
        before = [counted(gateway) for gateway in gateways]

        def grew() -> bool:
            return all(now - then[name] >= count for gateway, then in zip(gateways, before)
                       for name, now in counted(gateway).items())
        wait_until(lambda: f"{count} {what} more than {before}: {[counted(gateway) for gateway in gateways]}", grew, seconds=30)

    def stream(self, **options):
        """One each way for the length of a `with` block."""
        return self.start_stream(**options).during()

    def send(self, count: int, **options) -> Stream:
        """One each way of so many packets; returns when all is over."""
        stream = self.start_stream(count=count, **options)
        try:
            stream.finish()
        finally:
            stream.kill()
        return stream

    def start_stream(self, **options) -> Stream:
        """One each way between users of the tunnel, or others that are named; whoever asks for it ends it."""
        return Stream(self.edge.build, **{"users": self.host.users, "losses": self.losses, **options})

    def losses(self) -> dict[str, int]:
        """What was dropped so far, by place and reason."""
        found: dict[str, int] = {}
        for gateway in self.gateways:
            found |= losses.of_gateway(gateway)
        for where in set(self.host.namespaces) - set(SIDES):
            found |= losses.of_kernel(where)
        return found

    def mend(self) -> None:
        """Back to what a test may expect: all paths whole, all processes running."""
        for router in self.routers.values():
            router.restore()
            router.link("up")
        self.start()

    def down(self) -> None:
        try:
            for gateway in self.gateways:
                gateway.stop()
        finally:
            session.end()
            for process in self._emulators:
                process.wait()
