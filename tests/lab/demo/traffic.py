"""The demo's traffic: ping, one TCP run, and what became of the numbered streams."""
import json
import os
import subprocess
import sys

from lab import namespace
from lab.addresses import INSIDE
from lab.failure import Failure
from lab.lab import Lab
from lab.stream import Stream
from lab.wait import wait_until

TCP_PORT, TCP_SECONDS = 5201, 5


def heading(text: str) -> None:
    print(f"\n== {text}", flush=True)


def show_ping() -> None:
    heading("ping through the tunnel")
    if subprocess.run(namespace.command("edge", "ping", "-c", 5, "-i", 0.2, INSIDE[4]["hub"])).returncode != 0:
        raise Failure("ping did not get through the tunnel")


def show_tcp(lab: Lab) -> None:
    heading(f"TCP through the tunnel (iperf3, {TCP_SECONDS} s; both gateways and the traffic share this machine's "
            f"{os.cpu_count()} CPUs)")
    with (lab.directory / "iperf3-server.log").open("w") as log:
        server = subprocess.Popen(namespace.command("hub", "iperf3", "--server", "--one-off"), stdout=log, stderr=log)
    wait_until(f"iperf3 listens on TCP port {TCP_PORT} in hub",
               lambda: namespace.run("hub", "ss", "-Hltn", f"sport = :{TCP_PORT}").stdout)
    done = subprocess.run(namespace.command("edge", "iperf3", "--client", INSIDE[4]["hub"], "--time", TCP_SECONDS, "--json"),
                          capture_output=True, text=True)
    server.wait()
    if done.returncode != 0:
        raise Failure(f"iperf3 failed: {done.stdout[-300:]}")
    end = json.loads(done.stdout)["end"]
    print(f"received {end['sum_received']['bits_per_second'] / 1e6:.0f} Mbit/s, {end['sum_sent']['retransmits']} segments resent")


def print_results(stream: Stream) -> bool:
    """True when both directions are perfect."""
    for direction, outcome in (("edge->hub", stream.edge), ("hub->edge", stream.hub)):
        print(f"{direction}: sent {outcome.sent} delivered {outcome.delivered} lost {outcome.lost} twice {outcome.twice}",
              flush=True)
        if outcome.damaged or outcome.refused:
            print(f"{direction}: {outcome.damaged} damaged, {outcome.refused} refused by the kernel when sent "
                  f"({outcome.last_refusal})", file=sys.stderr)
    return stream.edge.is_perfect and stream.hub.is_perfect
