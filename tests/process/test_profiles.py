"""The tunnel over lines as they are: the quickest copy wins, and what one line loses another one brings."""
import pytest

pytestmark = pytest.mark.parametrize("lab", [{"profiles": ["fibre", "lte", "leo"]}], indirect=True, ids=["fibre-lte-leo"])


def test_a_stream_over_fibre_lte_and_a_satellite(lab):
    before = {gateway.name: gateway.path_counters() for gateway in lab.gateways}
    stream = lab.send(4000, size=1000)
    stream.assert_perfect()
    lost = sum(router.wan_counters()[way]["dropped"]["loss"] for router in lab.routers.values()
               for way in ("upload", "download"))
    assert lost > 0, "the lines lost nothing, so nothing was proven"
    for gateway in lab.gateways:
        after = gateway.path_counters()
        first = {name: after[name]["rx_first"] - before[gateway.name][name]["rx_first"] for name in after}
        assert first["path1"] == max(first.values()) > 3500, f"the fibre is the quickest: {first}"
