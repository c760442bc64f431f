"""`[[scenario]]` in plan.toml: what may be written, and every fault in it at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from territory_planner.config import read_settings
from territory_planner.domain.criteria import Band
from territory_planner.domain.scenario import CloseTerritory, OpenTerritory, Scenario, SetShare
from territory_planner.errors import InputError
from tests.intake.projects import PLAN, write_project

SCENARIOS = """
[[scenario]]
name = "hire"
edits = [
  { open_territory = "T4", name = "Denver", latitude = 39.7, longitude = -105.0, share = 0.5 },
  { set_share = "T1", share = 2 },
]

[[scenario]]
name = "leaver in May"
parent = "hire"
bands = { workload = 0.2 }
budgets = { workload = 0.1 }
edits = [{ close_territory = "R2" }]
"""


def read(tmp_path: Path, text: str) -> tuple[Scenario, ...]:
    """Return the scenarios of a project with some text added to its settings."""
    return read_settings(write_project(tmp_path, plan=PLAN + text)).scenarios


def refused(tmp_path: Path, text: str) -> str:
    """Return the message the text is refused with."""
    with pytest.raises(InputError) as caught:
        read(tmp_path, text)
    return str(caught.value)


def test_scenarios_are_read_in_their_order(tmp_path: Path) -> None:
    """Edits keep theirs as well; what is not given has its default."""
    hire, leaver = read(tmp_path, SCENARIOS)
    opened = OpenTerritory("T4", "Denver", 39.7, -105.0, 0.5)
    assert hire == Scenario("hire", (opened, SetShare("T1", 2.0)))
    assert leaver.edits == (CloseTerritory("R2"),)
    assert leaver.parent == "hire"
    assert leaver.bands == {"workload": Band.within(0.2)}
    assert leaver.budgets == {"workload": 0.1}
    settings = read_settings(tmp_path)
    assert [s.name for s in settings.lineage("leaver in May")] == ["hire", "leaver in May"]
    with pytest.raises(InputError, match="Did you mean 'hire'"):
        settings.lineage("hires")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[scenario]\nname = "a"\n', "Write [[scenario]], with two brackets"),
        ("[[scenario]]\nedits = []\n", "[[scenario]] 1 needs the setting 'name'"),
        ('[[scenario]]\nname = "a"\nedit = []\n', "has no setting 'edit'"),
        ('[[scenario]]\nname = "a"\nedits = "x"\n', "edits must be a list"),
        (
            '[[scenario]]\nname = "a"\nedits = [{ close_teritory = "T1" }]\n',
            "Did you mean 'close_territory'",
        ),
        ('[[scenario]]\nname = "a"\nedits = [{}]\n', "edit 1 must be a table"),
        (
            '[[scenario]]\nname = "a"\nedits = [{ close_territory = "T1", lock = "A1" }]\n',
            "Make two edits of it",
        ),
        (
            '[[scenario]]\nname = "a"\nedits = [{ set_share = "T1" }]\n',
            "[[scenario]] 'a' edit 1 needs the setting 'share'",
        ),
        (
            '[[scenario]]\nname = "a"\nedits = [{ set_share = "T1", share = "half" }]\n',
            "share must be a number",
        ),
        ('[[scenario]]\nname = "base"\n', "Rename it"),
        ('[[scenario]]\nname = "a"\n[[scenario]]\nname = "a"\n', "is there 2 times"),
        ('[[scenario]]\nname = "a b"\n[[scenario]]\nname = "A-b"\n', "the folder of 'a b'"),
        ('[[scenario]]\nname = "a"\nparent = "b"\n', "parent 'b' is not a scenario"),
        (
            '[[scenario]]\nname = "a"\nparent = "b"\n[[scenario]]\nname = "b"\nparent = "a"\n',
            "among its own parents",
        ),
        ('[[scenario]]\nname = "a"\nbands = { work = 0.1 }\n', "Did you mean 'workload'?"),
        ('[[scenario]]\nname = "a"\nbudgets = { workload = 2 }\n', "must be at most 1"),
        ("[[scenarios]]\n", "Did you mean 'scenario'?"),
    ],
)
def test_faults_are_told(tmp_path: Path, text: str, told: str) -> None:
    """In a sentence with what to do."""
    assert told in refused(tmp_path, text)
