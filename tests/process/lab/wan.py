"""Speaks to a WAN emulator."""
import json
import socket


def tell(path, request) -> dict:
    """One line there, one line back; a text goes as it is."""
    with socket.socket(socket.AF_UNIX) as channel:
        channel.settimeout(5)
        channel.connect(str(path))
        text = request if isinstance(request, str) else json.dumps(request)
        channel.sendall(text.encode() + b"\n")
        return json.loads(channel.makefile().readline())
