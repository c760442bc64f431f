"""Leads go to the territory that the plan's rules name, and say why."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import territory_planner as tp
from territory_planner.domain.criteria import Band
from territory_planner.errors import InputError
from territory_planner.salesops.route import rules
from territory_planner.salesops.routed import Routed
from tests.salesops.plans import NAMED, colorado, of_accounts, write_leads

HEAD = "lead_id,company,postal_code,city,state,latitude,longitude,parent,skills"


def told(found: Routed, row: int = 0) -> tuple[str, str, str]:
    """Return territory, rule and reason of one lead."""
    added = found.added()
    return added["territory_id"][row], added["rule"][row], added["reason"][row]


def test_a_postal_code_names_the_area(tmp_path: Path) -> None:
    """The country is found out by where the plan's postal codes lie; suffixes do not matter."""
    leads = write_leads(tmp_path, HEAD, "L1,One,80903-1234,,,,,,")
    found = tp.route(colorado(), leads)
    assert told(found) == ("T1", "postal code", "postal code 80903")
    added = found.added()
    assert (added["rep"], added["email"]) == (["Ana"], ["ana@example.com"])


def test_a_point_lies_in_its_area(tmp_path: Path) -> None:
    """A lead without a postal code belongs to the area that holds its point."""
    leads = write_leads(tmp_path, HEAD, "L1,One,,,,38.3,-104.6,,")
    assert told(tp.route(colorado(), leads)) == ("T2", "area", "its point lies in area 81003")


def test_a_city_is_a_place(tmp_path: Path) -> None:
    """A city places a lead, and the reason says that it did."""
    leads = write_leads(tmp_path, HEAD, "L1,One,,Pueblo,CO,,,,")
    assert told(tp.route(colorado(), leads)) == ("T2", "area", "its city lies in area 81003")


def test_a_parent_goes_before_the_area(tmp_path: Path) -> None:
    """A lead of an account's family belongs where the account is, by id or by name."""
    leads = write_leads(
        tmp_path, HEAD, f"L1,One,81003,,,,,{NAMED},", "L2,Two,81003,,,,,birch,",
    )  # fmt: skip
    found = tp.route(colorado(), leads)
    assert told(found) == ("T1", "family", "its parent is N9 (Twin)")
    assert told(found, 1) == ("T1", "family", "its parent is A2 (Birch)")


def test_an_unknown_parent_is_told_and_the_area_decides(tmp_path: Path) -> None:
    """What is not in the plan decides nothing."""
    leads = write_leads(tmp_path, HEAD, "L1,One,81003,,,,,Acme,")
    reason = "parent or family 'Acme' is not in the plan; postal code 81003"
    assert told(tp.route(colorado(), leads)) == ("T2", "postal code", reason)


def test_an_account_of_the_plan_stays(tmp_path: Path) -> None:
    """A row whose id is in the plan keeps the plan's territory, wherever it lies."""
    leads = write_leads(tmp_path, "account_id,postal_code", f"{NAMED},81003")
    assert told(tp.route(colorado(), leads)) == ("T1", "account", "the plan has this account")


def test_a_skill_passes_over_the_area(tmp_path: Path) -> None:
    """An area whose rep lacks the skill yields to the nearest rep who has it."""
    leads = write_leads(tmp_path, HEAD, "L1,One,80903,,,,,,Mines")
    territory, rule, reason = told(tp.route(colorado(), leads))
    assert (territory, rule) == ("T2", "nearest")
    assert reason.startswith("postal code 80903, but T1 lacks the skill 'mines'; the nearest ")
    assert "the nearest territory with the skill 'mines' and room" in reason


def test_a_skill_that_nobody_has_is_not_routed(tmp_path: Path) -> None:
    """No rep is made up for it."""
    leads = write_leads(tmp_path, HEAD, "L1,One,80903,,,,,,diving")
    territory, rule, reason = told(tp.route(colorado(), leads))
    assert (territory, rule) == ("", "")
    assert reason.endswith("not routed: no rep has the skill 'diving'")


