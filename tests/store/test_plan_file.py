"""Plan files: nothing is lost, nothing is half written, and a bad file is refused in words."""

from __future__ import annotations

import json
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from territory_planner.domain.column import Column
from territory_planner.domain.criteria import Band
from territory_planner.domain.plan import Plan
from territory_planner.domain.territory import Territory
from territory_planner.errors import InputError, OutputError
from territory_planner.store.plan_file import DOCUMENT, load_plan, save_plan
from tests.store.plans import small_plan

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=6)
NUMBER = st.floats(allow_nan=False, allow_infinity=False, width=32)


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    plan = small_plan()
    problem = plan.problem
    n = problem.n_units
    skills = draw(st.lists(st.frozensets(TEXT, max_size=2), max_size=2))
    territories = tuple(
        Territory(
            id=f"T{k}",
            name=draw(TEXT),
            home=draw(st.none() | st.tuples(NUMBER, NUMBER)),
            share=draw(NUMBER),
            rep_id=draw(st.none() | TEXT),
            skills=draw(st.frozensets(TEXT, max_size=3)),
        )
        for k in range(problem.n_territories)
    )
    shapes = draw(st.just(()) | st.lists(st.binary(max_size=9), min_size=n, max_size=n).map(tuple))
    problem = replace(
        problem,
        territories=territories,
        units=replace(problem.units, shapes=shapes),
        accounts=replace(
            problem.accounts,
            names=np.array([draw(TEXT) for _ in range(problem.n_accounts)]),
            activity=problem.accounts.activity * draw(NUMBER),
        ),
        required_skills=(frozenset(), *skills),
        notes=tuple(draw(st.lists(TEXT, max_size=2))),
        backdrop=draw(st.dictionaries(TEXT, st.binary(max_size=9), max_size=3)),
    )
    bands = draw(st.dictionaries(TEXT, st.just(Band()) | st.just(Band(-0.5, 0.25, 3)), max_size=2))
    criteria = replace(
        plan.criteria, bands=bands, max_distance_km=draw(st.none() | st.floats(1, 1e6))
    )
    return replace(plan, problem=problem, criteria=criteria, bound=draw(NUMBER))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(plan=plans())
