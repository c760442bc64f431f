"""Input files are told apart by their content, and no secret is recorded."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from territory_planner.config import read_settings
from territory_planner.errors import InputError
from territory_planner.store.inputs import (
    files_again,
    input_files,
    inputs_fingerprint,
    place_of_store,
    settings_text,
    without_secrets,
)
from tests.acceptance.conftest import ACCOUNTS, REPS, write_project


def test_every_file_is_recorded_with_its_content(tmp_path: Path) -> None:
    """Path relative to the project, size and SHA-256; also of files that few projects have."""
    more = '[map]\nlines = { roads = "../lines.geojson" }\n'
    project = write_project(tmp_path / "p", ACCOUNTS, REPS, more)
    (tmp_path / "lines.geojson").write_bytes(b"{}")
    settings = read_settings(project)
    found = input_files(settings)
    assert [file.path for file in found] == ["../lines.geojson", "accounts.csv", "reps.csv"]
    for file in found:
        content = (project / file.path).read_bytes()
        assert (file.size, file.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    (tmp_path / "lines.geojson").write_bytes(b"{ }")
    changed = input_files(settings)
    assert inputs_fingerprint(changed) != inputs_fingerprint(found)
    assert inputs_fingerprint(changed[1:]) == inputs_fingerprint(found[1:])


def test_files_that_cannot_be_read_are_told_together(tmp_path: Path) -> None:
    """As faults, not as a traceback."""
    project = write_project(tmp_path, ACCOUNTS, REPS)
    for name in ("accounts.csv", "reps.csv"):
        (project / name).unlink()
    with pytest.raises(InputError, match=r"(?s)accounts\.csv: 1 problem.*reps\.csv: 1 problem"):
        input_files(read_settings(project))


def test_files_of_a_scenario_are_those_of_its_line(tmp_path: Path) -> None:
    """Tables and plans, each once however its name is written."""
    project = write_project(
        tmp_path,
        ACCOUNTS,
        REPS,
        '[[scenario]]\nname = "a"\nstart = "a.plan"\nedits = [{ add_accounts = "new.csv" }]\n'
        '[[scenario]]\nname = "b"\nparent = "a"\nstart = "b.plan"\n'
        'edits = [{ add_accounts = "./new.csv" }, { add_accounts = { id = "N", hours = 1 } }]\n'
        '[[scenario]]\nname = "c"\nedits = [{ add_accounts = "c.csv" }]\n',
    )
    for name in ("a.plan", "b.plan", "new.csv"):
        (project / name).write_text(name, encoding="utf-8")
    settings = read_settings(project)
    found = [file.path for file in input_files(settings, "b")]
    assert found == ["a.plan", "accounts.csv", "b.plan", "new.csv", "reps.csv"]
    assert len(input_files(settings)) == 2
    with pytest.raises(InputError, match=r"c\.csv: 1 problem"):
        input_files(settings, "c")


def test_a_file_is_not_new_because_it_was_not_recorded(tmp_path: Path) -> None:
    """What `plan.toml` named then was there; what it names only now is new."""
    more = '[[scenario]]\nname = "a"\nedits = [{ add_accounts = "new.csv" }]\n'
    project = write_project(tmp_path, ACCOUNTS, REPS, more)
    (project / "new.csv").write_text("id\n", encoding="utf-8")
    settings = read_settings(project)
    old = input_files(settings)
    assert files_again(settings, "a", old, ("new.csv", "h/yr")) == old
    assert files_again(settings, "a", old) == input_files(settings, "a")
    # A scenario that is no more leaves its files where they are.
    whole = input_files(settings, "a")
    assert files_again(settings, "gone", whole) == whole
    (project / "new.csv").unlink()
    assert files_again(settings, "a", whole) == old


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://ana:hush@db.example.com/runs",
        "postgresql://ana:hu@sh@db.example.com/runs",
        "postgresql://ana:hush/@db.example.com/runs",
        "postgresql://db.example.com/runs?user=ana&password=hush&x=1",
    ],
)
def test_no_secret_is_recorded(tmp_path: Path, url: str) -> None:
    """Host and database stay, so that a reader knows what was meant."""
    project = write_project(tmp_path, ACCOUNTS, REPS, f'[store]\nurl = "{url}"\n')
    told = settings_text(read_settings(project))
    assert "hu" not in told.partition("[store]")[2]
    assert "db.example.com/runs" in told
    assert (
        told.partition("[store]")[0]
        == ((project / "plan.toml").read_text(encoding="utf-8").partition("[store]")[0])
    )


def test_what_is_no_secret_stays() -> None:
    """An address in a text is left alone."""
    text = 'column = "password reset"\nemail = "ana@example.com"\n'
    assert without_secrets(text) == text


def test_where_a_store_lies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beside plan.toml, relative to it, or where the environment says."""
    monkeypatch.delenv("TERRITORY_PLANNER_STORE", raising=False)
    settings = read_settings(write_project(tmp_path, ACCOUNTS, REPS))
    assert place_of_store(settings) == tmp_path / "runs.sqlite"
    for url, place in (
        ("team.sqlite", tmp_path / "team.sqlite"),
        ("sqlite:///team.sqlite", f"sqlite:///{tmp_path / 'team.sqlite'}"),
        ("sqlite:////team.sqlite", "sqlite:////team.sqlite"),
        ("postgresql://db/runs", "postgresql://db/runs"),
    ):
        told = replace(settings, store=replace(settings.store, url=url))
        assert place_of_store(told) == place
    monkeypatch.setenv("TERRITORY_PLANNER_STORE", "postgresql://other/runs")
    assert place_of_store(settings) == "postgresql://other/runs"
    # Of the environment a path is one from where the command runs, as of any command.
    monkeypatch.setenv("TERRITORY_PLANNER_STORE", "team.sqlite")
    assert place_of_store(settings) == "team.sqlite"
