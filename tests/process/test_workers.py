"""Several workers, with queues of their own, with one queue for all, and as the configuration places them."""
import subprocess

import pytest

from lab.place import BUILD

PLACEMENTS = {
    "a queue each": {},
    "one queue dealt out": {"wan1": [0], "wan2": [1], "wan3": [1]},
    "one worker receives": {"wan1": [1], "wan2": [1], "wan3": [1]},
}


def give_workers(gateway, workers, queues):
    with gateway.configuration() as content:
        content["dataplane"] |= {"workers": workers}
        for port, listed in queues.items():
            content["ports"][port]["queues"] = listed


@pytest.fixture(scope="module", params=PLACEMENTS, ids=lambda name: name.replace(" ", "-"))
def placed(lab, request):
    """Both gateways started anew with two workers, then as they were."""
    texts = {gateway: gateway.file.read_text() for gateway in lab.gateways}
    for gateway in lab.gateways:
        gateway.stop_for_good()
        give_workers(gateway, 2, PLACEMENTS[request.param])
    lab.start()
    yield request.param
    for gateway, text in texts.items():
        gateway.stop_for_good()
        gateway.file.write_text(text)
    lab.start()


def assert_perfect(stream, placed) -> None:
    """A worker that another deals to, and that the machine gives no CPU, has a ring of 1023 copies: beyond that they are
    dropped by name."""
    if placed == "a queue each":
        stream.assert_perfect()
    else:
        stream.assert_lost_only_as("worker_busy", copies=3)


def test_every_packet_arrives_once(lab, placed):
    assert_perfect(lab.send(4000, rate=2000), placed)
    assert_perfect(lab.send(1000, size=1200, version=6), placed)
    for gateway in lab.gateways:
        workers = gateway.show("workers")["workers"]
        assert len(workers) == 2, workers
        # Where each has a queue, the flows of a test may all be one worker's.
        assert placed == "a queue each" or all(worker["busy_cycles"] > 0 for worker in workers), workers


def test_a_flow_of_the_users_stays_with_one_worker(lab, placed):
    if placed != "one worker receives":
        pytest.skip("only there all that worker 0 takes comes from rw0")
    before = lab.edge.show("workers")["workers"][0]["packets"]
    assert_perfect(lab.send(1500), placed)
    taken = lab.edge.show("workers")["workers"][0]["packets"] - before
    assert taken < 50 or taken >= 1500, f"worker 0 took {taken} of the flow's 1500 packets"


def test_a_dataplane_killed_under_load_comes_back_with_nothing_twice(lab, placed):
    with lab.stream(rate=1000) as stream:
        lab.let_pass(300)
        lab.hub.kill("dataplane")
        lab.hub.start("dataplane")
        lab.let_pass(300)
    stream.assert_nothing_twice()
    lab.wait_until_up()


def test_show_workers_prints_the_placement(lab, placed):
    queues = lab.edge.show("workers")["queues"]
    for port in ("wan1", "wan2", "wan3"):
        listed = PLACEMENTS[placed].get(port, [0, 1])
        assert [queue["worker"] for queue in queues[port]["receive"]] == listed, queues
        dealt = [[0, 1]] if len(listed) == 1 else [[0], [1]]
        assert [queue["dealt_to"] for queue in queues[port]["receive"]] == dealt, queues
        assert queues[port]["transmit"] == [[0], [1]], queues
    text = lab.edge.ropewalk("show", "workers").stdout
    assert "polled by worker" in text and "copies dealt to workers" in text, text


def test_a_queue_without_a_worker_is_refused(lab):
    text = lab.edge.file.read_text()
    give_workers(lab.edge, 2, {"wan2": [0, 2]})
    refusal = subprocess.run([BUILD.ropewalk, "check", lab.edge.file], capture_output=True, text=True)
    lab.edge.file.write_text(text)
    assert refusal.returncode == 1, refusal
    assert "ports.wan2.queues[1]: found worker 2, so that queue 1 would have no worker" in refusal.stderr, refusal.stderr
    assert "allowed: 0 to 1 (dataplane.workers is 2)" in refusal.stderr, refusal.stderr
