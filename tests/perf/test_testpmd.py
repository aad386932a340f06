"""What dpdk-testpmd says when it ends, beside what ropewalk-perf counted."""

import pytest

from harness.testpmd import Forwarder, packets_dropped
from lab.failure import Failure

ENDED = """
  ---------------------- Forward statistics for port 1  ----------------------
  RX-packets: 0              RX-dropped: 0             RX-total: 0
  TX-packets: 0              TX-dropped: 320           TX-total: 320
  ----------------------------------------------------------------------------
  +++++++++++++++ Accumulated forward statistics for all ports+++++++++++++++
  RX-packets: 0              RX-dropped: 0             RX-total: 0
  TX-packets: 0              TX-dropped: 320           TX-total: 320
"""


def row(lost: int, late: int = 0) -> dict:
    return {"drops": {"lost_by_device": lost}, "packets": {"of_others": late}}


def test_its_sums_are_read():
    assert packets_dropped(ENDED) == 320
    with pytest.raises(Failure, match="did not say"):
        packets_dropped("EAL: Error")


def test_a_packet_that_nobody_dropped_is_missing():
    forwarder = Forwarder(None, None)
    forwarder._output = ENDED
    forwarder.must_agree([row(300), row(25, late=5)])
    with pytest.raises(Failure, match="321 were lost .* which dropped 320"):
        forwarder.must_agree([row(321)])
