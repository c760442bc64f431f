"""A plan as a Salesforce territory model: hierarchy, names, rules, and XML that is XML."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.etree import ElementTree

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from territory_planner.crm.salesforce_metadata import write_metadata
from territory_planner.crm.salesforce_model import territory_model
from territory_planner.domain.plan import Plan
from territory_planner.exporting.territories import hierarchy
from tests.crm.loads import salesforce_plan
from tests.exporting.plans import plan_of
from tests.worlds import grid_problem

NS = "{http://soap.sforce.com/2006/04/metadata}"


def named(names: list[str], managers: list[str | None]) -> Plan:
    """Return a plan whose territories have these names and managers."""
    problem = grid_problem("1" * len(names), n_territories=len(names))
    territories = tuple(
        replace(territory, name=name, manager=manager)
        for territory, name, manager in zip(problem.territories, names, managers, strict=True)
    )
    letters = "".join(chr(ord("A") + k) for k in range(len(names)))
    return plan_of(replace(problem, territories=territories), letters)


names = st.text(max_size=100)
writable = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


@given(st.lists(st.tuples(names, st.none() | st.sampled_from(["Ana", "ana", "", "Bo"]) | names),
                min_size=1, max_size=6))  # fmt: skip
def test_parents_first_and_keys_unique(rows: list[tuple[str, str | None]]) -> None:
    """Whatever people are called, every key is one that Salesforce takes, and stands once."""
    plan = named([name for name, _ in rows], [manager for _, manager in rows])
    places = hierarchy(plan.problem)
    keys = [place.developer_name for place in places]
    assert len({key.lower() for key in keys}) == len(keys)
    for key in keys:
        assert key.isascii()
        assert key.replace("_", "").isalnum()
        assert key[0].isalpha()
        assert not key.endswith("_")
        assert "__" not in key
        assert len(key) <= 80
    ids = [place.territory.id for place in places]
    assert len(set(ids)) == len(ids)
    for at, place in enumerate(places):
        assert place.parent is None or place.parent in places[:at]
    with_manager = {m for _, m in rows if m}
    assert sum(place.is_team for place in places) == len(with_manager)


@given(st.tuples(writable, writable), writable)
def test_any_name_makes_xml(told: tuple[str, str], model: str) -> None:
    """What XML can say comes back as it was; what it cannot is left out, and nothing breaks."""
    plan = named([*told], [told[1], None])
    with TemporaryDirectory() as folder:
        files = write_metadata(territory_model(plan, model), Path(folder))
        texts = {n: (Path(folder) / n).read_text("utf-8") for n in files if n.endswith(".xml")}
    found = {ElementTree.fromstring(text).findtext(f"{NS}name") for text in texts.values()}
    for name, territory in zip(told, plan.problem.territories, strict=True):
        wanted = name or territory.id
        if all(c.isprintable() for c in wanted):
            assert wanted in found


def test_a_long_rule_is_several(tmp_path: Path) -> None:
    """An item has 1,000 characters at most and a rule 10 items; no area is lost."""
    n = 2500
    plan = plan_of(grid_problem("1" * n), "A" * n)
    ids = np.array([f"{i:05d}" for i in range(n)])
    units = replace(plan.problem.units, ids=ids)
    plan = replace(plan, problem=replace(plan.problem, units=units))
    model = territory_model(plan, "FY27", "BillingPostalCode")
    rules = model.rules["T1"]
    assert [len(rule.values) for rule in rules] == [10, 6]
    assert max(len(value) for rule in rules for value in rule.values) <= 1000
    assert [i for rule in rules for v in rule.values for i in v.split(",")] == ids.tolist()
    assert model.rules["T2"] == ()
    files = write_metadata(model, tmp_path)
    (first,) = [name for name in files if name.endswith("/Territory_1_1_1.territory2Rule-meta.xml")]
    tree = ElementTree.parse(tmp_path / first).getroot()
    assert tree.findtext(f"{NS}booleanFilter") == "1 OR 2 OR 3 OR 4 OR 5 OR 6 OR 7 OR 8 OR 9 OR 10"
    (territory,) = [name for name in files if name.endswith("/Territory_1.territory2-meta.xml")]
    tree = ElementTree.parse(tmp_path / territory).getroot()
    told = [e.findtext(f"{NS}ruleName") for e in tree.iter(f"{NS}ruleAssociations")]
    assert told == ["Territory_1_1_1", "Territory_1_1_2"]


def test_a_named_account_is_in_no_rule() -> None:
    """It stands outside its area, so that its area's rule must not be about it."""
    plan = salesforce_plan()
    units = plan.problem.units
    named_units = replace(units, named=np.array([False, True, False, False]))
    plan = replace(plan, problem=replace(plan.problem, units=named_units))
    rules = territory_model(plan, "FY27", "BillingPostalCode").rules
    assert [rule.values for of in rules.values() for rule in of] == [("U0",), ("U2,U3",)]