def test_a_vacancy_is_told(tmp_path: Path) -> None:
    """The lead of a vacant territory names the manager to turn to."""
    leads = write_leads(tmp_path, HEAD, "L1,One,80521,,,,,,")
    found = tp.route(colorado(), leads)
    assert told(found)[2] == "postal code 80521; T3 is vacant, nobody serves it (manager Zoe)"
    assert found.added()["rep"] == [""]


def test_the_nearest_has_room_below_its_band(tmp_path: Path) -> None:
    """Without areas the nearest territory decides, until its upper limit; then the next."""
    plan = of_accounts()
    leads = write_leads(
        tmp_path,
        "lead_id,latitude,longitude,workload",
        *(f"L{i},39.75,-104.99,4" for i in range(4)),
    )
    found = tp.route(plan, leads)
    # T1 holds 25 h of a target of 65/3 h, and may have 32.5 h: one lead of 4 h, and no second one.
    assert found.added()["territory_id"] == ["T1", "T3", "T3", "T3"]
    assert told(found)[2] == "the nearest territory with room, 1 km from its center"


def test_no_room_anywhere_is_not_routed(tmp_path: Path) -> None:
    """A lead too heavy for every band is listed with the band that stands in the way."""
    leads = write_leads(tmp_path, "lead_id,latitude,longitude,workload", "L1,39.75,-104.99,400")
    territory, rule, reason = told(tp.route(of_accounts(), leads))
    assert (territory, rule) == ("", "")
    assert "the nearest, T1, would exceed its workload" in reason


def test_an_area_that_exceeds_its_band_says_so(tmp_path: Path) -> None:
    """An area keeps its leads, and the reason tells when they are too many."""
    leads = write_leads(tmp_path, "lead_id,postal_code,workload", "L1,80903,1", "L2,80903,30")
    found = tp.route(colorado(), leads)
    assert told(found)[2] == "postal code 80903"
    assert told(found, 1)[2] == "postal code 80903; T1 exceeds its workload with it"


def test_too_far_is_not_routed(tmp_path: Path) -> None:
    """The plan's distance limit holds for leads as well."""
    plan = of_accounts()
    near = replace(plan, criteria=replace(plan.criteria, max_distance_km=50.0))
    leads = write_leads(tmp_path, "lead_id,latitude,longitude", "L1,37.0,-108.0")
    assert told(tp.route(plan, leads))[0] == "T2"
    assert "no territory within 50 km has room" in told(tp.route(near, leads))[2]


def test_without_a_place_nothing_is_guessed(tmp_path: Path) -> None:
    """No place, an unknown place and a city that may be several are listed, not routed."""
    leads = write_leads(
        tmp_path, HEAD, "L1,One,,,,,,,", "L2,Two,00000,Nowhere,,,,,", "L3,Three,,Springfield,,,,,"
    )
    found = tp.route(of_accounts(), leads, country="US")
    assert found.not_routed.tolist() == [0, 1, 2]
    assert told(found)[2] == "not routed: it has no coordinates, postal code or city"
    assert told(found, 1)[2].endswith("'00000 Nowhere' is not in the gazetteer of US")
    assert "several places called 'Springfield'" in told(found, 2)[2]


def test_ids_that_look_like_postal_codes_are_not(tmp_path: Path) -> None:
    """County numbers of five digits are no postal codes, as their places show."""
    plan = colorado()
    units = plan.problem.units
    # Numbers of Alabama's counties, which are postal codes in Massachusetts.
    ids = np.array(["01001", "01003", "01005", "01007", NAMED])
    counties = replace(plan, problem=replace(plan.problem, units=replace(units, ids=ids)))
    leads = write_leads(tmp_path, "lead_id,postal_code,county", "L1,01001,01005")
    assert told(tp.route(counties, leads))[1] == ""
    found = tp.route(counties, leads, key="county")
    assert told(found) == ("T2", "area", "area 01005")


