"""A TCP connection from edge to hub, inside the tunnel."""
import socket
import threading

from lab import namespace
from lab.addresses import INSIDE


def over_tcp(sent: bytes, seconds: float = 10) -> bytes:
    """What arrives of it. Raises TimeoutError when nothing more comes for so long."""
    with namespace.inside("hub"):
        listener = socket.create_server((INSIDE[4]["hub"], 0))
    with namespace.inside("edge"):
        client = socket.create_connection(listener.getsockname(), timeout=seconds)
    server, _ = listener.accept()
    with listener, client, server:
        server.settimeout(seconds)
        writer = threading.Thread(target=client.sendall, args=(sent,))
        writer.start()
        received = bytearray()
        try:
            while len(received) < len(sent) and (part := server.recv(1 << 20)):
                received.extend(part)
        finally:
            if len(received) < len(sent):
                client.shutdown(socket.SHUT_RDWR)
            writer.join()
    return bytes(received)
