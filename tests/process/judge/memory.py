"""What stands in the memory of a process, as root may read it."""
import pathlib
import re

_MAPPING = re.compile(r"^([0-9a-f]+)-([0-9a-f]+) (\S+) \S+ \S+ \S+\s*(.*)$")
_PART = 16 << 20


def _mappings(pid: int):
    for line in pathlib.Path(f"/proc/{pid}/maps").read_text().splitlines():
        first, last, rights, name = _MAPPING.match(line).groups()
        if rights.startswith("rw") and not name.startswith(("[vvar", "[vsyscall")):
            yield int(first, 16), int(last, 16), name


def places(pid: int, needle: bytes) -> list[str]:
    """Each place of the needle, by the name of its mapping."""
    found = []
    with open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
        for first, last, name in _mappings(pid):
            tail = b""
            for at in range(first, last, _PART):
                try:
                    memory.seek(at)
                    part = tail + memory.read(min(_PART, last - at))
                except (OSError, ValueError):
                    break  # a device's, or it is gone
                found += [name or "anonymous"] * part.count(needle)
                tail = part[-(len(needle) - 1):]
    return found


def status(pid: int, field: str) -> str:
    text = pathlib.Path(f"/proc/{pid}/status").read_text()
    return re.search(rf"^{field}:\s*(.*)$", text, re.MULTILINE).group(1)


def limit(pid: int, name: str) -> list[str]:
    """Soft and hard."""
    text = pathlib.Path(f"/proc/{pid}/limits").read_text()
    return re.search(rf"^{name}\s+(\S+)\s+(\S+)", text, re.MULTILINE).groups()
