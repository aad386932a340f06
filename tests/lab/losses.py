"""Where on the way of a stream packets were dropped: what a test that lost some is told."""
import json

from lab import namespace
from lab.failure import Failure


def of_gateway(gateway) -> dict[str, int]:
    """By reason, with what the kernel dropped before a worker saw it, and what its users' sockets had no room for."""
    try:
        shown = gateway.show("drops")["drops"] if gateway.shared_memory.exists() else []
    except Failure:
        shown = []
    found = {f"{gateway.name} {drop['reason']}": drop["packets"] for drop in shown}
    if shown:
        found |= {f"{gateway.name} {port['name']} rx_missed": port["rx_missed"] for port in gateway.show("ports")["ports"]
                  if "rx_missed" in port}
        found[f"{gateway.name} sealed"] = gateway.tunnel()["sealed_packets"]
        found[f"{gateway.name} delivered"] = gateway.tunnel()["delivered_packets"]
    return found | of_kernel(gateway.name)


def of_kernel(where: str) -> dict[str, int]:
    """Of a network namespace."""
    found = {}
    for interface in json.loads(namespace.ip(where, "-j", "-s", "link", "show")):
        for direction, counted in interface["stats64"].items():
            found[f"{where} {interface['ifname']} {direction} dropped"] = counted["dropped"]
    for version in ("", "6"):
        found[f"{where} udp{version} without room"] = _receive_buffer_errors(where, version)
    return found


def _receive_buffer_errors(where: str, version: str) -> int:
    if version == "6":
        lines = namespace.run(where, "cat", "/proc/net/snmp6").stdout.splitlines()
        return next((int(line.split()[1]) for line in lines if line.startswith("Udp6RcvbufErrors")), 0)
    names, values = [line.split() for line in namespace.run(where, "cat", "/proc/net/snmp").stdout.splitlines()
                     if line.startswith("Udp:")]
    return int(values[names.index("RcvbufErrors")])


def between(before: dict[str, int], after: dict[str, int]) -> dict[str, int]:
    """What grew."""
    return {name: count - before.get(name, 0) for name, count in after.items() if count != before.get(name, 0)}
