"""Both gateways and the paths between them."""
import os
import pathlib
import subprocess

from lab.gateway import Gateway
from lab.place import BUILD, ROOT
from lab.router import Router
from lab.stream import Stream
from lab.wait import wait_until


# The largest inner packets: outer MTU less headers, trailer and ICV.
OVERHEAD = {"ipv4": 70, "ipv6": 90}


class Lab:
    """Made by scripts/lab, which also takes it away, be it after a crash of this program. Paths count from 1. Up and
    carrying inside the `with` block. `profile` names what kind of line each path is, one word for all or one a path;
    without it they are plain wires, without an emulator."""

    def __init__(self, paths: int = 3, mtu: int = 1500, outer: str = "ipv4", wire: str = "ropewalk", profile: str = ""):
        made = self._script("up", "--wires-only", "--paths", paths, "--mtu", mtu, "--outer", outer, "--wire", wire,
                            "--build", BUILD, *profile.split())
        self.wire = wire
        self.inner_mtu = mtu - OVERHEAD[outer]
        self.directory = pathlib.Path(made.splitlines()[-1])
        self.gateways = [Gateway("edge", self.directory), Gateway("hub", self.directory)]
        self.edge, self.hub = self.gateways
        self.routers = {number: Router(number, self.directory / f"path{number}.wan" if profile else None)
                        for number in range(1, paths + 1)}
        for router in self.routers.values():
            router.prepare()

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            self.down()
            raise
        return self

    def __exit__(self, *_):
        self.down()

    @staticmethod
    def _script(command: str, *options) -> str:
        done = subprocess.run([ROOT / "scripts" / "lab", command, *map(str, options), "--owner", str(os.getpid())],
                              capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, f"scripts/lab {command}: {done.stdout}{done.stderr}"
        return done.stdout

    def start(self) -> None:
        for gateway in self.gateways:
            gateway.start()
        self.wait_until_up()

    def wait_until_up(self) -> None:
        for gateway in self.gateways:
            gateway.wait_for_paths(*gateway.path_names())

    def wait_until_carried(self) -> None:
        """Every path has brought something to both sides since now. (A path counts as up a while after it fell
        silent, and a kernel takes up to a second to forward again after a link came back.)"""
        before = [gateway.path_counters() for gateway in self.gateways]

        def all_grew():
            return all(now["rx_copies"] > then[name]["rx_copies"] for gateway, then in zip(self.gateways, before)
                       for name, now in gateway.path_counters().items())
        wait_until("every path carries", all_grew, seconds=5)

    def stream(self, **options) -> Stream:
        return Stream(**options)

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
            self._script("down")
