"""Metrics by HTTP: the numbers are those of `show`, and no client is anybody's trouble."""
import contextlib
import http.client
import pathlib
import shutil
import signal
import socket
import subprocess
import time

import pytest

from judge.openmetrics import samples
from lab import namespace
from lab.wait import wait_until

pytestmark = pytest.mark.parametrize("lab", [{"paths": 2}], indirect=True, scope="module")

ADDRESS = ("127.0.0.1", 9469)
OPEN_METRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8"
MOST_CONNECTIONS = 32


def connect(address=ADDRESS) -> socket.socket:
    with namespace.inside("edge"):
        return socket.create_connection(address, timeout=10)


def ask(path="/metrics", method="GET", accept=None, address=ADDRESS) -> tuple[http.client.HTTPResponse, str]:
    connection = http.client.HTTPConnection(*address, timeout=10)
    connection.sock = connect(address)
    with contextlib.closing(connection):
        connection.request(method, path, headers={} if accept is None else {"Accept": accept})
        answer = connection.getresponse()
        return answer, answer.read().decode()


def is_served(address=ADDRESS) -> bool:
    try:
        connect(address).close()
    except ConnectionRefusedError:
        return False
    return True


def configure(edge, listen: str | None) -> None:
    with edge.configuration() as content:
        content.pop("metrics", None)
        if listen is not None:
            content["metrics"] = {"listen": listen}
    edge.reload()


@pytest.fixture(autouse=True)
def served(lab):
    configure(lab.edge, "127.0.0.1:9469")
    wait_until("metrics are served", is_served)
    yield
    configure(lab.edge, None)
    wait_until("metrics are served no more", lambda: not is_served())


def pages_differ() -> None:
    """Whoever asks at once gets the same page."""
    time.sleep(0.2)


def shown(edge) -> dict[str, dict[tuple, int]]:
    """What `show` has of each counter, by the names and labels of metrics."""
    def of(rows: list[dict], prefix: str, names: dict[str, str], labels) -> dict[str, dict[tuple, int]]:
        return {f"ropewalk_{prefix}_{metric}_total": {
            tuple(sorted({"gateway": "edge", **labels(row)}.items())): row[name] for row in rows}
            for name, metric in names.items()}

    path_names = {name: name for name in ("tx_copies", "tx_bytes", "rx_copies", "rx_bytes")} | {
        name: f"{name}_copies" for name in ("tx_dropped", "rx_first", "rx_duplicate", "rx_refused")} | {
        "rx_saved": "rx_saved_packets"}
    tunnel_names = {name: name for name in ("sealed_packets", "sealed_bytes", "delivered_packets", "delivered_bytes")}
    port_names = {name: name for name in ("rx_packets", "rx_bytes", "tx_packets", "tx_bytes")}
    found = of(edge.show("paths")["paths"], "path", path_names, lambda row: {"tunnel": row["tunnel"], "path": row["name"]})
    found |= of(edge.show("tunnels")["tunnels"], "tunnel", tunnel_names, lambda row: {"tunnel": row["name"]})
    found |= of(edge.show("ports")["ports"], "port", port_names, lambda row: {"port": row["name"]})
    found["ropewalk_dropped_packets_total"] = {
        (("gateway", "edge"), ("reason", row["reason"]), ("stage", row["stage"])): row["packets"]
        for row in edge.show("drops")["drops"]}
    return found


def test_every_counter_is_that_of_show(lab):
    lab.send(1000).assert_perfect()
    before = shown(lab.edge)
    pages_differ()
    page = samples(ask()[1])
    after = shown(lab.edge)
    wrong = [(name, labels, before[name][labels], value, after[name][labels])
             for name in before for labels, value in page[name].items()
             if not before[name][labels] <= value <= after[name][labels]]
    assert not wrong
    assert all(set(before[name]) == set(page[name]) for name in before)
    assert sum(page["ropewalk_tunnel_delivered_packets_total"].values()) >= 1000
    assert page["ropewalk_dataplane_running"] == {(("gateway", "edge"),): 1}
    assert sum(page["ropewalk_events_total"].values()) > 0


