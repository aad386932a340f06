"""A TCP connection from edge to hub, inside the tunnel."""
import contextlib
import socket
import threading

from lab import namespace
from lab.addresses import INSIDE


class Connection:
    """Raises TimeoutError when nothing more comes for as long as its sockets wait."""

    def __init__(self, client: socket.socket, server: socket.socket):
        self._client, self._server = client, server

    def carry(self, sent: bytes) -> bytes:
        """From edge to hub; what arrives of it."""
        writer = threading.Thread(target=self._client.sendall, args=(sent,))
        writer.start()
        received = bytearray()
        try:
            while len(received) < len(sent) and (part := self._server.recv(1 << 20)):
                received.extend(part)
        finally:
            if len(received) < len(sent):
                self._client.shutdown(socket.SHUT_RDWR)
            writer.join()
        return bytes(received)


@contextlib.contextmanager
def opened(seconds: float):
    """The sockets at edge and hub."""
    with namespace.inside("hub"):
        listener = socket.create_server((INSIDE[4]["hub"], 0))
    with namespace.inside("edge"):
        client = socket.create_connection(listener.getsockname(), timeout=seconds)
    server, _ = listener.accept()
    server.settimeout(seconds)
    with listener, client, server:
        yield client, server


@contextlib.contextmanager
def connection(seconds: float = 10):
    with opened(seconds) as (client, server):
        yield Connection(client, server)


def over_tcp(sent: bytes, seconds: float = 10) -> bytes:
    """What arrives of it by a connection of its own."""
    with connection(seconds) as kept:
        return kept.carry(sent)
