"""`plan.toml` to settings: what is accepted, and what each mistake is told as."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from territory_planner.config import did_you_mean, read_settings
from territory_planner.domain.criteria import Band, Criteria, Disruption
from territory_planner.domain.plan import SolveOptions
from territory_planner.errors import InputError

MINIMAL = """
[data]
accounts = "accounts.csv"
reps = "reps.csv"

[[measure]]
name = "workload"
column = "hours"
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "plan.toml"
    path.write_text(text, encoding="utf-8")
    return path


def told(folder: Path, text: str) -> str:
    with pytest.raises(InputError, match=r"plan\.toml") as caught:
        read_settings(write(folder, text))
    return str(caught.value)


def test_defaults(tmp_path: Path) -> None:
    """A file that names two tables and a measure is enough."""
    settings = read_settings(write(tmp_path, MINIMAL))
    assert settings.criteria() == Criteria()
    assert settings.solve_options() == SolveOptions()
    assert settings.file("accounts.csv") == tmp_path / "accounts.csv"


def test_folder(tmp_path: Path) -> None:
    """A folder stands for the plan.toml in it."""
    write(tmp_path, MINIMAL)
    assert read_settings(tmp_path) == read_settings(tmp_path / "plan.toml")


def test_byte_order_mark(tmp_path: Path) -> None:
    """A byte order mark, as Windows editors write it, is no fault."""
    (tmp_path / "plan.toml").write_text(MINIMAL, encoding="utf-8-sig")
    assert read_settings(tmp_path).measure[0].name == "workload"


def test_criteria(tmp_path: Path) -> None:
    """Bands, budgets, centers and limits become `Criteria`."""
    text = (
        MINIMAL.replace('column = "hours"', 'column = "hours"\nband = 0.1\nweight = 2.0')
        + """
[[measure]]
name = "revenue"
column = "usd"
lower = -0.2
upper = 0.3
[[measure]]
name = "accounts"
count = true
[criteria]
compactness_measure = "revenue"
centers = "free"
max_distance_km = 300
[[disruption]]
measure = "revenue"
budget = 0.35
cost = 5
"""
    )
    assert read_settings(write(tmp_path, text)).criteria() == Criteria(
        bands={"workload": Band(-0.1, 0.1, 2.0), "revenue": Band(-0.2, 0.3)},
        compactness_measure="revenue",
        centers="free",
        disruption=(Disruption("revenue", 0.35, 5.0),),
        max_distance_km=300.0,
    )


def test_effort(tmp_path: Path) -> None:
    """[solve] becomes `SolveOptions`."""
    text = MINIMAL + "[solve]\ntime_limit_s = 9\nrelative_gap = 0.01\nseed = 7\nworkers = 2\n"
    options = read_settings(write(tmp_path, text)).solve_options()
    assert options == SolveOptions(9.0, 0.01, 7, 2)


def test_no_such_file(tmp_path: Path) -> None:
    """A path that leads nowhere says so and what to give."""
    with pytest.raises(InputError, match=r"there is no such file. Give the path of a plan\.toml"):
        read_settings(tmp_path / "nowhere" / "plan.toml")


def test_no_toml(tmp_path: Path) -> None:
    """A syntax error is told with its line."""
    assert "not valid TOML" in told(tmp_path, "[data\n")
    assert "line 1" in told(tmp_path, "[data\n")


def test_nested_too_deeply(tmp_path: Path) -> None:
    """Thousands of brackets in each other are no settings."""
    assert "nests brackets too deeply" in told(tmp_path, "a = " + "[" * 5000 + "]" * 5000)


