"""The journal survives a kill, tells damage, and has one writer."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from territory_planner.crm.change import Key
from territory_planner.crm.connector import RowResult
from territory_planner.crm.journal import NAME, Journal, read_journal
from territory_planner.errors import InputError

ONE, TWO = Key("account", "a1", "owner"), Key("account", "a\n2", "owner")


def kept(folder: Path) -> Path:
    with Journal(folder) as journal:
        journal.sending([ONE, TWO])
        journal.all([RowResult(ONE, "ok"), RowResult(TWO, "failed", "no", '=cmd()\n"x"')])
    return folder / NAME


def test_it_tells_what_it_was_told(tmp_path: Path) -> None:
    kept(tmp_path)
    told = read_journal(tmp_path)
    assert told.sent == {ONE, TWO}
    assert told.results[TWO] == RowResult(TWO, "failed", "no", '=cmd()\n"x"')


def test_every_torn_end_is_passed_over(tmp_path: Path) -> None:
    """Cut off anywhere, it tells the whole lines, and goes on behind them."""
    path = kept(tmp_path)
    content = path.read_bytes()
    for length in range(len(content)):
        path.write_bytes(content[:length])
        whole = content[:length].count(b"\n")
        assert len(read_journal(tmp_path).results) == max(0, whole - 1)
        with Journal(tmp_path) as journal:
            journal.all([RowResult(ONE, "conflict")])
        assert read_journal(tmp_path).results[ONE].status == "conflict"


def test_damage_elsewhere_is_told(tmp_path: Path) -> None:
    path = kept(tmp_path)
    path.write_bytes(b"{torn\n" + path.read_bytes())
    with pytest.raises(InputError, match="line 1 is damaged"):
        read_journal(tmp_path)


def test_it_is_for_its_owners_eyes(tmp_path: Path) -> None:
    assert kept(tmp_path).stat().st_mode & 0o777 == 0o600


def test_a_second_process_is_refused(tmp_path: Path) -> None:
    """Two that resume one push would write twice."""
    code = "import sys; from pathlib import Path; from territory_planner.crm.journal import Journal"
    code += "; Journal(Path(sys.argv[1]))"
    with Journal(tmp_path):
        tried = subprocess.run(
            [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=False
        )
    assert "another process is at work" in tried.stderr
