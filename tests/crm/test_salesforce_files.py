"""Files for Salesforce: to the byte, in load order, and never what cannot be loaded."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import pytest

from territory_planner.crm.change_set import Scope
from territory_planner.crm.export import export_for
from territory_planner.crm.file_format import Options
from territory_planner.crm.hold_over import hold_over
from territory_planner.crm.load import Wishes
from territory_planner.crm.records import read_records
from territory_planner.crm.salesforce_csv import id18
from territory_planner.crm.salesforce_files import write_bulk
from territory_planner.errors import InputError
from territory_planner.exporting.territories import hierarchy
from tests.crm.loads import (
    HOSTILE,
    files_of,
    plan_with_ids,
    salesforce,
    salesforce_plan,
    write_records,
    write_table,
)
from tests.exporting.plans import rows_of

GOLDEN = Path(__file__).parent / "golden"
ACCOUNT, USER = salesforce("001"), salesforce("005")
TERRITORY, MODEL, TYPE, ROW = (salesforce(p) for p in ("0MI", "0MA", "0M5", "0MS"))
DAY = date(2027, 1, 1)


def org(folder: Path) -> Path:
    """Return the tables of an org in which the territories are, and accounts stand as today."""
    write_records(folder, ACCOUNT, USER)
    write_table(folder, "Territory2Type.csv", "Id,DeveloperName", (TYPE(1), "Rep_Territory"))
    write_table(folder, "Territory2Model.csv", "Id,DeveloperName",
                (MODEL(1), "Territory_plan_2027_01_01"))  # fmt: skip
    names = [place.developer_name for place in hierarchy(salesforce_plan().problem)]
    write_table(folder, "Territory2.csv", "Id,DeveloperName,Territory2ModelId",
                *((TERRITORY(n), name, MODEL(1)) for n, name in enumerate(names, start=1)),
                (TERRITORY(9), "Elsewhere", MODEL(2)))  # fmt: skip
    write_table(folder, "UserTerritory2Association.csv", "Id,UserId,Territory2Id",
                ("01Y000000000001", USER(1), TERRITORY(1)),
                ("01Y000000000002", USER(3), TERRITORY(2)),
                ("01Y000000000003", USER(3), TERRITORY(9)))  # fmt: skip
    write_table(folder, "ObjectTerritory2Association.csv",
                "Id,ObjectId,Territory2Id,AssociationCause",
                (ROW(0), ACCOUNT(0), TERRITORY(1), "Territory2Manual"),
                (ROW(1), ACCOUNT(1), TERRITORY(1), "Territory2Manual"),
                (ROW(2), ACCOUNT(1), TERRITORY(9), "Territory2Manual"),
                (ROW(3), ACCOUNT(2), TERRITORY(2), "Territory2AssignmentRule"),
                (ROW(4), ACCOUNT(3), TERRITORY(1), "Territory2AssignmentRule"))  # fmt: skip
    return folder


def exported(
    folder: Path,
    records: Path | None = None,
    wishes: Wishes | None = None,
    options: Options | None = None,
    manager: str | None = None,
) -> dict[str, str]:
    """Return the files for Salesforce by their path, with a word for what differs each time."""
    plan = salesforce_plan(manager)
    wishes = wishes or Wishes(effective_date=DAY)
    tables = read_records(records) if records else None
    export_for(plan, folder, "salesforce", wishes, tables, options)
    words = {plan.fingerprint: "PLAN", plan.fingerprint[:12]: "PLAN"}
    words |= {tables.read_at: "READ_AT"} if tables else {}
    return files_of(folder / "salesforce", words)


def test_the_bytes_of_a_new_model(tmp_path: Path) -> None:
    """Into an org that knows nothing of the plan: every file as it was looked at once."""
    found = exported(tmp_path / "out", manager="Ana <Lopez>")
    assert found == files_of(GOLDEN / "salesforce_new")


def test_the_bytes_of_what_changes(tmp_path: Path) -> None:
    """Into an org with the model: new memberships, the rows they replace, and the way back."""
    found = exported(tmp_path / "out", org(tmp_path / "org"))
    assert found == files_of(GOLDEN / "salesforce_change")


def test_what_nothing_needs_is_not_made(tmp_path: Path) -> None:
    """Where all territories are in the org, neither a type nor a model is written."""
    folder = org(tmp_path / "org")
    (folder / "Territory2Type.csv").unlink()
    (folder / "Territory2Model.csv").unlink()
    found = exported(tmp_path / "out", folder)
    assert not [name for name in found if name.startswith(("10_", "20_", "30_", "needs_ids"))]


def test_a_membership_of_a_rule_is_never_touched(tmp_path: Path) -> None:
    """Rows of the rules engine and of other models are neither deleted nor doubled."""
    found = exported(tmp_path / "out", org(tmp_path / "org"))
    assert found["51_ObjectTerritory2Association_delete.csv"] == f"Id\n{id18(ROW(1))}\n"
    insert = found["50_ObjectTerritory2Association_insert.csv"].splitlines()
    assert insert[0] == "ObjectId,Territory2Id,AssociationCause"
    assert insert[1:] == [
        f"{id18(ACCOUNT(n))},{id18(TERRITORY(2))},Territory2Manual" for n in (1, 3)
    ]


def test_members_come_before_they_go(tmp_path: Path) -> None:
    """Who holds a territory joins it, who held it leaves it, and another model's stay."""
    found = exported(tmp_path / "out", org(tmp_path / "org"))
    assert found["40_UserTerritory2Association_insert.csv"].splitlines()[1:] == [
        f"{id18(USER(2))},{id18(TERRITORY(2))},"
    ]
    assert found["41_UserTerritory2Association_delete.csv"] == f"Id\n{id18('01Y000000000002')}\n"