def test_not_utf8(tmp_path: Path) -> None:
    """A plan.toml in another encoding is told to be saved as UTF-8."""
    (tmp_path / "plan.toml").write_bytes(b'[project]\nname = "Z\xfcrich"\n')
    with pytest.raises(InputError, match=r"not UTF-8 text\. Save it as UTF-8"):
        read_settings(tmp_path)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "[solve]\ntime_limit = 60",
            "[solve] has no setting 'time_limit'. Did you mean 'time_limit_s'?",
        ),
        ("[slove]\nseed = 1", "there is no section [slove]. Did you mean 'solve'?"),
        ('[solve]\nseed = "one"', '[solve] seed must be a whole number, not "one".'),
        ("[solve]\nseed = true", "[solve] seed must be a whole number, not true."),
        ("[solve]\ntime_limit_s = 0", "[solve] time_limit_s must be more than 0, not 0."),
        (f"[solve]\nseed = -1{'0' * 400}", "seed must be a finite number"),
        ("[solve]\nworkers = 0", "[solve] workers must be at least 1, not 0."),
        ("[territories]\nleast = 3", "has only one of least and most"),
        ("[territories]\nleast = 3\nmost = 2", "least is 3, more than most, 2"),
        ("[territories]\nleast = 0\nmost = 2", "[territories] least must be at least 1, not 0."),
        ('[criteria]\norder = "lexicographic"', "needs to know what shall move least"),
        ('[criteria]\norder = "lexical"', 'must be "weights" or "lexicographic", not "lexical"'),
        ("[criteria]\ncontiguous = 1", "[criteria] contiguous must be true or false, not 1."),
        (
            '[criteria]\ncenters = "office"',
            '[criteria] centers must be "home" or "free" or "seed" or "unit", not "office".',
        ),
        (
            '[criteria]\ncompactness_measure = "worklaod"',
            "[criteria] compactness_measure 'worklaod' is not a measure. Did you mean 'workload'?",
        ),
        ("[criteria]\ncontiguous = true", 'Add neighbours = "gabriel" to [units]'),
        (
            '[[disruption]]\nmeasure = "workload"\nbudget = 1.5',
            "[[disruption]] 'workload' budget must be at most 1, not 1.5.",
        ),
        ('[[disruption]]\nmeasure = "gold"', "[[disruption]] measure 'gold' is not a measure."),
        ('[[lock]]\nterritory = "T1"', "[[lock]] 1 must name either an account or a unit."),
        ('[[lock]]\naccount = "A1"', "[[lock]] 1 needs the setting 'territory'. Add it."),
        ('[lock]\naccount = "A1"', "Write [[lock]], with two brackets."),
        ('[units]\nkind = "area"', "[units] kind = \"area\" needs the setting 'file'. Add it."),
        ('[units]\nfile = "a.gpkg"', '[units] file has no meaning for kind = "account".'),
        ('[columns.accounts]\nzip = "Zip"', "[columns.accounts] has no column 'zip'."),
        ("[columns.accounts]\nid = 3", "[columns] accounts id must be a text in quotes, not 3."),
        ('[map]\nlines = "states.geojson"', "[map] lines must be a table such as"),
        (
            "[criteria]\ncompactness = { diametre = 1 }",
            "[criteria] compactness has no setting 'diametre'. Did you mean 'diameter'?",
        ),
        (
            "[criteria]\ncompactness = { distance = -1 }",
            "[criteria] compactness distance must be at least 0, not -1.",
        ),
        ('[[measure]]\nname = "workload"\ncount = true', "'workload' is there 2 times"),
        (
            '[[measure]]\nname = "Workload"\ncount = true',
            "'workload' and 'Workload' differ only in capitals. Rename all but one.",
        ),
        ('[[measure]]\nname = ""\ncount = true', "[[measure]] '' name must not be empty."),
        ('[[measure]]\nname = "x"\ncolumn = ""', "[[measure]] 'x' column must not be empty."),
        ('[[measure]]\nname = "x"\nproduct = [""]', "product must not hold an empty name."),
        ('[columns.accounts]\nid = ""', "[columns] accounts id must not be empty."),
        ('[[lock]]\nterritory = ""\naccount = "A1"', "[[lock]] 1 territory must not be empty."),
        (
            '[[measure]]\nname = "x"\ncount = true\nband = inf',
            "[[measure]] 'x' band must be a finite number, not inf.",
        ),
        (
            '[[measure]]\nname = "x"\ncount = true\nband = 1e7',
            "'x' band must be at most 1e+06, not 1e+07.",
        ),
        (
            '[[measure]]\nname = "x"\ncount = true\nband = 0.1\nweight = 1e13',
            "'x' weight must be at most 1e+12, not 1e+13.",
        ),
        (
            '[[measure]]\nname = "x"\ncount = true\ndivide_by = 1e-13',
            "'x' divide_by must be at least 1e-12, not 1e-13.",
        ),
        (
            '[[disruption]]\nmeasure = "workload"\ncost = nan',
            "'workload' cost must be a finite number, not nan.",
        ),
        (
            f"[criteria]\nmax_distance_km = 1{'0' * 400}",
            "max_distance_km must be a finite number, not a number of very many digits.",
        ),
        ('[[measure]]\nname = "x"', "must have one of column, product and count = true; it has 0."),
        ('[[measure]]\nname = "x"\ncount = true\nupper = 0.1', "has only one of lower and upper"),
        ('[[measure]]\nname = "x"\ncount = true\nweight = 1', "has a weight but no band"),
        (
            '[[measure]]\nname = "x"\nproduct = "a"',
            'must be a list of names such as ["a", "b"], not "a"',
        ),
    ],
)
def test_mistakes(tmp_path: Path, text: str, sentence: str) -> None:
    """Each mistake has its sentence, with the value and what to do."""
    assert sentence in told(tmp_path, MINIMAL + text)