def test_a_project_knows_families_and_codes(tmp_path: Path) -> None:
    """With the project's table a family is known by its name, and codes without areas."""
    (tmp_path / "accounts.csv").write_text(
        "account_id,name,postal_code,family,workload\nA1,Alder,80202,Tree Group,10\n"
        "A2,Birch,80903,Tree Group,10\nA3,Cedar,81003,Split,20\nA4,Dogwood,80521,Split,20\n",
        encoding="utf-8",
    )
    (tmp_path / "plan.toml").write_text(
        '[data]\naccounts = "accounts.csv"\nreps = "reps.csv"\ncountry = "US"\n'
        '[[measure]]\nname = "workload"\ncolumn = "workload"\nband = 0.5\n',
        encoding="utf-8",
    )
    leads = write_leads(tmp_path, HEAD, "L1,One,81003,,,,,tree group,", "L2,Two,81003,,,,,Split,")
    found = tp.route(of_accounts(), leads, project=tmp_path)
    assert told(found) == ("T1", "family", "family 'tree group' is served there")
    reason = "family 'Split' is in several territories; postal code 81003"
    assert told(found, 1) == ("T2", "postal code", reason)


def test_a_table_in_memory_is_routed() -> None:
    """A notebook's DataFrame will do, and its own columns come back as they were."""
    leads = pd.DataFrame({"Lead ID": ["00Q1", "00Q2"], "PostalCode": ["81003", "80202"]})
    found = tp.route(colorado(), leads)
    assert found.added()["territory_id"] == ["T2", "T1"]
    assert found.columns["Lead ID"] == ["00Q1", "00Q2"]


def test_a_header_that_is_taken_is_not_written_over() -> None:
    """A lead's own e-mail address stays; the rep's stands beside it."""
    leads = pd.DataFrame({"email": ["x@example.com"], "postal_code": ["81003"]})
    found = tp.route(colorado(), leads)
    assert found.columns["email"] == ["x@example.com"]
    assert found.added()["routed_email"] == ["ben@example.com"]


def test_faults_come_in_one_error(tmp_path: Path) -> None:
    """Wrong coordinates and wrong numbers are told together."""
    leads = write_leads(
        tmp_path, "lead_id,latitude,longitude,workload", "L1,139,-104,1", "L2,39,-104,x"
    )
    with pytest.raises(InputError, match="2 problems found") as caught:
        tp.route(of_accounts(), leads)
    assert "must be in \\[-90, 90]".replace("\\", "") in str(caught.value)


def test_an_unknown_key_and_country_are_told(tmp_path: Path) -> None:
    """Both options are checked before anything is routed."""
    leads = write_leads(tmp_path, "lead_id,postal_code", "L1,81003")
    with pytest.raises(InputError, match="column 'county', which --key gives, is missing"):
        tp.route(colorado(), leads, key="county")
    with pytest.raises(InputError, match="'XX' is not in the gazetteer"):
        tp.route(colorado(), leads, country="XX")


def test_the_rules_say_what_routing_does() -> None:
    """Every exported postal code leads where a lead of that code is routed to."""
    plan = colorado()
    table = pd.DataFrame(rules(plan))
    codes = table[table["rule"] == "postal code"]
    leads = pd.DataFrame({"id": codes["key"].map("L{}".format), "postal_code": codes["key"]})
    assert tp.route(plan, leads).added()["territory_id"] == codes["territory_id"].tolist()
    nearest = table[table["rule"] == "nearest"]
    assert nearest["territory_id"].tolist() == ["T1", "T2", "T3"]
    assert nearest["latitude"].astype(float).between(38, 41).all()


def test_a_rule_of_a_family_names_its_accounts() -> None:
    """Accounts that are kept together are rules, since a lead names its parent."""
    plan = colorado()
    group = np.array([-1, 0, -1, -1, 0])
    together = replace(plan, problem=replace(plan.problem, group=group))
    table = pd.DataFrame(rules(together))
    families = table[table["rule"] == "family"]
    assert families[["key", "territory_id"]].to_numpy().tolist() == [["A2", "T1"], [NAMED, "T1"]]


def test_a_narrow_band_is_no_reason_to_lose_an_area(tmp_path: Path) -> None:
    """Leads of an area go to its territory, though the band is full already."""
    full = colorado(band=0.2)
    assert full.criteria.bands["workload"] == Band.within(0.2)
    leads = write_leads(tmp_path, "lead_id,postal_code,workload", "L1,80202,9")
    assert told(tp.route(full, leads))[0] == "T1"
