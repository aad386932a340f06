"""Keys stand where they are used, and nowhere else when they are no more."""
import base64
import os

import pytest

from judge import memory
from judge.sealed import derive
from lab.place import RUNTIME
from lab.wait import wait_until

pytestmark = pytest.mark.parametrize("lab", [{"paths": 2}], indirect=True, scope="module")

PARTS = ("control", "dataplane")


def derived_keys(gateway) -> dict[str, bytes]:
    return {way: derive(gateway.key_file, *ends).key
            for way, ends in {"to hub": ("edge", "hub"), "to edge": ("hub", "edge")}.items()}


def places_of(gateway, keys: dict[str, bytes]) -> dict[str, list[str]]:
    """Where they stand in the gateway's processes."""
    return {f"{part}, {what}": found for part in PARTS for what, key in keys.items()
            if (found := memory.places(gateway.pid(part), key))}


def change_key(lab) -> None:
    lab.edge.key_file.write_bytes(base64.b64encode(os.urandom(32)) + b"\n")
    for gateway in lab.gateways:
        gateway.reload()
    lab.wait_until_up()


def test_a_key_that_was_replaced_is_nowhere_any_more(lab):
    former = derived_keys(lab.edge)
    text = lab.edge.key_file.read_text().strip()
    secrets = {"the static key": base64.b64decode(text), "its base64": text.encode()}
    shown = places_of(lab.edge, former)
    assert {f"{part}, {way}" for part in PARTS for way in former} == set(shown), "the test sees keys that are in use"
    assert not places_of(lab.edge, secrets), "what keys are derived from is not needed any more"

    change_key(lab)
    # The last to hold them is a slot of the shared memory, until both sides have moved on.
    wait_until(lambda: f"the former keys are gone: {places_of(lab.edge, former)}", lambda: not places_of(lab.edge, former))
    assert len(places_of(lab.edge, derived_keys(lab.edge))) == 4
    lab.send(500).assert_perfect()


@pytest.mark.parametrize("part", PARTS)
def test_memory_goes_to_no_disk(lab, part):
    pid = lab.edge.pid(part)
    assert memory.limit(pid, "Max core file size") == ("0", "0")
    assert int(memory.status(pid, "VmLck").split()[0]) >= int(memory.status(pid, "RssAnon").split()[0])


def test_when_both_have_stopped_no_key_is_left_and_the_rest_is(lab):
    keys = derived_keys(lab.edge)
    before = lab.edge.show("paths")["paths"]
    lab.edge.stop()
    left = lab.edge.shared_memory.read_bytes()
    assert not [way for way, key in keys.items() if key in left]
    after = lab.edge.show("paths")["paths"]
    assert [path["name"] for path in after] == [path["name"] for path in before]
    assert sum(path["rx_copies"] for path in after) >= sum(path["rx_copies"] for path in before) > 0

    already = len(lab.edge.log("dataplane"))
    lab.edge.start("dataplane")
    lab.edge.wait_for_log("dataplane", "waiting for ropewalk-control", after=already)
    lab.edge.start("control")
    lab.wait_until_up()
    lab.send(500).assert_perfect()


def test_control_that_stops_alone_leaves_the_dataplane_its_keys(lab):
    lab.edge.kill("control", 15)
    lab.edge.kill("dataplane")
    lab.edge.start("dataplane")
    wait_until("the dataplane runs with what control left",
               lambda: lab.edge.show("paths")["dataplane"]["state"] == "running")
    assert not (RUNTIME / "edge.sock").exists()
    lab.edge.start("control")
    lab.wait_until_up()
