"""What an operator can get wrong: each gets one clear sentence and a non-zero exit, and disturbs nobody."""
import contextlib
import copy
import time

import pytest

from judge.sealed import derive
from lab import namespace
from lab.lab import Lab
from lab.place import BUILD
from lab.refusal import assert_refuses


@pytest.fixture(scope="module")
def wires():
    """A lab whose gateways do not run."""
    lab = Lab(paths=1)
    try:
        yield lab
    finally:
        lab.down()


@pytest.fixture
def edge(wires):
    """Its configuration is whole again afterwards, its processes are stopped."""
    text = wires.edge.file.read_text()
    key = wires.edge.key_file.read_text()
    yield wires.edge
    wires.edge.stop_for_good()
    wires.edge.file.write_text(text)
    wires.edge.key_file.write_text(key)
    wires.edge.key_file.chmod(0o600)


def control_refuses(gateway, *fragments: str, problems: int = 1) -> None:
    assert_refuses(gateway.command("control"), *fragments, problems=problems)
    assert not gateway.shared_memory.exists(), "a refused configuration left shared memory"


# --- YAML

@pytest.mark.parametrize("content,fragment", [
    (b"", "empty"),
    (b"\n# only a comment\n", "empty"),
    (bytes(range(256)) * 20, "edge.yaml"),
    (b"\xff\xfe" + "gateway".encode("utf-16-le"), "edge.yaml"),
    (b"gateway: [unclosed", "edge.yaml:"),
    (b"just a word", "edge.yaml"),
    (b"a: &a [*a, *a]\n", "edge.yaml"),
], ids=["empty", "comment", "binary", "utf16", "unclosed", "scalar", "alias"])
def test_yaml_that_is_none(edge, content, fragment):
    edge.file.write_bytes(content)
    control_refuses(edge, fragment, problems=10)


@pytest.mark.parametrize("content", [b"a" * (64 << 20), b"- " * 200_000, b"[" * 200_000,
                                     b"gateway: {name: edge}\n" + b"# padding\n" * (1 << 20)],
                         ids=["one-long-word", "nested-lists", "nested-brackets", "padding"])
def test_huge_yaml(edge, content):
    edge.file.write_bytes(content)
    began = time.monotonic()
    control_refuses(edge, "edge.yaml", problems=10)
    assert time.monotonic() - began < 5


def test_yaml_file_that_is_not_there(edge):
    assert_refuses([BUILD.control, "--config", "/nonexistent/edge.yaml"], "/nonexistent/edge.yaml")
    assert_refuses([BUILD.ropewalk, "check", "/nonexistent/edge.yaml"], "/nonexistent/edge.yaml")


def test_yaml_file_that_is_a_directory(edge):
    assert_refuses([BUILD.control, "--config", edge.file.parent], str(edge.file.parent))


def test_contradictions_are_all_named_at_once_with_their_lines(edge):
    with edge.configuration() as content:
        tunnel = content["tunnels"]["hub"]
        tunnel["cipher"] = "rot13"
        tunnel["paths"]["path1"]["port"] = "wan7"
        tunnel["paths"]["path1"]["mtuu"] = "1500B"
        tunnel["peer"] = "edge"
    control_refuses(edge, "edge.yaml:", "rot13", "aes-256-gcm", "wan7", "mtuu", "mtu", problems=6)


def test_two_tunnels_with_one_prefix(edge):
    with edge.configuration() as content:
        second = copy.deepcopy(content["tunnels"]["hub"])
        second["peer"] = "depot"
        second["paths"]["path1"].update(peer="198.51.100.10:4501", local="203.0.113.10:4501")
        content["tunnels"]["depot"] = second
    control_refuses(edge, "192.0.2.2/32", "hub", "depot", problems=4)


def test_check_says_the_same_offline(edge):
    with edge.configuration() as content:
        content["tunnels"]["hub"]["cipher"] = "rot13"
    assert_refuses([BUILD.ropewalk, "check", edge.file], "edge.yaml:", "rot13", "aes-256-gcm")


def test_show_of_a_gateway_that_is_not_there():
    done = assert_refuses([BUILD.ropewalk, "show", "summary", "--gateway", "nobody"], "nobody")
    assert done.returncode == 1


# --- key files

@pytest.mark.parametrize("content", ["", "c2hvcnQ=\n", "not base64 at all!\n", "A" * 100_000],
                         ids=["empty", "short", "not-base64", "long"])
def test_key_file_with_the_wrong_content(edge, content):
    edge.key_file.write_text(content)
    control_refuses(edge, "edge-hub.key")


def test_key_file_that_is_missing(edge):
    edge.key_file.rename(edge.key_file.with_suffix(".away"))
    try:
        control_refuses(edge, "edge-hub.key")
    finally:
        edge.key_file.with_suffix(".away").rename(edge.key_file)


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604])
def test_key_file_that_others_can_read(edge, mode):
    edge.key_file.chmod(mode)
    control_refuses(edge, "edge-hub.key", f"{mode:o}"[-3:], "600")