@pytest.mark.parametrize(
    ("setting", "sentence"),
    [
        ('encoding = "utf-9"', '[data] encoding "utf-9" is not known'),
        ('encoding = "base64"', '[data] encoding "base64" is not known as one of text.'),
        ('encoding = "rot13"', 'Write "utf-8", "latin-1" or "cp1252".'),
        ('encoding = "undefined"', "is not known as one of text."),
        ('decimal = ","\nthousands = ","', '[data] decimal and thousands are both ",".'),
        ('country = "Germany"', "[data] country must be a two-letter ISO code"),
        ('unplaced = "ignore"', '[data] unplaced must be "error" or "leave out", not "ignore".'),
    ],
)
def test_data_mistakes(tmp_path: Path, setting: str, sentence: str) -> None:
    """Each mistake in [data] has its sentence."""
    assert sentence in told(tmp_path, MINIMAL.replace("[data]", f"[data]\n{setting}"))


@pytest.mark.parametrize("table", ["accounts", "reps"])
def test_no_file_name(tmp_path: Path, table: str) -> None:
    """An empty file name is told as the setting it is."""
    text = MINIMAL.replace(f'"{table}.csv"', '""')
    assert f"[data] {table} must not be empty. Fill it" in told(tmp_path, text)


def test_all_at_once(tmp_path: Path) -> None:
    """All mistakes are told together."""
    with pytest.raises(InputError, match="5 problems found") as caught:
        read_settings(write(tmp_path, "[slove]\n[data]\nreps = 3\n[solve]\nsead = 1\n"))
    assert len(caught.value.faults) == 5


def test_no_measure(tmp_path: Path) -> None:
    """A plan without measures has nothing to balance and says so."""
    text = '[data]\naccounts = "a.csv"\nreps = "r.csv"\n'
    assert "no measure is given. Add [[measure]]" in told(tmp_path, text)


@given(st.sampled_from(["time_limit_s", "relative_gap", "seed", "workers"]), st.integers(0, 11))
def test_one_letter_off(name: str, place: int) -> None:
    """A setting with one letter dropped is found again."""
    at = place % len(name)
    typo = name[:at] + name[at + 1 :]
    known = ["time_limit_s", "relative_gap", "seed", "workers"]
    assert did_you_mean(typo, known) == f"Did you mean '{name}'?"
