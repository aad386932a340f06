"""TCP connections that users keep while things happen to the tunnel: one that is always full, one that types and waits."""
import contextlib
import itertools
import socket
import struct
import threading
import time

from lab.transfer import opened
from lab.wait import wait_until

_BLOCK = struct.pack("!4096I", *range(4096))
_BLOCKS_A_SECOND = 50
_KEYS_A_SECOND = 20


class Kept:
    """`work` runs in a thread until it is told to stop, and counts what went well. It fails like any test when the connection
    breaks, or brings something else than was sent."""

    def __init__(self, work):
        self.count = 0
        self.failure: Exception | None = None
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(work,))
        self._thread.start()

    def _run(self, work) -> None:
        try:
            while not self._is_over.is_set():
                work()
                self.count += 1
        except Exception as failure:
            self.failure = failure

    def must_go_on(self) -> None:
        """A few more rounds from now."""
        before = self.count
        wait_until(lambda: f"more than {before} rounds: {self.count}", lambda: self.failure or self.count > before + 3,
                   seconds=60)
        self.must_not_have_failed()

    def must_not_have_failed(self) -> None:
        if self.failure:
            raise self.failure

    def end(self) -> None:
        self._is_over.set()
        self._thread.join()


@contextlib.contextmanager
def bulk(seconds: float = 120):
    """Blocks from edge to hub, each checked."""
    with opened(seconds) as (client, server):
        def carry_a_block() -> None:
            time.sleep(1 / _BLOCKS_A_SECOND)
            client.sendall(_BLOCK)
            assert _received(server, len(_BLOCK)) == _BLOCK
        yield from _kept(carry_a_block)


@contextlib.contextmanager
def typing(seconds: float = 120):
    """A key, and what comes back, as in a terminal."""
    keys = itertools.cycle(range(256))
    with opened(seconds) as (client, server):
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

        def press_a_key() -> None:
            time.sleep(1 / _KEYS_A_SECOND)
            key = bytes([next(keys)])
            client.sendall(key)
            server.sendall(_received(server, 1))
            assert _received(client, 1) == key
        yield from _kept(press_a_key)


def _kept(work):
    kept = Kept(work)
    try:
        yield kept
    finally:
        kept.end()
    kept.must_not_have_failed()


def _received(end: socket.socket, size: int) -> bytes:
    received = bytearray()
    while len(received) < size and (part := end.recv(size - len(received))):
        received.extend(part)
    return bytes(received)
