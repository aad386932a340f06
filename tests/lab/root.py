"""Who runs us, and how what needs root is ended by a signal."""
import os
import shutil
import signal
import sys

from lab.failure import Failure


def become_root(what: str) -> None:
    """Goes on as root in this very program, by sudo; returns when root already."""
    if os.geteuid() == 0:
        return
    if shutil.which("sudo") is None:
        raise Failure(f"{what} needs root: run it as root, or as a user who may use sudo")
    os.execvp("sudo", ["sudo", "--", *sys.argv])


def end_in_order_on_signals() -> None:
    """By way of what is to be tidied up."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda received, _: sys.exit(128 + received))
    # A shell that starts us in the background has it ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)


def finish_undisturbed() -> None:
    """Whoever tidies up is not interrupted."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
