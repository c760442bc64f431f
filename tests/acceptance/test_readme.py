"""The README keeps its word: its script runs, its verbs and settings are those there are."""

from __future__ import annotations

import csv
import dataclasses
import re
from pathlib import Path

import pytest

from territory_planner.cli.verbs import VERBS
from territory_planner.config import ACCOUNT_COLUMNS, REP_COLUMNS, read_settings, tables
from tests.acceptance.conftest import run

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def scripts() -> list[str]:
    return [str(found) for found in re.findall(r"```python\n(.*?)```", README, re.DOTALL)]


def script() -> str:
    return scripts()[0]


def test_the_script_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The ten lines plan the project that init makes, and write what they say."""
    monkeypatch.chdir(tmp_path)
    assert run("init", "first-plan").code == 0
    quick = script().replace("time_limit_s=20", "time_limit_s=8, relative_gap=0.02")
    assert quick != script()
    what_if = scripts()[1].replace("time_limit_s=20", "time_limit_s=8, relative_gap=0.02")
    names: dict[str, object] = {}
    exec(compile(quick, "README.md", "exec"), names)
    assert "100% in band" in capsys.readouterr().out
    exec(compile(what_if, "README.md", "exec"), names)
    assert re.search(r"\+\d+\.\d km of mean distance without T3", capsys.readouterr().out)
    record = scripts()[2]
    assert run("plan", "first-plan", "--time-limit", "8").code == 0
    exec(compile(record, "README.md", "exec"), names)
    assert "True" in capsys.readouterr().out
    assert "from Python" in run("history", "first-plan").out
    for name in ("map.html", "report.html", "for-the-crm/manifest.json", "first.plan"):
        assert (tmp_path / name).is_file()


def test_faults_are_told_as_shown(tmp_path: Path) -> None:
    """The example of a message is what check prints about two spoilt lines of the sample."""
    project = tmp_path / "first-plan"
    assert run("init", project).code == 0
    path = project / "accounts.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    rows[3][rows[0].index("account_id")] = rows[2][rows[0].index("account_id")]
    rows[6][rows[0].index("latitude")] = "412"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    (shown,) = re.findall(r"```text\n(.*?)```", README, re.DOTALL)
    assert run("check", project).err == shown


def test_the_scenarios_shown_are_read(tmp_path: Path) -> None:
    """Every example of plan.toml is one, and its edits name measures and columns as they should."""
    project = tmp_path / "first-plan"
    assert run("init", project).code == 0
    blocks = re.findall(r"```toml\n(.*?)```", README, re.DOTALL)
    shown = "\n".join(block for block in blocks if "[[scenario]]" in block)
    names = re.findall(r'^name = "(.*)"', shown, re.MULTILINE)
    path = project / "plan.toml"
    path.write_text(path.read_text("utf-8") + shown, encoding="utf-8")
    settings = read_settings(path)
    assert names
    assert [s.name for s in settings.scenarios][-len(names) :] == names
    assert settings.kept_columns() == ("segment", "industry")


def test_the_script_has_ten_lines() -> None:
    """Ten lines of code, as the README says, the import included."""
    assert len([line for line in script().splitlines() if line.strip()]) == 10


def test_every_verb_has_an_example_that_parses() -> None:
    """Each row of the verbs' table shows a command that the parser takes."""
    from territory_planner.cli.arguments import parser

    rows = re.findall(r"^\| `(\w+) [^|]*\|[^|]*\| `territory-planner ([^`]*)` \|$", README, re.M)
    assert [name for name, _ in rows] == [verb.name for verb in VERBS]
    for verb, (_, example) in zip(VERBS, rows, strict=True):
        words = [word.strip('"') for word in example.split()]
        assert parser(VERBS).parse_args(words).run is verb.run


TABLES = (
    "ProjectTable DataTable UnitsTable MeasureTable CriteriaTable DisruptionTable PairTable "
    "SolveTable MapTable StoreTable"
)


@pytest.mark.parametrize("table", TABLES.split())
def test_every_setting_is_explained(table: str) -> None:
    """Each key that plan.toml may have stands in the README."""
    for field in dataclasses.fields(getattr(tables, table)):
        assert f"`{field.name}`" in README


def test_every_column_is_named() -> None:
    """Each column that can be mapped stands in the README."""
    for name in (*ACCOUNT_COLUMNS, *REP_COLUMNS):
        assert f"`{name}`" in README


def test_local_links_lead_somewhere() -> None:
    """No file that the README points at is missing."""
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert (ROOT / target).exists(), target
