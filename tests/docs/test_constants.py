"""A number that a page gives is the one in the code."""
import re

import pytest
from product import TREE, constant

MS, S, MIB = 10**6, 10**9, 2**20
# Constant, its unit on the page, page, and the page's words with {} for the number.
CLAIMS = [
    ("tick_ns", MS, "threads-and-ownership.md", "a {} ms tick"),
    ("tick_ns", MS, "shared-memory.md", "control every {} ms"),
    ("turn_interval", MS, "shared-memory.md", "the dataplane every {} ms"),
    ("dataplane_silence_ns", S, "shared-memory.md", "older than {} s is taken for dead"),
    ("control_silence_ns", S, "shared-memory.md", "older than {} s is taken for dead"),
    ("device_interval_ns", S, "shared-memory.md", "memif's state of the connection every {} s"),
    ("interface_interval_ns", MS, "shared-memory.md", "and every {} ms in any case"),
    ("calm_ns", S, "operations/kernel-interfaces.md", "when it has been the same for {} s"),
    ("ring_cells", 1, "shared-memory.md", "single consumer, {} messages"),
    ("message_capacity_bytes", 1, "shared-memory.md", "messages of up to {} bytes"),
    ("snapshot_capacity_bytes", MIB, "shared-memory.md", "snapshot slot 0 ({} MiB)"),
    ("max_ports", 1, "shared-memory.md", "{} ports,"),
    ("max_tunnels", 1, "shared-memory.md", "{} tunnels,"),
    ("max_paths", 1, "shared-memory.md", "{} paths."),
    ("hello_interval_ns", MS, "operations.md", "on each path every {} ms"),
    ("hello_interval_ns", MS, "packet-format.md", "`hello` is sent every {} ms"),
    ("hello_interval_ns", S, "metrics.md", "hellos, one every {} s and path"),
    ("hello_silence_ns", S, "health.md", "within {} s, and `show paths` says so"),
    ("first_word_ns", S, "operations.md", "came back, is given {} s before"),
    ("first_hold_down_ns", S, "health.md", "a hold-down of {} s since"),
    ("longest_hold_down_ns", S, "health.md", "doubles each time up to {} s"),
    ("probes_missed", 1, "health.md", "Of a DSCP of which {} probes in a row"),
    ("recovery_ns", S, "health.md", "than half the limit for {} s"),
    ("calm_of_others_ns", S, "health.md", "idle again when others were fit for {} s"),
    ("idle_probe_interval_ns", S, "health.md", "An idle path is probed every {} s"),
    ("clearly_ns", MS, "health.md", "only when it is {} ms faster"),
    ("longest_calm_ns", 60 * S, "operations/messages.md", "while a path flips, up to {} minutes"),
    ("cells_interval_ns", MS, "shared-memory.md", "at the others every {} ms"),
    ("reload_patience_ns", S, "operations.md", "`ropewalk reload` waits up to {} s"),
    ("open_ns", S, "operations/shards.md", "stay open for {} s"),
    ("max_workers", 1, "operations/keys.md", "up to {}; each has its own queue"),
    ("max_shards", 1, "operations/keys.md", "UDP ports, up to {} from"),
    ("max_paths_per_tunnel", 1, "operations/keys.md", "at most {}, by name"),
    ("min_window_log2", 1, "operations/keys.md", "packets, 2^{} to"),
    ("max_window_log2", 1, "operations/keys.md", "to 2^{}; auto"),
    ("default_window_log2", 1, "operations/keys.md", "auto is 2^{},"),
    ("shortest_sleep_us", 1, "operations/keys.md", "sleeps {} to"),
    ("icmp_answers_per_second", 1, "security.md", "sends up to {} ICMP errors a second"),
    ("icmp_answers_per_second", 1, "metrics.md", "a worker sends {} ICMP errors a second"),
    ("icmp_answers_at_once", 1, "security.md", "and {} at once after a pause"),
    ("most_extension_headers", 1, "operations/keys.md", "of which {} at most are walked"),
    ("burst_capacity", 1, "architecture.md", "a burst of up to {}"),
    ("injected_per_turn", 1, "architecture.md", "up to {} of control's messages"),
    ("most_connections", 1, "metrics.md", "{} connections at most"),
    ("most_connection_bytes", 1024, "metrics.md", "{} KiB for a request"),
    ("request_patience_ns", S, "metrics.md", "{} s until it is whole"),
    ("answer_patience_ns", S, "metrics.md", "and {} s for its answer"),
    ("page_life_ns", MS, "metrics.md", "whoever asks within {} ms"),
    ("most_waiting", 1, "operations/events.md", "{} events wait at most"),
    ("run_patience_ns", S, "operations/events.md", "It may take {} s; then it is killed"),
    ("tick_ns", MS, "architecture.md", "runs the turn every {} ms"),
    ("fewest_tries", 1, "operations/mtu.md", "refused after {} tries or more"),
    ("resolution_bytes", 1, "operations/mtu.md", "to within {} bytes"),
    ("check_interval_ns", S, "operations/mtu.md", "asked for again every {} s while"),
    ("idle_check_interval_ns", S, "operations/mtu.md", "and every {} s while none do"),
    ("first_raise_ns", S, "operations/mtu.md", "{} s after a path shrank"),
    ("longest_raise_ns", S, "operations/mtu.md", "at last every {} s"),
    ("most_probes_per_turn", 1, "operations/mtu.md", "A hub sends {} probes at most"),
    ("first_probe_patience_ns", S, "operations/mtu.md", "holds for up to {} s"),
    ("base_ipv4_bytes", 1, "operations/mtu.md", "less than {} bytes over IPv4"),
    ("base_ipv6_bytes", 1, "operations/mtu.md", "{} over IPv6)"),
    ("most_answers_per_turn", 1, "packet-format.md", "answers {} probes of a peer in 20 ms"),
    ("most_answers_per_turn", 1, "security.md", "gets {} answers in 20 ms"),
]


@pytest.mark.parametrize("name, unit, page, words", CLAIMS, ids=lambda value: value if isinstance(value, str) else "")
def test_numbers_on_pages_are_those_of_the_code(name, unit, page, words):
    value = constant(name) / unit
    text = re.sub(r"\s+", " ", (TREE / "docs" / page).read_text())
    assert words.format(f"{value:g}") in text, f"{name} is {value:g}"