def test_parents_stand_in_an_earlier_file(tmp_path: Path) -> None:
    """Teams are level 1 and their territories level 2, which names a team that level 1 makes."""
    found = exported(tmp_path / "out", manager="Ana <Lopez>")
    above = found["needs_ids/30_Territory2_L1.csv"].splitlines()[1:]
    below = found["needs_ids/30_Territory2_L2.csv"].splitlines()[1:]
    assert [line.split(",")[0] for line in above] == ["Team_of_Ana_Lopez"]
    assert len(below) == 2
    assert all(",Team_of_Ana_Lopez," in line for line in below)


def test_owners_alone_need_no_model(tmp_path: Path) -> None:
    """Without territories there is one file to load, and nothing about models in the steps."""
    wishes = Wishes(Scope(territory=False))
    found = exported(tmp_path / "out", wishes=wishes)
    assert sorted(found) == ["60_Account_update.csv", "README.txt"]
    assert "Sales Territories" not in found["README.txt"]


def test_opportunities_in_files_of_their_own(tmp_path: Path) -> None:
    """They move with owner and territory; held ones are listed, and have a file for their day."""
    folder = org(tmp_path / "org")
    opportunity = salesforce("006")
    write_table(folder, "opportunities.csv", "Id,Name,AccountId,OwnerId,Amount,StageName",
                (opportunity(1), "=HYPERLINK()", ACCOUNT(1), USER(1), "10", "Proposal"),
                (opportunity(2), "later", ACCOUNT(1), USER(1), "90000", "Proposal"))  # fmt: skip
    wishes = Wishes(opportunities=hold_over("hold until 2027-03-31", [], 1000.0, DAY))
    found = exported(tmp_path / "out", folder, wishes)
    owner, territory = id18(USER(2)), id18(TERRITORY(2))
    head = "Id,OwnerId,Territory2Id\n"
    assert found["61_Opportunity_update.csv"] == (
        f"{head}{id18(opportunity(1))},{owner},{territory}\n"
    )
    assert found["later_2027-03-31/61_Opportunity_update.csv"] == (
        f"{head}{id18(opportunity(2))},{owner},{territory}\n"
    )
    (held,) = rows_of(tmp_path / "out" / "held.csv")
    assert (held["amount"], held["hold_until"]) == ("90000.00", "2027-03-31")
    assert held["account_name"] == HOSTILE[1]
    given = rows_of(tmp_path / "out" / "handover.csv")
    (one,) = [row for row in given if row["hold_until"]]
    assert (one["open_opportunities"], one["open_pipeline"]) == ("2", "90010.0")
    assert (one["account_id"], one["hold_until"]) == (ACCOUNT(1), "2027-03-31")


