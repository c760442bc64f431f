"""The page of a preview: what it says, and that it is a page like the others."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from territory_planner.crm.change_set import Scope
from territory_planner.crm.directory import Directory
from territory_planner.crm.preview import preview_page
from territory_planner.crm.recipe import look
from tests.exporting.plans import plan_of
from tests.reporting.elements import elements_of
from tests.worlds import grid_problem


def crm_of(folder: Path) -> Directory:
    """Return a CRM of the four accounts of a row, all of them of the first rep."""
    folder.mkdir()
    accounts = "".join(f"A{i},Account {i},R1,T1\n" for i in range(4))
    (folder / "accounts.csv").write_text(f"id,name,owner_id,territory\n{accounts}", "utf-8")
    users = "R1,One,rep1@example.com\nR2,Two,rep2@example.com\n"
    (folder / "users.csv").write_text(f"id,name,email\n{users}", "utf-8")
    return Directory(folder)


def test_the_page_of_changes(tmp_path: Path) -> None:
    """Its sections are linked, its tables can be sorted, and it says when the CRM was read."""
    crm = crm_of(tmp_path / "world")
    seen = look(plan_of(grid_problem("1111", current="AAAA"), "ABBA"), crm, Scope(), title="FY27")
    seen = replace(seen, state=replace(seen.state, read_at="2026-03-01T08:05:00+00:00"))
    page = preview_page(seen)
    found = elements_of(page)
    ids = [a["id"] for _, a in found if "id" in a]
    links = [str(a["href"]) for tag, a in found if tag == "a"]
    assert links == ["#flows-section", "#changes-section"]
    assert {link.removeprefix("#") for link in links} <= set(ids)
    assert [a["class"] for tag, a in found if tag == "table"] == ["sortable", "sortable"]
    assert "<h1>FY27: what a push would change</h1>" in page
    assert ">1 March 2026, 08:05 UTC</time>. Nothing is written." in page


def test_the_page_of_no_change(tmp_path: Path) -> None:
    """Where nothing would change there is no table, and no list of sections."""
    crm = crm_of(tmp_path / "world")
    page = preview_page(look(plan_of(grid_problem("1111", current="AAAA"), "AAAA"), crm, Scope()))
    assert "0 records would change" in page
    assert not {"nav", "table"} & {tag for tag, _ in elements_of(page)}
