"""Port sharding: each UDP port of a path brings its share of the sequence numbers, and each share has its worker."""
import signal

import pytest
from scapy.layers.inet import UDP
from scapy.layers.l2 import Ether

from judge.sealed import read_copy
from lab import namespace
from lab.capture import Wire
from lab.wait import wait_until

WORKERS = 2
ESP_PORT = 4500

pytestmark = pytest.mark.parametrize("lab, sharded", [
    ({"outer": "ipv4"}, {"edge": 1, "hub": 2}), ({"outer": "ipv6"}, {"edge": 2, "hub": 2})
], indirect=True, scope="module", ids=["at-the-hub-ipv4", "at-both-ipv6"])


def configure(gateway, shards, workers=WORKERS):
    with gateway.configuration() as content:
        content["dataplane"] |= {"workers": workers}
        # Few probes beside what is counted.
        content["tunnels"][gateway.far] |= {"shards": shards, "probe_interval": "1s"}


def tx_shards(gateway):
    return gateway.show("config")["config"]["tunnels"][gateway.far]["tx_shards"]


def wait_for_shards(gateway, shards):
    """Until the gateway knows how many ports its peer has, and its workers choose among them."""
    def in_use():
        workers = gateway.show("workers")
        return tx_shards(gateway) == shards and all(
            worker["generation"] == workers["generation"] for worker in workers["workers"])
    wait_until(lambda: f"{gateway.name} sends to {shards} ports, not {tx_shards(gateway)}: "
                       f"{gateway.log('control')[-1000:]}", in_use)


@pytest.fixture(scope="module")
def sharded(lab, request):
    """Two workers at each gateway, started anew; then as they were. Shards by gateway."""
    texts = {gateway: gateway.file.read_text() for gateway in lab.gateways}
    shards = request.param
    for gateway in lab.gateways:
        gateway.stop_for_good()
        configure(gateway, shards[gateway.name])
    lab.start()
    yield shards
    for gateway, text in texts.items():
        gateway.stop_for_good()
        gateway.file.write_text(text)
    lab.start()


@pytest.fixture(autouse=True)
def as_configured(lab, sharded):
    """Whatever a test changes is changed back; both know each other's number before and after."""
    texts = {gateway: gateway.file.read_text() for gateway in lab.gateways}
    lab.edge.start()
    lab.hub.start()
    for gateway in lab.gateways:
        wait_for_shards(gateway, sharded[gateway.far])
    yield
    for gateway, text in texts.items():
        if gateway.file.read_text() != text:
            gateway.file.write_text(text)
            gateway.reload()


def assert_streams_pass(lab):
    stream = lab.send(4000, rate=2000)
    stream.assert_perfect()


def test_every_packet_arrives_once(lab):
    assert_streams_pass(lab)
    stream = lab.send(1000, size=1200, version=6)
    stream.assert_perfect()


def test_copies_go_to_the_port_of_their_block_on_every_path(lab, to_hub):
    with Wire("path1", "edge") as first, Wire("path3", "edge") as third:
        namespace.run("edge", "ping", "-c", 200, "-i", 0.01, "-s", 500, "192.0.2.2")

        def pings_and_messages(wire):
            copies = [copy for frame in wire.frames()
                      if (copy := read_copy(frame, to_hub.spi, ports=range(ESP_PORT, ESP_PORT + 8)))]
            # Hellos and path probes are smaller, MTU probes larger.
            pings = [copy for copy in copies if 500 < len(copy.esp) < 700]
            messages = [copy for copy in copies if not 500 < len(copy.esp) < 700]
            return len(pings) >= 200 and messages and (pings, messages)
        seen = [wait_until("200 pings and a message", lambda: pings_and_messages(wire), every=0.5) for wire in (first, third)]
    ports = {}
    for pings, messages in seen:
        for copy in pings:
            assert copy.frame[UDP].dport == ESP_PORT + (copy.sequence >> 6) % 2, copy.sequence
            ports.setdefault(copy.sequence, set()).add(copy.frame[UDP].dport)
        assert {copy.frame[UDP].dport for copy in messages} == {ESP_PORT}
    assert all(len(both) == 1 for both in ports.values())
    assert {port for both in ports.values() for port in both} == {ESP_PORT, ESP_PORT + 1}


def test_only_who_asked_for_several_ports_is_sent_to_them(lab, sharded):
    with lab.edge.configuration() as content:
        edge_address = content["tunnels"]["hub"]["paths"]["path2"]["local"].rpartition(":")[0].strip("[]")
    with Wire("path2", "edge") as wire:
        assert_streams_pass(lab)
    towards = {"edge": set(), "hub": set()}
    for frame in wire.frames():
        packet = Ether(frame)
        if UDP in packet:
            towards["edge" if packet.payload.dst == edge_address else "hub"].add(packet[UDP].dport)
    for name, ports in towards.items():
        assert ports == set(range(ESP_PORT, ESP_PORT + sharded[name])), (name, ports)