# --- ports

def dataplane_refuses(edge, *fragments: str) -> None:
    edge.start("control")
    edge.wait_for_shared_memory()
    assert_refuses(edge.command("dataplane"), *fragments)
    assert edge.runs("control"), "control must outlive a dataplane that refuses"


def test_port_whose_interface_does_not_exist(edge):
    """It may come yet, so that nobody is refused."""
    with edge.configuration() as content:
        content["ports"]["wan1"]["interface"] = "wan77"
    edge.start()
    edge.wait_for_log("dataplane", "port wan1: link is down: no interface wan77 here")
    edge.wait_for_log("dataplane", "running with 1 worker")
    edge.must_run()


def test_port_whose_pci_device_does_not_exist(edge):
    with edge.configuration() as content:
        content["ports"]["wan1"] = {"driver": "pci", "device": "0000:ff:1f.7"}
        content["tunnels"]["hub"]["paths"]["path1"]["next_hop"] = "02:00:00:00:00:01"
    dataplane_refuses(edge, "wan1", "0000:ff:1f.7")


def test_inside_interface_that_is_somebody_elses(edge):
    namespace.run("edge", "ip", "tuntap", "add", "rw0", "mode", "tun")
    try:
        dataplane_refuses(edge, "rw0")
    finally:
        namespace.run("edge", "ip", "link", "del", "rw0")


def test_hugepages_required_but_not_there(edge):
    with edge.configuration() as content:
        content["dataplane"] |= {"hugepages": "required", "memory": "64GiB"}
    dataplane_refuses(edge, "hugepages", "required")


# --- the machine

@contextlib.contextmanager
def held_tunnel(edge, *fragments: str):
    """The dataplane runs, sends nothing on its tunnel and says why; it sends when the block has mended that."""
    seen = len(edge.log("dataplane"))
    edge.start()
    edge.wait_for_log("dataplane", "tunnel hub sends nothing: ", after=seen)
    line = next(line for line in edge.log("dataplane")[seen:].splitlines() if "sends nothing" in line)
    for fragment in fragments:
        assert fragment in line
    assert edge.tunnel()["sending"] != "fine"
    yield
    edge.wait_for_log("dataplane", "tunnel hub: its sequence numbers are recorded, it sends", after=seen)
    assert edge.tunnel()["sending"] == "fine"


def test_a_clock_that_stands_before_the_newest_sequence(edge):
    """As after a reboot with a dead clock battery: to go on would repeat nonces."""
    key_id = derive(edge.key_file, "edge", "hub").key_id
    record = edge.state_directory / "sequence" / f"{key_id:016x}"
    record.parent.mkdir(parents=True, exist_ok=True)
    record.write_text(f"{time.time_ns() + 3600 * 10**9}\n")
    with held_tunnel(edge, "clock", "genkey"):
        record.unlink()


def test_a_damaged_sequence_record(edge):
    key_id = derive(edge.key_file, "edge", "hub").key_id
    record = edge.state_directory / "sequence" / f"{key_id:016x}"
    record.parent.mkdir(parents=True, exist_ok=True)
    record.write_text("garbage\n")
    with held_tunnel(edge, str(record), "garbage"):
        record.unlink()


def test_state_directory_that_cannot_be_made(edge):
    with edge.configuration() as content:
        content["gateway"]["state_dir"] = "/proc/nothing/here"
    dataplane_refuses(edge, "/proc/nothing/here")


def with_shared_memory(options: str, command: list[str]) -> list[str]:
    """The command with a /dev/shm of its own, seen by nobody else."""
    return ["unshare", "--mount", "--propagation", "private", "sh", "-c",
            f"mount -t tmpfs -o {options} none /dev/shm && exec \"$@\"", "sh", *command]


def test_full_shared_memory(edge):
    assert_refuses(with_shared_memory("size=64k", edge.command("control")), "/dev/shm")


def test_read_only_shared_memory(edge):
    assert_refuses(with_shared_memory("ro", edge.command("control")), "/dev/shm")


WITHOUT_ROOT = ["setpriv", "--bounding-set", "-all", "--reuid", "65534", "--regid", "65534", "--clear-groups"]


@pytest.mark.parametrize("part", ["control", "dataplane"])
def test_without_root(edge, part):
    """A clear sentence, not a stack of EAL errors."""
    words = edge.command(part)
    assert_refuses([*words[:4], *WITHOUT_ROOT, *words[4:]], "root")


def test_keys_without_root(edge, tmp_path):
    """Neither made where root keeps them, nor looked at."""
    tmp_path.chmod(0o700)
    assert_refuses([*WITHOUT_ROOT, BUILD.ropewalk, "genkey", tmp_path / "new.key"], "new.key", "run as root")
    edge.file.parent.chmod(0o755)
    edge.file.chmod(0o644)
    assert_refuses([*WITHOUT_ROOT, BUILD.ropewalk, "check", "--keys", edge.file], "edge-hub.key", "run as root")
