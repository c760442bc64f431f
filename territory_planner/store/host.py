"""Who runs this and where, and whether a process that began something is still there."""

from __future__ import annotations

import getpass
import os
import socket
import sys
from pathlib import Path

SYSTEM = Path("/proc")


def user() -> str:
    """Return who runs this, as ``user@host``."""
    try:
        name = getpass.getuser()
    except (OSError, KeyError):
        # A container may run under a number that has no name.
        name = str(os.getuid()) if hasattr(os, "getuid") else "unknown"
    return f"{name}@{socket.gethostname()}"


def process() -> str:
    """Return what tells this process from every other one of this machine, later ones included."""
    return f"{os.getpid()} {_start(os.getpid())}".rstrip()


def is_gone(host: str, mark: str) -> bool:
    """Return whether a process of this machine has ended; False where that cannot be known."""
    if host != socket.gethostname() or sys.platform == "win32":
        return False
    number, _, start = mark.partition(" ")
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except (OSError, ValueError):
        return False
    # The number may have gone to another process meanwhile.
    return bool(start) and _start(int(number)) != start


def _start(number: int) -> str:
    """Return when a process began, on this start of the system; blank where it cannot be told."""
    try:
        told = (SYSTEM / str(number) / "stat").read_text(encoding="utf-8", errors="replace")
        boot = (SYSTEM / "sys/kernel/random/boot_id").read_text(encoding="utf-8").strip()
    except OSError:
        return ""
    # The name, in brackets, may hold spaces; the time is the 20th value after it.
    values = told.rpartition(")")[2].split()
    # A process that has ended and was not yet waited for is gone as well.
    return f"{boot}/{values[19]}" if values[0] != "Z" else "ended"
