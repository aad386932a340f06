"""A lab of one's own: it meets no other lab of the machine, and nothing of it but its files stays, however its program ends."""
import os
import pathlib
import subprocess
import sys

_MARK = "ROPEWALK_LAB_APART"
_FILES = "ROPEWALK_LAB_FILES"  # see place.py
# Where names of namespaces, gateways and labs stand, with their modes.
_OWN_FOLDERS = {"/run": "755", "/dev/shm": "1777"}


def go_apart(files: pathlib.Path) -> None:
    """This very program goes on with folders of its own and numbers of its own for its processes, all of which end with it. The
    lab's directory is made in `files`. Returns in there; needs root."""
    if _MARK not in os.environ:
        os.environ |= {_MARK: "1", _FILES: str(files.absolute())}
        os.execvp("unshare", ["unshare", "--mount", "--propagation", "private", "--pid", "--fork", "--kill-child", "--mount-proc",
                              sys.executable, *sys.orig_argv[1:]])
    for folder, mode in _OWN_FOLDERS.items():
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"mode={mode}", "none", folder], check=True)
