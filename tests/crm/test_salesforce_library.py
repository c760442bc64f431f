"""Salesforce's own library takes the metadata project for what it is meant to be."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from territory_planner.crm.export import export_for
from territory_planner.crm.file_format import Options
from territory_planner.crm.load import Wishes
from tests.crm.loads import salesforce_plan

pytestmark = pytest.mark.npm
CACHE = "TERRITORY_PLANNER_NPM"
"""Names a folder that is kept, so that the packages are fetched once."""
HERE = Path(__file__).parent / "library"
LIBRARY = "@salesforce/source-deploy-retrieve"


@pytest.fixture(scope="session")
def library() -> Iterator[Path]:
    """Fetch the library into a folder outside the repository."""
    if not (shutil.which("node") and shutil.which("npm")):
        pytest.skip("NOT RUN with Salesforce's library: there is no node or npm on this machine")
    kept = os.environ.get(CACHE)
    there = Path(kept) / "library" if kept else Path(tempfile.mkdtemp(prefix="library-"))
    there.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "convert.mjs"):
        shutil.copy(HERE / name, there / name)
    wanted = json.loads((there / "package.json").read_text(encoding="utf-8"))["dependencies"]
    installed = there / "node_modules" / LIBRARY / "package.json"
    if not installed.exists() or json.loads(installed.read_text())["version"] != wanted[LIBRARY]:
        command = ["npm", "install", "--no-package-lock", "--ignore-scripts", "--no-audit",
                   "--no-fund"]  # fmt: skip
        done = subprocess.run(command, cwd=there, capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.fail(f"npm could not fetch {LIBRARY}: {done.stderr.strip()[-1000:]}")
    yield there
    if not kept:
        shutil.rmtree(there, ignore_errors=True)


def converted(library: Path, project: Path, target: Path) -> dict[str, Any]:
    """Return what the library makes of a project."""
    command = ["node", "convert.mjs", str(project / "force-app"), str(target)]
    done = subprocess.run(command, cwd=library, capture_output=True, text=True, check=False,
                          timeout=120)  # fmt: skip
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def test_the_library_recognises_every_component(library: Path, tmp_path: Path) -> None:
    """Types, model, teams, territories and rules, each by its name and below its model."""
    export_for(
        salesforce_plan(manager="Ana </name><Lopez>"),
        tmp_path / "out",
        "salesforce",
        Wishes(effective_date=date(2027, 1, 1)),
        options=Options('FY27 "<plan>"', "BillingPostalCode"),
    )
    project = tmp_path / "out" / "salesforce" / "metadata"
    found = converted(library, project, tmp_path / "converted")
    members = {}
    ns = "{http://soap.sforce.com/2006/04/metadata}"
    for types in ElementTree.fromstring(found["manifest"]).iter(f"{ns}types"):
        names = sorted(str(e.text) for e in types.findall(f"{ns}members"))
        members[types.findtext(f"{ns}name")] = names
    assert members == {
        "Territory2": ["FY27_plan.North_South", "FY27_plan.Team_of_Ana_name_Lopez",
                       "FY27_plan.Zurich_West"],
        "Territory2Model": ["FY27_plan"],
        "Territory2Rule": ["FY27_plan.North_South_1_1", "FY27_plan.Zurich_West_2_1"],
        "Territory2Type": ["Rep_Territory", "Team_Territory"],
    }  # fmt: skip
    assert found["files"] == [
        "package.xml",
        "territory2Models/FY27_plan/FY27_plan.territory2Model",
        "territory2Models/FY27_plan/rules/North_South_1_1.territory2Rule",
        "territory2Models/FY27_plan/rules/Zurich_West_2_1.territory2Rule",
        "territory2Models/FY27_plan/territories/North_South.territory2",
        "territory2Models/FY27_plan/territories/Team_of_Ana_name_Lopez.territory2",
        "territory2Models/FY27_plan/territories/Zurich_West.territory2",
        "territory2Types/Rep_Territory.territory2Type",
        "territory2Types/Team_Territory.territory2Type",
    ]


def test_the_library_reads_names_as_they_are(library: Path, tmp_path: Path) -> None:
    """Tags and quotes in a name are text to its parser, and rules stand at their territory."""
    options = Options("FY27", "BillingPostalCode")
    export_for(salesforce_plan("<b>"), tmp_path / "out", "salesforce", options=options)
    project = tmp_path / "out" / "salesforce" / "metadata"
    parsed = converted(library, project, tmp_path / "converted")["parsed"]
    north = parsed["Territory2 FY27.North_South"]["Territory2"]
    assert north["name"] == "North & <South>"
    assert north["parentTerritory"] == "Team_of_b"
    assert north["ruleAssociations"]["ruleName"] == "North_South_1_1"
    rule = parsed["Territory2Rule FY27.Zurich_West_2_1"]["Territory2Rule"]
    assert rule["ruleItems"] == {
        "field": "Account.BillingPostalCode",
        "operation": "equals",
        "value": "U1,U2,U3",
    }
