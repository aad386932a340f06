"""tshark reads the wire: SPI, sequence number and, given the key, the inner packets."""
import subprocess

import pytest

from judge.pcap import write_pcap
from judge.sealed import COPY_HEADER_BYTES, read_copy
from lab import namespace
from lab.capture import Wire

# Ethernet, IPv4 and UDP stand before the copy header.
COPY_HEADER_OFFSET = 14 + 20 + 8

pytestmark = pytest.mark.parametrize("lab", [{"paths": 2, "wire": "ropewalk"}, {"paths": 2, "wire": "esp"}],
                                     indirect=True, scope="module", ids=lambda it: it["wire"])


def tshark(capture, *options) -> list[list[str]]:
    """One list of fields for every packet."""
    done = subprocess.run(["tshark", "-r", capture, "-T", "fields", *options], capture_output=True, text=True,
                          timeout=60)
    assert done.returncode == 0, done.stderr
    return [line.split("\t") for line in done.stdout.splitlines()]


@pytest.fixture(scope="module")
def capture(lab, to_hub, tmp_path_factory):
    """Sealed pings on their way over path 1. The copy header is cut out with editcap, as an operator would."""
    with Wire("path1", "edge") as wire:
        namespace.run("edge", "ping", "-c", 5, "-i", 0.05, "192.0.2.2")
    frames = [frame for frame in wire.frames() if read_copy(frame, to_hub.spi, lab.wire)]
    assert len(frames) >= 5
    seen = tmp_path_factory.mktemp("capture") / "path1.pcap"
    write_pcap(seen, frames)
    if lab.wire == "esp":
        return seen, frames
    cut = seen.with_name("cut.pcap")
    subprocess.run(["editcap", "-F", "pcap", "-L", "-C", f"{COPY_HEADER_OFFSET}:{COPY_HEADER_BYTES}", seen, cut],
                   check=True)
    return cut, frames


def test_tshark_shows_spi_and_sequence(lab, to_hub, capture):
    file, frames = capture
    rows = tshark(file, "-d", "udp.port==4500,udpencap", "-e", "esp.spi", "-e", "esp.sequence")
    copies = [read_copy(frame, to_hub.spi, lab.wire) for frame in frames]
    assert rows == [[f"0x{copy.esp.spi:08x}", str(copy.sequence & 0xFFFFFFFF)] for copy in copies]


def test_tshark_opens_the_packets_with_the_key(lab, to_hub, capture):
    file, _ = capture
    keys = to_hub
    entry = (f'"IPv4","*","*","0x{keys.spi:08x}","AES-GCM with 16 octet ICV [RFC4106]",'
             f'"0x{(keys.key + keys.salt).hex()}","NULL",""')
    rows = tshark(file, "-d", "udp.port==4500,udpencap", "-o", "esp.enable_encryption_decode:TRUE", "-o",
                  f"uat:esp_sa:{entry}", "-e", "ip.dst", "-e", "icmp.type")
    assert sum(row[0].endswith("192.0.2.2") and row[1] == "8" for row in rows) == 5, rows
