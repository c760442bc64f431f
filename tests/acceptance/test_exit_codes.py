"""Wrong input exits 2 and no plan exits 1, each with its sentence and nothing on stdout."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.acceptance.conftest import ACCOUNTS, REPS, run, write_project


def changed(lines: tuple[str, ...], row: int, old: str, new: str) -> tuple[str, ...]:
    assert old in lines[row]
    return (*lines[:row], lines[row].replace(old, new), *lines[row + 1 :])


WRONG = {
    "duplicate id": (changed(ACCOUNTS, 2, "A2", "A1"), REPS, r"accounts\.csv.*account_id.*A1"),
    "missing column": (changed(ACCOUNTS, 0, "hours", "effort"), REPS, r"accounts\.csv.*'hours'"),
    "blank activity": (changed(ACCOUNTS, 2, ",60,", ",,"), REPS, r"accounts\.csv.*hours.*A2"),
    "no number": (changed(ACCOUNTS, 2, ",60,", ",NaN,"), REPS, r"accounts\.csv.*hours.*A2"),
    "negative activity": (changed(ACCOUNTS, 2, ",60,", ",-60,"), REPS, r"hours.*A2.*-60"),
    "latitude out of range": (changed(ACCOUNTS, 3, "40.2", "412"), REPS, r"latitude.*A3.*412"),
    "at null island": (changed(ACCOUNTS, 3, "40.2,-105.2", "0,0"), REPS, r"\(0, 0\).*A3"),
    "swapped": (changed(ACCOUNTS, 3, "40.2,-105.2", "-105.2,40.2"), REPS, r"A3.*-105\.2"),
    "rep without home": (ACCOUNTS, changed(REPS, 2, "40.3,-105.3", ","), r"reps\.csv.*T2"),
    "unknown rep": (changed(ACCOUNTS, 4, "T2", "T9"), REPS, r"accounts\.csv.*A4.*T9"),
    "empty file": ((), REPS, r"accounts\.csv.*empty"),
    "not what it says": (("PK\x03\x04\x14\x00",), REPS, r"accounts\.csv"),
}


@pytest.mark.parametrize("fault", WRONG)
@pytest.mark.parametrize("verb", ["check", "plan"])
def test_a_wrong_file_is_told_in_a_sentence(verb: str, fault: str, tmp_path: Path) -> None:
    """File, id and value are named; there is no traceback, no result, and no file."""
    accounts, reps, told = WRONG[fault]
    refused = run(verb, write_project(tmp_path / "project", accounts, reps))
    assert (refused.code, refused.out) == (2, "")
    assert re.search(told, refused.err, re.DOTALL)
    assert "Traceback" not in refused.err
    assert not (tmp_path / "project" / "out").exists()


def test_all_faults_of_all_files_come_at_once(tmp_path: Path) -> None:
    """One run shows everything there is to mend."""
    accounts = changed(changed(ACCOUNTS, 2, "A2", "A1"), 3, "40.2", "412")
    reps = changed(REPS, 2, "40.3,-105.3", ",")
    refused = run("check", write_project(tmp_path, accounts, reps))
    assert refused.code == 2
    assert "accounts.csv: 2 problems found." in refused.err
    assert "reps.csv: 1 problem found." in refused.err


def test_an_unknown_setting_gets_a_hint(tmp_path: Path) -> None:
    """A misspelt key is refused with the nearest right one."""
    project = write_project(tmp_path, ACCOUNTS, REPS, "time_limit = 3\n")
    refused = run("plan", project)
    assert refused.code == 2
    assert "[solve] has no setting 'time_limit'. Did you mean 'time_limit_s'?" in refused.err


def test_a_project_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    """The path is named."""
    refused = run("plan", tmp_path / "nowhere")
    assert refused.code == 2
    assert "nowhere" in refused.err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), "required: VERB"),
        (("draw",), "invalid choice"),
        (("plan", ".", "--time-limit", "-1"), "not a number of seconds above 0"),
        (("plan", ".", "--seed", "x"), "not a whole number"),
        (("history", ".", "--last", "0"), "'0' is not a whole number, 1 or more"),
        (("sweep", ".", "--workers", "x"), "'x' is not a whole number, 1 or more"),
        (("export", "a.plan", "out", "--effective-date", "31.1.2027"), "year-month-day"),
    ],
)
def test_bad_usage_is_wrong_input(arguments: tuple[str, ...], told: str) -> None:
    """A wrong option exits 2 and says what is wanted."""
    refused = run(*arguments)
    assert (refused.code, refused.out) == (2, "")
    assert told in refused.err


@pytest.mark.parametrize("verb", [("compare",), ("report",), ("export", "out")])
def test_a_file_that_is_no_plan_is_refused(verb: tuple[str, ...], tmp_path: Path) -> None:
    """Every verb that takes a plan says so."""
    path = tmp_path / "accounts.csv"
    path.write_text("account_id\n", encoding="utf-8")
    refused = run(verb[0], path, *(tmp_path / more for more in verb[1:]))
    assert (refused.code, refused.out) == (2, "")
    assert "this is not a plan file" in refused.err


def test_two_locks_too_heavy_are_told_with_both_numbers(tmp_path: Path) -> None:
    """120 h/yr are locked to a territory that may hold 110: no plan, and why."""
    locks = "".join(
        f'[[lock]]\naccount = "{account}"\nterritory = "T1"\n' for account in ("A1", "A2")
    )
    project = write_project(tmp_path, ACCOUNTS, REPS, locks)
    none = run("plan", project)
    assert (none.code, none.out) == (1, "")
    assert "No alignment satisfies these criteria together" in none.err
    assert re.search(r"\b120\b", none.err)
    assert re.search(r"\b110\b", none.err)
    assert not (project / "out").exists()
