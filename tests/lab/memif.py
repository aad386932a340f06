"""Two gateways that the kernel has no part in: joined by memif, and open by memif to a generator in the place of their users."""
import contextlib
import pathlib

from lab import configuration, hugepages, session
from lab.addresses import ESP_PORT, OTHER, SIDES
from lab.gateway import Gateway, run_both
from lab.place import BUILD, Build

ADDRESS = "02:00:00:00:00:01"  # of each gateway on its own inside; they do not see each other
ROUTER = "02:00:00:00:00:02"  # whom they send to there: the generator, which takes everything
LARGEST_PACKET = 1430  # bytes, what fits into paths of 1500
SITES = {"edge": ["198.18.0.0/24", "2001:db8:18::/48"], "hub": ["198.19.0.0/24", "2001:db8:19::/48"]}


@contextlib.contextmanager
def memif_gateways(copies: int, cpu: int, build: Build = BUILD, hugepages_mebibytes: int = 0):
    """AES-256-GCM, a path and a memif for each copy, all processes on one CPU; that much on hugepages, if there can be. Once
    all paths are up both controls are stopped: gateways go on as they are, and few messages mix with the packets that are
    counted, for probes are rare."""
    with session.kept_by_this_process(build, list(SIDES)) as directory:
        hugepages.reserve_for_lab(hugepages_mebibytes)
        configuration.make_key(directory)
        # Each sees for itself what is free; that must not be the same pages.
        enough = hugepages.free_mebibytes() >= 2 * memory_mebibytes(copies)
        for side in SIDES:
            _configure(directory, side, copies, enough)
        edge, hub = (Gateway(side, directory, build, cpu) for side in SIDES)
        run_both(edge, hub)
        for gateway in (edge, hub):
            gateway.kill("control")
        yield edge, hub


def memory_mebibytes(copies: int) -> int:
    """Packet memory of one gateway, on ordinary pages if need be: queues of each port, and what a worker holds."""
    return 48 + 16 * copies


def inside_socket(gateway: Gateway) -> pathlib.Path:
    return _inside_socket(gateway.file.parent, gateway.name)


def _inside_socket(directory: pathlib.Path, side: str) -> pathlib.Path:
    return directory / f"{side}-inside.sock"


def port_options(edge: Gateway, hub: Gateway, address: str = ADDRESS) -> list[str]:
    """What tells ropewalk-perf where to send and to receive, and to which Ethernet address."""
    devices = (f"net_memif{number},role=client,id=0,socket={inside_socket(gateway)},socket-abstract=no"
               for number, gateway in enumerate((edge, hub)))
    return ["--tx-port", next(devices), "--rx-port", next(devices), "--next-hop", address]


def _configure(directory: pathlib.Path, side: str, copies: int, on_hugepages: bool) -> None:
    number = {name: place for place, name in enumerate(SIDES, 1)}
    # The hub is the client of all paths and waits for the edge, whichever is first.
    role = "server" if side == "edge" else "client"
    ports = {"users": {"driver": "memif", "socket": str(_inside_socket(directory, side)), "role": "server", "mac": ADDRESS}}
    ports |= {f"wan{path}": {"driver": "memif", "socket": f"{directory}/wan{path}.sock", "role": role} for path in range(copies)}
    paths = {f"path{path}": {"port": f"wan{path}", "local": f"203.0.{path}.{number[side]}:{ESP_PORT}",
                             "peer": f"203.0.{path}.{number[OTHER[side]]}:{ESP_PORT}", "next_hop": f"02:00:00:00:01:0{path}"}
             for path in range(copies)}
    # Two that spin on one CPU would take it from each other for whole time slices.
    dataplane = {"memory": f"{memory_mebibytes(copies)}MiB", "hugepages": "required" if on_hugepages else "off", "idle": "adaptive"}
    configuration.write(directory, side, ports, paths, inside={"port": "users", "next_hop": ROUTER},
                        tunnel={"prefixes": SITES[OTHER[side]], "probe_interval": "1s"}, dataplane=dataplane)
