"""Other wires: IPv6 outside, jumbo paths, a single path, sixteen of them."""
import pytest

from lab import namespace

pytestmark = pytest.mark.parametrize("lab", [
    {"outer": "ipv6", "mtu": 1500, "paths": 3}, {"outer": "ipv4", "mtu": 9000, "paths": 3},
    {"outer": "ipv6", "mtu": 9000, "paths": 2}, {"outer": "ipv4", "mtu": 1500, "paths": 1},
], indirect=True, scope="module", ids=lambda it: "{outer}-mtu{mtu}-paths{paths}".format(**it))


@pytest.mark.parametrize("version", [4, 6])
def test_a_stream_is_perfect(lab, version):
    stream = lab.send(2000, version=version)
    stream.assert_perfect()


def test_the_largest_packets_are_perfect(lab):
    stream = lab.send(1000, rate=500, size=lab.inner_mtu - 28)
    stream.assert_perfect()


def test_packets_with_df_of_the_inner_mtu_pass_and_one_byte_more_does_not(lab):
    for address, headers in (("192.0.2.2", 28), ("2001:db8:1::2", 48)):
        def ping(size):
            return namespace.run("edge", "ping", "-c", 1, "-W", 2, "-M", "do", "-s", size, address, check=False)
        assert ping(lab.inner_mtu - headers).returncode == 0
        assert ping(lab.inner_mtu - headers + 1).returncode != 0


def test_1500_byte_packets_with_df_pass_where_the_paths_are_wide(lab):
    if lab.inner_mtu < 1500:
        pytest.skip("these paths carry no 1500 bytes inside")
    assert namespace.run("edge", "ping", "-c", 3, "-i", 0.2, "-M", "do", "-s", 1472, "192.0.2.2").returncode == 0
