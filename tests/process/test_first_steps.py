"""docs/first-steps.md, read from top to bottom: every command is run where its block says, on machines that have nothing but
their addresses, their routes and a firewall that lets nothing in."""
import json
import pathlib
import re

import pytest
from pages import blocks

from lab import namespace, session, wires
from lab.machine import Machine
from lab.place import BUILD, ROOT
from lab.wait import wait_until

pytestmark = pytest.mark.skipif(BUILD.directory != ROOT / "build", reason="what is installed is what stands in build/")

PAGE = pathlib.Path("docs/first-steps.md")
PLACES = {"edge": ("edge",), "hub": ("hub",), "both": ("edge", "hub"), "a host of the LAN": ("host",)}

# As in Debian's /etc/nftables.conf, but that nothing comes in that was not asked for.
FIREWALL = """
table inet filter {
  chain input {
    type filter hook input priority filter; policy drop;
    iif lo accept
    ct state established,related accept
  }
  chain forward { type filter hook forward priority filter; policy drop; }
  chain output { type filter hook output priority filter; }
}
"""

# There is no sshd. This takes a file to the address that the hub has, and to no other.
SCP = """#!/bin/sh -e
[ "$1" = -p ]
to=${3#root@198.51.100.2:}
[ "$to" != "$3" ]
exec nsenter --mount=MOUNTS install -m "$(stat -c %a "$2")" /dev/stdin "$to" <"$2"
"""


def make_network() -> None:
    """As the page draws it, with one router for all of the Internet."""
    for where, interface, address, router in (("edge", "eth1", "203.0.113.2/26", "203.0.113.1"),
                                              ("edge", "eth2", "203.0.113.66/26", "203.0.113.65"),
                                              ("hub", "eth1", "198.51.100.2/24", "198.51.100.1")):
        far = f"{where}-{interface}"
        wires.join(where, interface, "internet", far)
        for machine, name, own in ((where, interface, address), ("internet", far, f"{router}/{address.partition('/')[2]}")):
            namespace.ip(machine, "address", "add", own, "dev", name)
            namespace.ip(machine, "link", "set", name, "up")
        metric = 100 * int(interface.removeprefix("eth"))
        namespace.ip(where, "route", "add", "default", "via", router, "dev", interface, "metric", metric)
    wires.join("edge", "eth0", "host", "eth0")
    for machine, address in (("edge", "198.18.1.1/24"), ("host", "198.18.1.10/24")):
        namespace.ip(machine, "address", "add", address, "dev", "eth0")
        namespace.ip(machine, "link", "set", "eth0", "up")


@pytest.fixture
def machines(tmp_path):
    with session.kept_by_this_process(BUILD, ["edge", "hub", "host", "internet"]) as directory:
        make_network()
        namespace.set_kernel("internet", "net.ipv4.ip_forward=1")
        commands = tmp_path / "commands"
        commands.mkdir()
        found = {name: Machine(name, directory, commands) for name in ("edge", "hub", "host")}
        for name in ("edge", "hub"):
            # A namespace has some settings from the machine around it.
            namespace.set_kernel(name, "net.ipv4.ip_forward=0", "net.ipv6.conf.all.forwarding=0",
                                 *(f"net.ipv4.conf.{which}.rp_filter=1" for which in ("all", "default")))
            namespace.run(name, "nft", "-f", "-", input=FIREWALL)
        scp = commands / "scp"
        scp.write_text(SCP.replace("MOUNTS", found["hub"].mounts))
        scp.chmod(0o755)
        yield found
    for machine in found.values():
        machine.wait()


def steps() -> list[tuple[str, str]]:
    """Where and what, a block each, in the page's order; a file is a command that writes it."""
    found = []
    for block in blocks(PAGE):
        first, _, rest = block.text.partition("\n")
        if block.language == "yaml":
            file, place = re.fullmatch(r"# (/\S+) on (\w+)", first).groups()
            found.append((place, f"cat >{file} <<'END'\n{block.text}END"))
        elif block.language == "sh":
            found.append((first.removeprefix("# on "), rest))
    return found


