"""Whether a process is still there: also when its number has gone to another one."""

from __future__ import annotations

import os
import socket
import subprocess
import sys

from territory_planner.store import host

HERE = socket.gethostname()


def test_this_process_is_there() -> None:
    """And one whose end is not known is not called gone."""
    assert not host.is_gone(HERE, host.process())
    assert not host.is_gone("elsewhere", "1")
    assert not host.is_gone(HERE, "what is this")


def test_a_process_that_has_ended_is_gone() -> None:
    """Whether or not somebody has waited for it."""
    code = "from territory_planner.store import host; print(host.process(), flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        mark = child.stdout.readline().strip()
        assert mark.startswith(f"{child.pid} ")
        assert not host.is_gone(HERE, mark)
        child.kill()
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
        assert host.is_gone(HERE, mark)
    assert host.is_gone(HERE, mark)


def test_a_number_that_another_process_has_now() -> None:
    """Its start tells them apart."""
    number, _, start = host.process().partition(" ")
    assert start
    assert host.is_gone(HERE, f"{number} {start}0")
    assert host.is_gone(HERE, f"{number} an-earlier-boot/{start.rpartition('/')[2]}")


def test_who_runs_this() -> None:
    """A name and a machine."""
    assert host.user().endswith(f"@{HERE}")
