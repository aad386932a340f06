"""Frames from and onto a wire of the lab."""
import select
import socket
import threading
import time

from lab import namespace

ETH_P_ALL = 3


class Wire:
    """A raw socket on one interface. Collects every frame in both directions while the `with` block runs."""

    def __init__(self, where: str, interface: str):
        with namespace.inside(where):
            self._socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
            self._socket.bind((interface, ETH_P_ALL))
        self._socket.setblocking(False)
        self._frames: list[bytes] = []
        self._draining = threading.Lock()
        self._stop = threading.Event()
        self._reader = threading.Thread(target=self._read)

    def __enter__(self):
        self._reader.start()
        return self

    def __exit__(self, *_):
        self._stop.set()
        self._reader.join()
        self._drain()
        self._socket.close()

    def _read(self) -> None:
        while not self._stop.is_set():
            if select.select([self._socket], [], [], 0.05)[0]:
                self._drain()

    def _drain(self) -> None:
        with self._draining:
            try:
                while True:
                    self._frames.append(self._socket.recv(65536))
            except BlockingIOError:
                pass

    def frames(self) -> list[bytes]:
        """All that crossed the interface before this call, what the reader has not come to yet included."""
        if not self._stop.is_set():
            self._drain()
        return list(self._frames)

    def send(self, frame: bytes) -> None:
        self._socket.send(frame)

    def wait_for(self, what: str, accept, seconds: float = 5.0):
        """The first true accept(frame) among frames seen so far or still to come."""
        deadline = time.monotonic() + seconds
        looked_at = 0
        while True:
            frames = self.frames()
            for frame in frames[looked_at:]:
                if found := accept(frame):
                    return found
            looked_at = len(frames)
            assert time.monotonic() < deadline, f"no {what} within {seconds} s among {looked_at} frames"
            time.sleep(0.02)


def mac_of(where: str, interface: str) -> str:
    return namespace.run(where, "cat", f"/sys/class/net/{interface}/address").stdout.strip()
