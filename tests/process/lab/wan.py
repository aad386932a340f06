"""Speaks to a WAN emulator, with the words of scripts/lab."""
import sys

from lab.place import ROOT

sys.path.append(str(ROOT / "scripts" / "lib" / "lab"))

from tell_wan import tell  # noqa: E402,F401
