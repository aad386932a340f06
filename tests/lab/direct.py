"""Two gateways joined by wires without anything between, as fast as the kernel lets them be; and one wire beside them."""
import contextlib

from lab import configuration, namespace, session, wires
from lab.addresses import OTHER, SIDES, endpoint
from lab.capture import mac_of
from lab.gateway import Gateway, run_both
from lab.place import BUILD, Build

PATHS = (1, 2)
BARE = 3  # no gateway has a port on it
DRIVERS = ("af_packet", "af_xdp")


@contextlib.contextmanager
def direct_gateways(driver: str = DRIVERS[0], build: Build = BUILD):
    """aes-256-gcm, every packet on both paths, whose ports are driven by `driver`."""
    with session.kept_by_this_process(build, list(SIDES)) as directory:
        for wire in (*PATHS, BARE):
            wires.join("edge", f"wan{wire}", "hub", f"wan{wire}")
            for side in SIDES:
                namespace.ip(side, "address", "add", f"{address(side, wire)}/24", "dev", f"wan{wire}")
                namespace.ip(side, "link", "set", f"wan{wire}", "up")
        configuration.make_key(directory)
        for side in SIDES:
            ports = {f"wan{path}": {"driver": driver, "interface": f"wan{path}"} for path in PATHS}
            configuration.write(directory, side, ports, {f"path{path}": _path(side, path) for path in PATHS})
        edge, hub = (Gateway(side, directory, build) for side in SIDES)
        run_both(edge, hub)
        yield edge, hub


def address(side: str, wire: int) -> str:
    return f"198.18.{wire}.{SIDES.index(side) + 1}"


def _path(side: str, number: int) -> dict:
    far = OTHER[side]
    # AF_XDP takes all frames, so the kernel would find no neighbour.
    return {"port": f"wan{number}", "local": endpoint(address(side, number)), "peer": endpoint(address(far, number)),
            "next_hop": mac_of(far, f"wan{number}")}