def wait_until_up(machine: Machine) -> None:
    """As somebody who looks again and again."""
    def states() -> list[str]:
        shown = json.loads(machine.must_run("ropewalk show paths --json"))
        return [path["state"] for gateway in shown["gateways"] for path in gateway["paths"]]
    wait_until(lambda: f"both paths of {machine.name} are up: {machine.log()[-3000:]}",
               lambda: states() == ["up", "up"], seconds=20)


def walk(machines: dict[str, Machine], until: str = "") -> None:
    """Up to the block that holds these words, which is not run; to the end when there are none."""
    for place, script in steps():
        if until and until in script:
            return
        if "ping" in script:
            wait_until_up(machines["edge"])
            wait_until_up(machines["hub"])
        for name in PLACES[place]:
            said = machines[name].must_run(script)
            for line in filter(lambda line: "packets transmitted" in line, said.splitlines()):
                assert ", 0% packet loss" in line and "duplicates" not in line, said
    assert not until, f"no block of {PAGE} holds '{until}'"


def ping_is_answered(machine: Machine, address: str) -> bool:
    return ", 0% packet loss" in machine.run(f"ping -c 10 -i 0.1 {address}").stdout


def counted(machine: Machine, chain: str) -> int:
    """By the only counter of that chain."""
    return int(re.search(r"counter packets (\d+)", machine.must_run(f"nft list chain inet filter {chain}"))[1])


def test_from_the_clone_to_ping(machines):
    walk(machines)
    edge, hub = machines["edge"], machines["hub"]
    for machine in (edge, hub):
        shown = machine.must_run("ropewalk")
        assert "2 of 2" in shown and "!" not in shown and "note" not in shown, shown

    # What the page says of firewalls: one that drops all copies drops none,
    hub.must_run("nft insert rule inet filter input udp dport 4500 counter drop\n"
                 "nft insert rule inet filter output udp dport 4500 counter drop")
    assert ping_is_answered(edge, "192.0.2.2")
    assert counted(hub, "output") == 0
    assert counted(hub, "input") > 0, "the kernel looks at copies, too, beside the packet socket"
    # and one that rejects answers them, unless it drops them before.
    hub.must_run("nft flush chain inet filter output\n"
                 "nft add rule inet filter output icmp type destination-unreachable counter\n"
                 "nft add rule inet filter input reject")
    assert ping_is_answered(edge, "192.0.2.2")
    assert counted(hub, "output") == 0
    hub.must_run("nft flush chain inet filter input\n"
                 "nft add rule inet filter input iifname rw0 accept\n"
                 "nft add rule inet filter input reject")
    assert ping_is_answered(edge, "192.0.2.2")
    wait_until("the kernel answers copies", lambda: counted(hub, "output") > 0)

    # Either WAN alone carries all.
    namespace.ip("internet", "link", "set", "edge-eth1", "down")
    assert ping_is_answered(machines["host"], "192.0.2.2")


def test_forwarding_off_is_said_by_check_and_by_control(machines):
    walk(machines, until="ip_forward")
    checked = machines["edge"].must_run("ropewalk check --keys /etc/ropewalk/edge.yaml")
    assert "net.ipv4.ip_forward is 0: hosts of 198.18.1.0/24 on eth0" in checked, checked
    assert "sysctl -w net.ipv4.ip_forward=1" in checked, checked
    edge = machines["edge"]
    edge.must_run("ropewalk-control --config /etc/ropewalk/edge.yaml &\nropewalk-dataplane edge &")
    wait_until(lambda: f"a note of forwarding: {edge.log()[-3000:]}",
               lambda: "note: net.ipv4.ip_forward is 0" in edge.must_run("ropewalk"))
    assert edge.log().count("info: net.ipv4.ip_forward is 0") == 1, edge.log()
    edge.must_run("sysctl -w net.ipv4.ip_forward=1")
    wait_until("the note goes when forwarding is on", lambda: "note:" not in edge.must_run("ropewalk"))


def test_a_key_without_its_folder(machines):
    refused = machines["edge"].run(f"{BUILD.ropewalk} genkey /etc/ropewalk/edge-hub.key")
    assert refused.returncode == 1
    advice = re.search(r"install -d -m 700 /etc/ropewalk", refused.stdout)
    assert advice, refused.stdout
    machines["edge"].must_run(f"{advice[0]}\n{BUILD.ropewalk} genkey /etc/ropewalk/edge-hub.key")
