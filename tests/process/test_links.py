"""A link that is lost is seen and named within seconds, and the traffic does not notice."""
import signal

from lab.wait import wait_until

# A look a second, and the kernel takes up to one to say that a carrier came or went.
SECONDS = 3


def ports(gateway) -> dict[str, dict]:
    return {port["name"]: port for port in gateway.show("ports")["ports"]}


def links(gateway) -> dict[str, str]:
    return {name: port["link"] for name, port in ports(gateway).items()}


def wait_for_link(gateway, port: str, state: str) -> None:
    """Of all the gateway's links only this one is not up, if that."""
    expected = {name: "up" for name in links(gateway)} | {port: state}
    wait_until(lambda: f"links of {gateway.name} are {expected}, not {links(gateway)}",
               lambda: links(gateway) == expected, seconds=SECONDS)


def test_a_port_shows_its_device(lab):
    for gateway in lab.gateways:
        wait_for_link(gateway, "wan1", "up")
        port = ports(gateway)["wan1"]
        assert (port["side"], port["driver"], port["device_driver"]) == ("wan", "af_packet", None)
        assert port["address"].count(":") == 5 and port["speed_mbit"] > 0
        assert "port wan1: link is up, " in gateway.log("dataplane")
        assert port["address"] in gateway.ropewalk("show", "ports").stdout


def test_a_link_that_goes_and_comes_back(lab):
    before = {gateway.name: ports(gateway) for gateway in lab.gateways}
    with lab.stream(rate=500) as stream:
        for state in ("down", "up"):
            lab.routers[1].link(state)
            for gateway in lab.gateways:
                wait_for_link(gateway, "wan1", state)
    stream.assert_perfect()
    for gateway in lab.gateways:
        changes = {name: port["changes"] - before[gateway.name][name]["changes"] for name, port in ports(gateway).items()}
        assert changes == {name: 2 if name == "wan1" else 0 for name in changes}
        assert "port wan1: link is down: interface wan1 has no carrier" in gateway.log("dataplane")


def test_without_a_dataplane_nobody_knows(lab):
    before = ports(lab.edge)
    lab.edge.kill("dataplane", signal.SIGTERM)
    assert set(links(lab.edge).values()) == {"unknown"}
    lab.edge.start("dataplane")
    lab.wait_until_up()
    wait_for_link(lab.edge, "wan1", "up")
    assert {name: port["changes"] for name, port in ports(lab.edge).items()} == {
        name: port["changes"] for name, port in before.items()}