def test_short_ids_are_written_long(tmp_path: Path) -> None:
    """A plan made from a report, whose ids have 15 characters, gives the same rows."""
    plan = plan_with_ids(lambda n: ACCOUNT(n)[:15], lambda n: USER(n)[:15])
    export_for(plan, tmp_path / "out", "salesforce", Wishes(effective_date=DAY))
    found = files_of(tmp_path / "out" / "salesforce")
    name = "60_Account_update.csv"
    assert found[name] == exported(tmp_path / "long")[name]


def test_ids_that_are_none_are_refused_before_anything_is_written(tmp_path: Path) -> None:
    """One error names records and owners, and no folder is left."""
    plan = plan_with_ids(lambda n: f"A{n}", lambda n: f"R{n}")
    with pytest.raises(InputError, match=r"records have an id.*'A1'(.|\n)*owners have an id.*'R"):
        export_for(plan, tmp_path / "out", "salesforce")
    assert not (tmp_path / "out").exists()


def test_an_id_that_lost_its_capitals_is_refused(tmp_path: Path) -> None:
    """18 characters whose checksum does not fit went through a tool that ignores capitals."""
    broken = id18("001FkAbCdEfGhIj").lower()
    plan = plan_with_ids(lambda n: broken if n == 1 else ACCOUNT(n), USER)
    with pytest.raises(InputError, match=f"'{broken}'"):
        export_for(plan, tmp_path / "out", "salesforce")


def test_rules_need_areas(tmp_path: Path) -> None:
    """A plan whose units are its accounts has no postal codes to make rules of."""
    plan = salesforce_plan()
    units = replace(plan.problem.units, ids=plan.problem.accounts.ids)
    plan = replace(plan, problem=replace(plan.problem, units=units))
    with pytest.raises(InputError, match="the plan's units are accounts"):
        export_for(plan, tmp_path / "out", "salesforce", options=Options(rules="BillingPostalCode"))


@pytest.mark.parametrize("field", ["Billing Postal Code", "a</field>", "1x"])
def test_a_rule_is_by_a_field(field: str, tmp_path: Path) -> None:
    """What is no API name does not reach the metadata."""
    with pytest.raises(InputError, match="no API name of a field"):
        export_for(salesforce_plan(), tmp_path / "out", "salesforce", options=Options(rules=field))


def test_a_rule_gives_each_territory_its_areas(tmp_path: Path) -> None:
    """Each unit is in the rule of its territory, which names the rule; 50 has no row for it."""
    found = exported(tmp_path / "out", options=Options(rules="BillingPostalCode"))
    values = {}
    for name, text in found.items():
        if name.endswith(".territory2Rule-meta.xml"):
            tree = ElementTree.fromstring(text)
            ns = "{http://soap.sforce.com/2006/04/metadata}"
            label = tree.findtext(f"{ns}name")
            values[label] = [e.text for e in tree.iter(f"{ns}value")]
    assert values == {"North & <South> 1": ["U0"], 'Zürich "West", 🙂 1': ["U1,U2,U3"]}
    territory = next(t for n, t in found.items() if n.endswith("/North_South.territory2-meta.xml"))
    assert "<ruleName>North_South_1_1</ruleName>" in territory
    assert not any("50_" in name for name in found)


def test_a_large_file_is_split(tmp_path: Path) -> None:
    """Each part says how many rows it has, and all together are all rows."""
    rows = [(f"{n:018d}", "x\ny") for n in range(50)]
    files = write_bulk(tmp_path, "60_Account_update", ("Id", "OwnerId"), rows, largest=300)
    assert sum(files.values()) == 50
    assert list(files)[:2] == ["60_Account_update.csv", "60_Account_update_2.csv"]
    assert all((tmp_path / name).stat().st_size <= 300 for name in files)


def test_every_file_of_metadata_is_xml(tmp_path: Path) -> None:
    """Names with tags, quotes and control characters are data, and come back as they were."""
    found = exported(tmp_path / "out", manager="</name><active>\x00 & \U0001f600")
    names = []
    for name, text in found.items():
        if name.endswith(".xml"):
            names += [
                e.text for e in ElementTree.fromstring(text).iter() if e.tag.endswith("}name")
            ]
    assert "Team of </name><active> & \U0001f600" in names
    assert 'Zürich "West", 🙂' in names