def test_a_plan_that_comes_back_equals_the_one_that_left(
    plan: Plan, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """load(save(plan)) == plan."""
    path = tmp_path_factory.mktemp("plans") / "any.plan"
    assert load_plan(save_plan(plan, path)) == plan


def test_what_equality_leaves_out_comes_back_too(tmp_path: Path) -> None:
    """Seconds, trace and versions are kept, although two equal plans may differ in them."""
    plan = small_plan()
    loaded = load_plan(save_plan(plan, tmp_path / "a.plan"))
    assert (loaded.seconds, loaded.trace, loaded.versions) == (
        plan.seconds,
        plan.trace,
        plan.versions,
    )


def test_a_different_plan_does_not_come_back(tmp_path: Path) -> None:
    """Two plans that differ in one unit are two files."""
    plan = small_plan()
    other = replace(plan, alignment=plan.alignment.moved({0: 1}))
    assert load_plan(save_plan(other, tmp_path / "a.plan")) != plan


def test_the_suffix_is_added_and_the_folder_is_made(tmp_path: Path) -> None:
    """The path that is returned is the file that was written."""
    path = save_plan(small_plan(), tmp_path / "deep" / "fy27.v1")
    assert path == tmp_path / "deep" / "fy27.v1.plan"
    assert path.is_file()


def test_a_plan_is_not_saved_beside_the_folder_that_is_named(tmp_path: Path) -> None:
    """Whoever names a folder means to write into it: a file ``out.plan`` would not be found."""
    (tmp_path / "out").mkdir()
    with pytest.raises(OutputError, match=r"out: this is a folder\. Give a file"):
        save_plan(small_plan(), tmp_path / "out")
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_failed_save_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    """Files are written whole or not at all."""
    path = save_plan(small_plan(), tmp_path / "a.plan")
    before = path.read_bytes()
    unsavable = replace(small_plan(), versions={"numpy": object()})  # type: ignore[dict-item]
    with pytest.raises(TypeError, match="cannot hold a object"):
        save_plan(unsavable, path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    """The sentence names the file and says what to give."""
    with pytest.raises(InputError, match=r"no\.plan: 1 problem found\.\n  - there is no such file"):
        load_plan(tmp_path / "no.plan")


def test_a_folder_is_refused(tmp_path: Path) -> None:
    """A folder is not a plan file."""
    with pytest.raises(InputError, match="this is a folder"):
        load_plan(tmp_path)


@pytest.mark.parametrize("content", [b"", b"account_id,name\n", b"PK\x05\x06" + bytes(18)])
def test_a_file_of_another_kind_is_refused(content: bytes, tmp_path: Path) -> None:
    """An empty file, a table and an archive without a plan are not plans."""
    path = tmp_path / "a.plan"
    path.write_bytes(content)
    with pytest.raises(InputError, match="not a plan file"):
        load_plan(path)


def test_a_file_from_a_newer_version_is_refused(tmp_path: Path) -> None:
    """The sentence gives both numbers and says what to do."""
    path = save_plan(small_plan(), tmp_path / "a.plan")
    with zipfile.ZipFile(path) as archive:
        document = json.loads(archive.read(DOCUMENT))
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(DOCUMENT, json.dumps(document | {"format_version": 99}))
    with pytest.raises(InputError, match=r"newer version.*format 99.*up to 1.*Update"):
        load_plan(path)


def test_a_plan_that_points_outside_itself_is_refused(tmp_path: Path) -> None:
    """Indices that mean nothing are found on loading, not in some later formula."""
    plan = small_plan()
    broken = replace(plan, alignment=plan.alignment.moved({0: 7}))
    path = save_plan(broken, tmp_path / "a.plan")
    with pytest.raises(InputError, match=r"damaged \(a territory is not among the 2 there are\)"):
        load_plan(path)


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_a_damaged_file_never_gives_another_plan(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Whichever byte is changed or lost, the plan is the same or the file is refused in words."""
    folder = tmp_path_factory.mktemp("damaged")
    plan = small_plan()
    path = save_plan(plan, folder / "a.plan")
    content = bytearray(path.read_bytes())
    at = data.draw(st.integers(0, len(content) - 1))
    if data.draw(st.booleans()):
        content[at] ^= data.draw(st.integers(1, 255))
    else:
        del content[at:]
    path.write_bytes(content)
    try:
        loaded = load_plan(path)
    except InputError:
        return
    assert loaded == plan


@pytest.mark.parametrize("texts", [["steel", "", "Öl", "wood"] * 2, [""] * 8])
def test_columns_of_accounts_come_back(tmp_path: Path, texts: list[str]) -> None:
    """By their names, whatever these are."""
    plan = small_plan()
    columns = {"industry/a": Column.of(texts), "": Column.of("abcdefgh")}
    accounts = replace(plan.problem.accounts, columns=columns)
    plan = replace(plan, problem=replace(plan.problem, accounts=accounts))
    back = load_plan(save_plan(plan, tmp_path / "a.plan"))
    assert back == plan
    column = back.problem.accounts.columns["industry/a"]
    assert column.values[column.code].tolist() == texts


def test_a_plan_of_before_columns_were_kept_loads(tmp_path: Path) -> None:
    """Its document does not speak of columns, and its fingerprint is what it was."""
    plan = small_plan()
    path = save_plan(plan, tmp_path / "new.plan")
    old = tmp_path / "old.plan"
    with zipfile.ZipFile(path) as new, zipfile.ZipFile(old, "w") as archive:
        for name in new.namelist():
            content = new.read(name)
            if name == DOCUMENT:
                document = json.loads(content)
                del document["problem"]["columns"]
                content = json.dumps(document).encode()
            archive.writestr(name, content)
    assert load_plan(old) == plan
    wanted = "5d6ad157caa2dd952d463543f849b210dbbffdf34fce64079445cae77d25f0f2"
    assert plan.problem.fingerprint == wanted
