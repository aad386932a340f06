"""A machine as good as fresh: a network namespace with folders of its own, in which commands run as on a host of one's own.

What is written to /etc, /run, /usr/local, /var/lib or /dev/shm there stays there, and goes with the machine.
"""
import pathlib
import subprocess

from lab import namespace
from lab.failure import Failure
from lab.place import ROOT

_WRITTEN = ("/etc", "/run", "/usr/local", "/var/lib")
# What a gateway of the real machine has there.
_NOT_FRESH = ("/etc/ropewalk", "/run/ropewalk", "/var/lib/ropewalk", "/usr/local/bin/ropewalk*", "/usr/local/libexec/ropewalk")
_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


class Machine:
    """In the namespace of its name, which is there; ends with all that runs in it. `commands` is a folder that stands
    before others in its PATH, for what a test has a stand-in for."""

    def __init__(self, name: str, directory: pathlib.Path, commands: pathlib.Path):
        self.name = name
        self._path = f"{commands}:{_PATH}"
        self._logs = directory / f"{name}-terminal"
        self._logs.mkdir()
        layers = directory / f"{name}-layers"
        layers.mkdir()
        self._holder = subprocess.Popen(
            namespace.command(name, "unshare", "--mount", "--propagation", "private", "sh", "-ec", _separation(layers)),
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
        if self._holder.stdout.readline() != "separate\n":
            raise Failure(f"the machine {name} got no folders of its own")

    @property
    def mounts(self) -> str:
        """For nsenter."""
        return f"/proc/{self._holder.pid}/ns/mnt"

    def run(self, script: str) -> subprocess.CompletedProcess:
        """By a shell that ends at the first command that fails, in the folder of the tree; `stdout` is all that was said
        until then. What it leaves in the background goes on."""
        log = self._logs / f"{len(list(self._logs.iterdir())):05}"
        with log.open("w") as output:
            done = subprocess.run(["nsenter", f"--mount={self.mounts}", f"--net=/run/netns/{self.name}", "env", f"--chdir={ROOT}",
                                   f"PATH={self._path}", "bash", "-e", "-c", script],
                                  stdin=subprocess.DEVNULL, stdout=output, stderr=output, timeout=600)
        return subprocess.CompletedProcess(script, done.returncode, log.read_text())

    def must_run(self, script: str) -> str:
        done = self.run(script)
        assert done.returncode == 0, f"on {self.name}:\n{script}\nended with {done.returncode}:\n{done.stdout}"
        return done.stdout

    def log(self) -> str:
        """All that commands said so far, those in the background too."""
        return "".join(log.read_text() for log in sorted(self._logs.iterdir()))

    def wait(self) -> None:
        """For its end, which comes with that of its namespace."""
        self._holder.wait()


def _separation(layers: pathlib.Path) -> str:
    """For a shell in a mount namespace of its own: what it writes goes to memory, over what is there."""
    lines = [f"mount -t tmpfs none {layers}"]
    for folder in _WRITTEN:
        upper, work = f"{layers}/upper{folder}", f"{layers}/work{folder}"
        lines += [f"mkdir -p {upper} {work}",
                  f"mount -t overlay none -o lowerdir={folder},upperdir={upper},workdir={work} {folder}"]
    lines += ["mount -t tmpfs none /dev/shm", f"rm -rf {' '.join(_NOT_FRESH)}", "echo separate", "exec sleep infinity"]
    return "\n".join(lines)
