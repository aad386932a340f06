"""The configuration changes under load; nothing is lost, and the operator is told what changed."""
import signal

import pytest

from lab.lab import HOSTS

pytestmark = pytest.mark.parametrize("lab", [{"host": host} for host in HOSTS], indirect=True, ids=HOSTS)


@pytest.fixture(autouse=True)
def configuration_stays(lab):
    """Whatever a test changes is changed back, by a reload."""
    texts = {gateway: gateway.file.read_text() for gateway in lab.gateways}
    yield
    for gateway, text in texts.items():
        gateway.file.write_text(text)
        gateway.reload()
    lab.wait_until_up()


def test_changing_a_class_loses_nothing(lab):
    with lab.stream(rate=1000) as stream:
        for copies in (1, 2, 3):
            for gateway in lab.gateways:
                with gateway.configuration() as content:
                    content["tunnels"][gateway.far]["classes"] = {"all": {"match": {}, "mode": "duplicate",
                                                                         "copies": copies}}
                printed = gateway.reload()
                assert "classes" in printed, printed
            lab.let_pass(800)
    stream.assert_perfect()


def test_copies_of_a_class_are_what_is_sent(lab):
    with lab.edge.configuration() as content:
        content["tunnels"]["hub"]["classes"] = {"stream": {"match": {"protocol": "udp"}, "mode": "duplicate",
                                                           "copies": 2, "paths": ["path3", "path1"]}}
    lab.edge.reload()
    before = lab.hub.path_counters()
    stream = lab.send(2000)
    stream.assert_perfect()
    after = lab.hub.path_counters()
    arrived = {name: sum(sign * counted[name][what] for counted, sign in ((after, 1), (before, -1))
                         for what, sign in (("rx_copies", sign), ("rx_probes", -sign))) for name in after}
    # The hellos of each path come on top.
    assert arrived["path1"] >= 2000 and arrived["path3"] >= 2000 and arrived["path2"] < 100, arrived


def test_removing_and_adding_a_path_loses_nothing(lab):
    with lab.stream(rate=1000) as stream:
        for gateway in lab.gateways:
            with gateway.configuration() as content:
                path = content["tunnels"][gateway.far]["paths"].pop("path2")
            printed = gateway.reload()
            assert "path2" in printed, printed
            gateway.wait_until_paths_are({"path1", "path3"})
            lab.let_pass(500)
            with gateway.configuration() as content:
                content["tunnels"][gateway.far]["paths"]["path2"] = path
            gateway.reload()
            gateway.wait_for_paths("path2")
    stream.assert_perfect()


def test_reload_by_signal(lab):
    with lab.edge.configuration() as content:
        del content["tunnels"]["hub"]["paths"]["path3"]
    lab.edge.send_signal("control", signal.SIGHUP)
    lab.edge.wait_until_paths_are({"path1", "path2"})


def test_a_change_that_needs_a_restart_says_so(lab):
    with lab.edge.configuration() as content:
        content["dataplane"] |= {"memory": "256MiB"}
    printed = lab.edge.reload()
    assert "dataplane.memory" in printed and "restart" in printed, printed


def test_a_bad_file_is_refused_and_the_old_configuration_goes_on(lab):
    with lab.stream(rate=1000) as stream:
        with lab.edge.configuration() as content:
            content["tunnels"]["hub"]["cipher"] = "rot13"
        refused = lab.edge.ropewalk("reload")
        assert refused.returncode != 0
        assert "rot13" in refused.stdout + refused.stderr and "aes-256-gcm" in refused.stdout + refused.stderr
        lab.let_pass(500)
    stream.assert_perfect()
