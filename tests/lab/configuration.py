"""The YAML of a lab's gateway, and the key that both share."""
import base64
import os
import pathlib

import yaml

from lab.addresses import INSIDE, INSIDE_INTERFACE, OTHER, endpoint

KEY_FILE = "edge-hub.key"


def make_key(directory: pathlib.Path) -> None:
    file = directory / KEY_FILE
    file.touch(mode=0o600)
    file.write_bytes(base64.b64encode(os.urandom(32)) + b"\n")


def write(directory: pathlib.Path, side: str, ports: dict, paths: dict, inside: dict | None = None, tunnel: dict | None = None,
          dataplane: dict | None = None) -> None:
    """Ports and paths as the file has them; `tunnel` and `dataplane` say more, `inside` what is not rw0. A machine that is
    busy with other things may leave a worker without a CPU for seconds, which must not look like loss."""
    far = OTHER[side]
    content = {
        "gateway": {"name": side, "state_dir": f"{directory}/{side}-state"},
        "dataplane": {"max_age": "60s", **(dataplane or {})},
        "ports": ports,
        "inside": inside or {"interface": INSIDE_INTERFACE, "addresses": [f"{INSIDE[4][side]}/24", f"{INSIDE[6][side]}/64"]},
        "tunnels": {far: {"key_file": KEY_FILE, "prefixes": [f"{INSIDE[4][far]}/32", f"{INSIDE[6][far]}/128"], **(tunnel or {}),
                          "paths": paths}},
    }
    # A port and a path a line.
    (directory / f"{side}.yaml").write_text(yaml.safe_dump(content, sort_keys=False, default_flow_style=None, width=1000))


def af_packet_ports(interfaces: list[str], mtus: list[int]) -> dict:
    """Each with the smallest MTU of the paths that have it. `interfaces` and `mtus` are those of the paths."""
    return {name: {"driver": "af_packet", "interface": name,
                   "mtu": f"{min(mtu for interface, mtu in zip(interfaces, mtus) if interface == name)}B"}
            for name in dict.fromkeys(interfaces)}


def routed_paths(interfaces: list[str], ends: list[tuple[str, str]]) -> dict:
    """Between two addresses each, the nearer one first."""
    return {f"path{number}": {"id": number, "port": interface, "local": endpoint(local), "peer": endpoint(peer)}
            for number, (interface, (local, peer)) in enumerate(zip(interfaces, ends), 1)}
