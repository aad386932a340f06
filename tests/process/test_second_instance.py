"""A second process of the same name refuses to run and does not disturb the first."""
import signal

import pytest

from lab.place import RUNTIME
from lab.refusal import assert_refuses
from lab.wait import wait_until

pytestmark = pytest.mark.parametrize("lab", [{"paths": 2}], indirect=True, scope="module")


@pytest.mark.parametrize("part", ["control", "dataplane"])
def test_a_second_instance_refuses_and_the_first_goes_on(lab, part):
    with lab.stream(rate=1000) as stream:
        for _ in range(3):
            assert_refuses(lab.edge.command(part), "edge", str(lab.edge.pid(part)))
        lab.let_pass(300)
    stream.assert_perfect()
    assert lab.edge.runs(part)


def test_bad_configurations_do_not_disturb_the_running_gateway(lab):
    text = lab.edge.file.read_text()
    try:
        with lab.stream(rate=1000) as stream:
            for bad in ("", "gateway: {name: edge}\n", text.replace("edge-hub.key", "missing.key")):
                lab.edge.file.write_text(bad)
                assert_refuses(lab.edge.command("control"), problems=10)
                assert lab.edge.ropewalk("reload").returncode != 0
            lab.let_pass(300)
        stream.assert_perfect()
    finally:
        lab.edge.file.write_text(text)


def test_a_second_control_refuses_though_the_runtime_directory_was_emptied(lab):
    """The lock in /run/ropewalk is gone with the directory; the shared memory itself is held too."""
    before = lab.edge.pid("control")
    for left in RUNTIME.glob("edge.*"):
        left.unlink()
    assert_refuses(lab.edge.command("control"), "edge", str(before))
    lab.edge.kill("control", signal.SIGTERM)
    lab.edge.start("control")
    wait_until("edge's control listens again", (RUNTIME / "edge.sock").exists)


def test_a_second_dataplane_refuses_though_the_runtime_directory_was_emptied(lab):
    before = lab.edge.pid("dataplane")
    (RUNTIME / "edge.dataplane.lock").unlink(missing_ok=True)
    with lab.stream(rate=1000) as stream:
        assert_refuses(lab.edge.command("dataplane"), "edge", "running already", str(before))
        lab.let_pass(300)
    stream.assert_perfect()


def test_a_refused_instance_leaves_socket_and_memory_alone(lab):
    socket = RUNTIME / "edge.sock"
    assert socket.exists() and lab.edge.shared_memory.exists()
    assert_refuses(lab.edge.command("control"), "edge")
    assert socket.exists(), "the refused instance removed the running one's socket"
    assert lab.edge.ropewalk("show", "summary").returncode == 0