def test_copies_of_a_packet_meet_at_one_worker(lab, sharded):
    """Thirty packets of one block of sequence numbers: whatever path they come by, one worker gets all of them."""
    assert {queues["chosen"] for queues in lab.hub.show("workers")["queues"].values()} == {"by shard"}
    seen = set()
    for _ in range(200):
        sequence = lab.edge.show("tunnels")["tunnels"][0]["next_sequence"]
        if sequence % 64 > 20 or sequence // 64 % WORKERS in seen:
            namespace.run("edge", "ping", "-c", 5, "-i", 0.002, "192.0.2.2")
            continue
        before = lab.hub.show("workers")["workers"]
        namespace.run("edge", "ping", "-c", 30, "-i", 0.002, "192.0.2.2")
        after = lab.hub.show("workers")["workers"]
        assert lab.edge.show("tunnels")["tunnels"][0]["next_sequence"] // 64 == sequence // 64
        owner = sequence // 64 % WORKERS
        for worker in range(WORKERS):
            for port, packets in after[worker]["ports"].items():
                came = packets - before[worker]["ports"][port]
                # Hellos and path probes go to the first port, and ARP anywhere.
                assert came >= 30 if worker == owner else came <= 10, (sequence, owner, before, after)
        seen.add(owner)
        if len(seen) == WORKERS:
            return
    raise AssertionError(f"no block began for the workers other than {seen}")


def test_both_workers_open_what_comes(lab):
    before = lab.hub.show("workers")["workers"]
    assert_streams_pass(lab)
    after = lab.hub.show("workers")["workers"]
    for worker in range(WORKERS):
        for port, packets in after[worker]["ports"].items():
            came = packets - before[worker]["ports"][port]
            assert 1900 <= came <= 2200, f"worker {worker} got {came} of 4000 copies by {port}"


def test_a_reload_to_more_and_to_fewer_ports_loses_nothing(lab):
    with lab.stream(rate=1000) as stream:
        for shards in (1, 4, 2, 8, 1):
            with lab.hub.configuration() as content:
                content["tunnels"]["edge"]["shards"] = shards
            printed = lab.hub.reload()
            assert f"-> {shards}" in printed and "restart" not in printed, printed
            wait_for_shards(lab.edge, shards)
            chosen = {queues["chosen"] for queues in lab.hub.show("workers")["queues"].values()}
            # Ports that were given up stay open for a while.
            assert chosen == {"by shard"}, chosen
            lab.let_pass(600)
    stream.assert_perfect()
    wait_until(lambda: f"the ports are closed: {lab.hub.show('config')}",
               lambda: lab.hub.show("config")["config"]["tunnels"]["edge"]["rx_shards"] == 1, seconds=15)
    wait_until(lambda: f"queues go by flow: {lab.hub.show('workers')}",
               lambda: {queues["chosen"] for queues in lab.hub.show("workers")["queues"].values()} == {"by flow"})
    assert_streams_pass(lab)


def test_a_peer_that_comes_back_with_another_number_is_followed(lab, sharded):
    for shards in (4, 1, sharded["hub"]):
        lab.hub.stop_for_good()
        configure(lab.hub, shards)
        lab.hub.start()
        lab.wait_until_up()
        wait_for_shards(lab.edge, shards)
        assert_streams_pass(lab)


def test_a_restart_of_control_forgets_nothing(lab):
    with lab.stream(rate=1000) as stream, Wire("path1", "edge") as wire:
        lab.let_pass(500)
        lab.edge.kill("control", signal.SIGKILL)
        lab.hub.kill("control", signal.SIGKILL)
        lab.let_pass(200)
        lab.edge.start("control")
        wait_until("control of edge answers", lambda: lab.edge.ropewalk("reload").returncode == 0)
        # The hub's control is dead and has told nobody anything.
        assert tx_shards(lab.edge) == 2
        lab.hub.start("control")
        lab.wait_until_up()
        assert tx_shards(lab.edge) == 2
        lab.let_pass(500)
    stream.assert_perfect()
    assert ESP_PORT + 1 in {Ether(frame)[UDP].dport for frame in wire.frames()[-500:] if UDP in Ether(frame)}


def test_a_path_that_takes_the_first_port_only_is_heard(lab):
    lab.routers[2].drop("udp dport 4501")
    stream = lab.send(3000)
    stream.assert_perfect()
    assert lab.edge.live_paths() == lab.hub.live_paths() == {"path1", "path2", "path3"}


def test_every_port_is_held_so_that_the_kernel_does_not_answer(lab, sharded):
    for gateway in lab.gateways:
        held = namespace.run(gateway.name, "ss", "-lunH").stdout
        for shard in range(sharded[gateway.name]):
            assert held.count(f":{ESP_PORT + shard} ") == 3, held
        assert f":{ESP_PORT + sharded[gateway.name]} " not in held, held
