"""Numbered UDP packets from one host to another, with the kernel's time of their arrival."""
import collections
import socket
import struct
import time

from lab import namespace

SO_TIMESTAMPNS = 35
_SO_NO_CHECK, _SO_RCVBUFFORCE = 11, 33
_HEAD = struct.Struct("!QQ")
_TIME = struct.Struct("qq")
HEADERS = {socket.AF_INET: 14 + 20 + 8, socket.AF_INET6: 14 + 40 + 8}
_MEMORY = 128 << 20

Arrival = collections.namedtuple("Arrival", "number sent_ns received_ns source payload")


def bound(host, port: int, family=socket.AF_INET) -> socket.socket:
    """A socket of a host that keeps all that arrives until it is read."""
    with namespace.inside(host.namespace):
        made = socket.socket(family, socket.SOCK_DGRAM)
    made.setsockopt(socket.SOL_SOCKET, _SO_RCVBUFFORCE, _MEMORY)
    made.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
    made.bind((host.ipv4 if family == socket.AF_INET else host.ipv6, port))
    made.setblocking(False)
    return made


class Flow:
    """From `source` to `target`; frame sizes are those of the whole Ethernet frame."""

    def __init__(self, source, target, port: int = 4500, family=socket.AF_INET, checksum: bool = True):
        self.family = family
        self.sender, self.receiver = bound(source, port, family), bound(target, port, family)
        if not checksum:
            self.sender.setsockopt(socket.SOL_SOCKET, _SO_NO_CHECK, 1)
        self.to = self.receiver.getsockname()
        self.sent = 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.sender.close()
        self.receiver.close()

    def payload_of(self, frame_bytes: int) -> int:
        return frame_bytes - HEADERS[self.family]

    def send(self, count: int = 1, frame_bytes: int = 200) -> None:
        """As fast as they go."""
        padding = bytes(self.payload_of(frame_bytes) - _HEAD.size)
        for _ in range(count):
            self.sender.sendto(_HEAD.pack(self.sent, time.time_ns()) + padding, self.to)
            self.sent += 1

    def send_paced(self, per_second: float, seconds: float, frame_bytes: int = 200, meanwhile=None) -> None:
        start, already = time.monotonic(), self.sent
        total = int(per_second * seconds)
        while self.sent - already < total:
            due = min(total, int((time.monotonic() - start) * per_second) + 1) - (self.sent - already)
            self.send(max(due, 0), frame_bytes)
            if meanwhile:
                meanwhile()
            time.sleep(min(0.001, 1 / per_second))

    def arrivals(self) -> list[Arrival]:
        """What has arrived since the last call."""
        found = []
        while True:
            try:
                data, ancillary, _, source = self.receiver.recvmsg(65536, 64)
            except BlockingIOError:
                return found
            seconds, nanoseconds = _TIME.unpack(ancillary[0][2][:_TIME.size])
            number, sent = _HEAD.unpack(data[:_HEAD.size])
            found.append(Arrival(number, sent, seconds * 10**9 + nanoseconds, source, data[_HEAD.size:]))

    def count_arrivals(self) -> int:
        """The same where only their number matters."""
        count = 0
        while True:
            try:
                self.receiver.recv(65536)
                count += 1
            except BlockingIOError:
                return count