def test_the_kind_of_text_is_what_the_client_can_read(lab):
    for accept in (None, "*/*", OPEN_METRICS, f"{OPEN_METRICS},text/plain;q=0.5"):
        answer, page = ask(accept=accept)
        assert answer.status == 200 and answer.getheader("Content-Type") == OPEN_METRICS, accept
        samples(page)
    answer, page = ask(accept="text/plain")
    assert answer.getheader("Content-Type") == "text/plain; version=0.0.4; charset=utf-8"
    if (promtool := shutil.which("promtool")) is not None:
        checked = subprocess.run([promtool, "check", "metrics"], input=page, capture_output=True, text=True, check=False)
        assert (checked.returncode, checked.stdout + checked.stderr) == (0, "")


def test_other_requests_are_refused(lab):
    assert ask("/")[0].status == 404
    assert ask(method="POST")[0].status == 405
    answer, page = ask(method="HEAD")
    assert (answer.status, page) == (200, "")


def descriptors(process: int) -> int:
    return len(list(pathlib.Path(f"/proc/{process}/fd").iterdir()))


def threads(process: int) -> int:
    return len(list(pathlib.Path(f"/proc/{process}/task").iterdir()))


def test_clients_that_are_slow_or_endless_are_nobodys_trouble(lab):
    """More of them than there are connections, and each of them tries again."""
    process = lab.edge.pid("control")
    before = descriptors(process)
    with contextlib.ExitStack() as stack, lab.stream(rate=500) as stream:
        for number in range(3 * MOST_CONNECTIONS):
            client = stack.enter_context(connect())
            client.sendall(b"GET /metrics HTTP/1.1\r\nHost: a\r\n" + b"X: y" * (number % 7))
            if number % MOST_CONNECTIONS == 0:
                samples(ask()[1])
        endless = stack.enter_context(connect())
        with pytest.raises(ConnectionError):
            for _ in range(100_000):
                endless.sendall(b"X-Header: " + b"x" * 4096 + b"\r\n")
        samples(ask()[1])
        assert descriptors(process) <= before + MOST_CONNECTIONS + 1
        assert lab.edge.ropewalk("status").returncode == 0
        lab.let_pass(200)
    stream.assert_perfect()
    wait_until(lambda: f"control has {before} descriptors again, not {descriptors(process)}",
               lambda: descriptors(process) <= before)
    assert threads(process) == 2, "the loop, and the exporter"


def test_a_client_that_says_nothing_is_left_alone_for_a_while_only(lab):
    with connect() as client:
        client.settimeout(20)
        assert client.recv(1) == b"", "control has ended the connection"


def test_an_address_that_is_taken_is_told_and_tried_again(lab):
    edge = lab.edge
    said = len(edge.log("control"))
    with namespace.inside("edge"):
        other = socket.create_server(("::1", 9470), family=socket.AF_INET6)
    with other:
        configure(edge, "[::1]:9470")
        edge.wait_for_log("control", "metrics cannot be served on [::1]:9470: another program listens there", after=said)
        wait_until("the problem is shown", lambda: any(
            "metrics cannot be served" in problem for problem in edge.problems()))
        assert not is_served(), "where they were before"
    edge.wait_for_log("control", "metrics are served on http://[::1]:9470/metrics", after=said)
    samples(ask(address=("::1", 9470))[1])
    assert not any("metrics" in problem for problem in edge.problems())
    assert edge.log("control")[said:].count("metrics cannot be served") == 1


def test_control_leaves_with_clients_connected(lab):
    with connect() as client:
        client.sendall(b"GET /metrics HTTP/1.1\r\n")
        assert lab.edge.kill("control", signal.SIGTERM) == 0
        lab.edge.start("control")
        wait_until("metrics are served again", is_served)
    lab.wait_until_up()
