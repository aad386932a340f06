"""The stream tool sees what it is there to see: without this, "lost 0 twice 0" would mean nothing."""
import contextlib
import fcntl
import json
import os
import signal
import socket
import struct
import subprocess

import pytest

from lab import namespace
from lab.place import BUILD
from lab.wait import wait_until

COUNT = 50
TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 0x0001, 0x1000


def packets() -> list[bytes]:
    """What the sender sends, caught by a plain socket."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as catcher:
        catcher.bind(("127.0.0.1", 0))
        catcher.settimeout(5)
        sender = subprocess.Popen([BUILD.stream, "send", "--to", f"127.0.0.1:{catcher.getsockname()[1]}", "--count",
                                   str(COUNT), "--rate", "1000", "--size", "64"], stdout=subprocess.PIPE, text=True)
        caught = [catcher.recv(2048) for _ in range(COUNT + 1)]
        assert json.loads(sender.communicate(timeout=10)[0])["sent"] == COUNT
    return caught


def receive(payloads: list[bytes]) -> dict:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as finder:
        finder.bind(("127.0.0.1", 0))
        port = finder.getsockname()[1]
    receiver = subprocess.Popen([BUILD.stream, "receive", "--listen", f"127.0.0.1:{port}", "--idle", "30", "--json"],
                                stdout=subprocess.PIPE, text=True)
    wait_until("the receiver listens", lambda: f":{port:04X} " in open("/proc/net/udp").read())
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        for payload in payloads:
            sender.sendto(payload, ("127.0.0.1", port))
    return json.loads(receiver.communicate(timeout=10)[0])


@pytest.fixture(scope="module")
def sent():
    return packets()


def test_whole_stream_is_perfect(sent):
    seen = receive(sent)
    assert (seen["delivered"], seen["lost"], seen["twice"], seen["disorder"], seen["damaged"]) == (COUNT, 0, 0, 0, 0)


def test_a_missing_packet_is_lost(sent):
    seen = receive(sent[:10] + sent[12:])
    assert (seen["delivered"], seen["lost"], seen["twice"]) == (COUNT - 2, 2, 0)


def test_a_repeated_packet_is_twice(sent):
    seen = receive(sent[:10] + sent[5:])
    assert (seen["delivered"], seen["lost"], seen["twice"]) == (COUNT, 0, 5)


def test_one_wrong_byte_is_damage_and_loss(sent):
    wrong = sent[7][:40] + bytes([sent[7][40] ^ 1]) + sent[7][41:]
    seen = receive([*sent[:7], wrong, *sent[8:]])
    assert (seen["delivered"], seen["lost"], seen["damaged"]) == (COUNT - 1, 1, 1)


def test_a_late_packet_is_disorder(sent):
    seen = receive([sent[1], sent[0], *sent[2:]])
    assert (seen["delivered"], seen["disorder"]) == (COUNT, 1)


def test_a_sender_that_is_told_to_stop_says_at_the_end_how_many_there_were():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as catcher:
        catcher.bind(("127.0.0.1", 0))
        catcher.settimeout(10)
        sender = subprocess.Popen([BUILD.stream, "send", "--to", f"127.0.0.1:{catcher.getsockname()[1]}"], stdout=subprocess.PIPE,
                                  text=True)
        caught = [catcher.recv(2048) for _ in range(COUNT)]
        sender.send_signal(signal.SIGTERM)
        sent = json.loads(sender.communicate(timeout=10)[0])["sent"]
        caught += [catcher.recv(2048) for _ in range(sent - COUNT + 1)]
    seen = receive(caught)
    assert sent >= COUNT and (seen["count"], seen["delivered"], seen["lost"]) == (sent, sent, 0)


def test_a_sender_gets_no_further_ahead_of_a_slow_reader_than_its_interface_keeps():
    """The reader is this test, which Python makes slow; without the option most of the packets are dropped."""
    count, end_marks, kept = 20000, 5, 3000
    namespace.add("slow")
    with namespace.inside("slow"):
        tun = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    try:
        with namespace.inside("slow"):
            fcntl.ioctl(tun, TUNSETIFF, struct.pack("16sH22x", b"tun0", IFF_TUN | IFF_NO_PI))
        namespace.ip("slow", "link", "set", "tun0", "txqueuelen", kept, "up")
        namespace.ip("slow", "address", "add", "192.0.2.1/24", "dev", "tun0")
        sender = subprocess.Popen(namespace.command("slow", BUILD.stream, "send", "--to", "192.0.2.2:9", "--count", count, "--rate",
                                                    "1000000", "--device", "tun0"), stdout=subprocess.DEVNULL)
        read, is_over = 0, False
        while not is_over:
            is_over = sender.poll() is not None
            with contextlib.suppress(BlockingIOError):
                while True:
                    # Of UDP; the kernel says things of its own there, too.
                    packet = os.read(tun, 2048)
                    read += packet[0] == 0x45 and packet[9] == socket.IPPROTO_UDP
        assert read == count + end_marks
        dropped = json.loads(namespace.ip("slow", "-j", "-s", "link", "show", "tun0"))[0]["stats64"]["tx"]["dropped"]
        assert dropped == 0
    finally:
        os.close(tun)
        namespace.remove(["slow"])
