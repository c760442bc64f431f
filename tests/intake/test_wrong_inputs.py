"""Each wrong input and the sentence it is told as."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from territory_planner.errors import InputError
from territory_planner.intake import check, read_problem
from tests.intake.projects import ACCOUNTS, PLAN, REPS, refused, write_project

PLACED = PLAN.replace("[data]", '[data]\ncountry = "DE"')


def test_style(tmp_path: Path) -> None:
    """All faults of all files come in one message, grouped by file, in the style of the house."""
    accounts = ACCOUNTS.replace("A2,Birch,50.1", "A1,Birch,412").replace("hours", "hrs")
    message = refused(write_project(tmp_path, accounts, REPS.replace("T3,South,R3", "T3,South,R2")))
    assert message == (
        "accounts.csv: 3 problems found.\n"
        "  - column 'hours' (measure 'workload') is missing. Did you mean 'hrs'?\n"
        "  - column 'id' must be unique: 1 line is not, e.g. line 3 (A1, first in line 2). "
        "Remove the rows that are double, or give each its own id.\n"
        "  - column 'latitude' must be in [-90, 90]: 1 line is not, e.g. line 3 (A1: 412). "
        "Correct it, or leave it blank to place the row by its postal code.\n"
        "reps.csv: 1 problem found.\n"
        "  - column 'rep_id' must be unique: 1 line is not, e.g. line 4 (R2). "
        "Give each row its own, or remove the row that is double."
    )


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (
            "A2,",
            "A1,",
            "column 'id' must be unique: 1 line is not, e.g. line 3 (A1, first in line 2)",
        ),
        ("A2,Birch", ",Birch", "column 'id' must be filled: 1 line is not, e.g. line 3 (Birch)"),
        (
            "Cedar",
            "C" * 1001,
            "column 'name' must have at most 1,000 characters: 1 line has more, e.g. line 4 (A3: "
            "1,001)",
        ),
        ("id,name", "key,name", "a column with the account's key is missing"),
        ("hours", "hrs", "column 'hours' (measure 'workload') is missing. Did you mean 'hrs'?"),
        (",30,", ",,", "column 'hours' must be filled: 1 line is not, e.g. line 4 (A3)"),
        (",30,", ",NaN,", "column 'hours' must be filled: 1 line is not, e.g. line 4 (A3)"),
        (
            ",30,",
            ",many,",
            "column 'hours' must be a number: 1 line is not, e.g. line 4 (A3: 'many')",
        ),
        (
            ",30,",
            ',"3,000",',
            'line 4 (A3: \'3,000\'). Set decimal = "." and thousands = "," if it is written so. '
            'Correct it; [data] says decimal = "."',
        ),
        (
            ",30,",
            ",inf,",
            "column 'hours' must be a number: 1 line is not, e.g. line 4 (A3: 'inf')",
        ),
        (
            ",30,",
            ",1e16,",
            "measure 'workload' must be at most 1e+15: 1 line is not, e.g. line 4 (A3: 1e+16)",
        ),
        (
            ",30,",
            ",-30,",
            "column 'hours' must not be negative: 1 line is, e.g. line 4 (A3: '-30')",
        ),
        (
            "50.2,8.2",
            "95,8.2",
            "column 'latitude' must be in [-90, 90]: 1 line is not, e.g. line 4 (A3: 95)",
        ),
        (
            "50.2,8.2",
            "50.2,190",
            "column 'longitude' must be in [-180, 180]: 1 line is not, e.g. line 4",
        ),
        ("50.2,8.2", "north,8.2", "column 'latitude' must be a number of degrees: 1 line is not"),
        (
            "50.2,8.2",
            "0,0",
            "must not lie at (0, 0), in the sea off Africa: 1 line does, e.g. line 4",
        ),
        (
            "50.2,8.2",
            ",",
            "every account must have a place on the map: 1 line has none, e.g. line 4 (A3:",
        ),
        (
            "50.2,8.2",
            ",8.2",
            "every account must have a place on the map: 1 line has none, e.g. line 4",
        ),
        ("longitude", "east", "column 'longitude' is missing beside 'latitude'"),
        (
            "3000,T2",
            "3000,T9",
            "1 line does not, e.g. line 4 (A3: 'T9', nearest is 'T",
        ),
        ("id,name", "id,id", "column 'id' is there more than once"),
        (
            "A3,Cedar",
            "A3,Cedar, Inc.",
            "every line must have the header's 7 columns: 1 line has not, e.g. line 4 (8)",
        ),
        (
            "A3,Cedar",
            'A3,"Cedar',
            "e.g. line 4 (2). Put values that hold ',' into double quotes, and close every quote.",
        ),
    ],
)
def test_accounts(tmp_path: Path, old: str, new: str, sentence: str) -> None:
    """A fault in the accounts is told with line, id, value and remedy."""
    assert old in ACCOUNTS
    message = refused(write_project(tmp_path, ACCOUNTS.replace(old, new)))
    assert message.startswith("accounts.csv: ")
    assert sentence in message


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("50.2,8.2", ",", "every rep must have a home: 1 line has none, e.g. line 3 (T2: Ben Bay)"),
        ("T2,", "T1,", "column 'territory_id' must be unique: 1 line is not, e.g. line 3 (T1)"),
        ("R2", "R1", "column 'rep_id' must be unique: 1 line is not, e.g. line 3 (R1)"),
        (
            "ben@",
            "ANN@",
            "column 'email' must be unique: 1 line is not, e.g. line 3 (ann@example.com)",
        ),
        (
            "T2,Middle,R2",
            ",Middle,",
            "column 'territory_id' must be filled: 1 line is not, e.g. line 3 (Ben Bay)",
        ),
        (
            "8.2,0.5",
            "8.2,half",
            "column 'capacity' must be a number: 1 line is not, e.g. line 3 (T2: 'half')",
        ),
        ("8.2,0.5", "8.2,", "column 'capacity' must be filled: 1 line is not, e.g. line 3 (T2)"),
        (
            "8.2,0.5",
            "8.2,-1",
            "column 'capacity' must be more than 0: 1 line is not, e.g. line 3 (T2: '-1')",
        ),
        (
            "8.2,0.5",
            "8.2,1e300",
            "column 'capacity' must be at most 1e+15: 1 line is not, e.g. line 3 (T2: '1e300')",
        ),
        (
            "50.2,8.2",
            "0,0",
            "must not lie at (0, 0), in the sea off Africa: 1 line does, e.g. line 3 (T2: 0, 0)",
        ),
        (
            "territory_id,territory,rep_id",
            "a,b,c",
            "a column with the rep's or the territory's key is missing",
        ),
    ],
)
def test_reps(tmp_path: Path, old: str, new: str, sentence: str) -> None:
    """A fault in the reps is told with line, id, value and remedy."""
    assert old in REPS
    message = refused(write_project(tmp_path, reps=REPS.replace(old, new)))
    assert "reps.csv: " in message
    assert sentence in message


def test_no_capacity(tmp_path: Path) -> None:
    """Capacities that are all 0 leave nobody a target."""
    reps = REPS.replace(",0.5", ",0").replace(",1\n", ",0\n")
    assert "column 'capacity' is 0 for every territory" in refused(
        write_project(tmp_path, reps=reps)
    )


def test_nothing_to_balance(tmp_path: Path) -> None:
    """A balanced measure that sums to zero is told."""
    accounts = ACCOUNTS
    for hours in range(10, 70, 10):
        accounts = accounts.replace(f",{hours},", ",0,")
    assert "measure 'workload' sums to 0 over all accounts" in refused(
        write_project(tmp_path, accounts)
    )


def test_five_examples_then_the_count(tmp_path: Path) -> None:
    """Of many rows five are shown and the others counted."""
    rows = "".join(f"B{i},Beech,50,8,-1,0,\n" for i in range(1, 1202))
    message = refused(write_project(tmp_path, ACCOUNTS + rows))
    assert "must not be negative: 1,201 lines are, e.g. line 8 (B1: '-1')" in message
    assert "line 12 (B5: '-1') and 1,196 more. Activity" in message
    assert "B6" not in message


def test_blank_lines_count(tmp_path: Path) -> None:
    """Line numbers are the spreadsheet's, blank lines and lines of separators included."""
    accounts = ACCOUNTS.replace("A3,", "\n,,,,,,\nA3,").replace(",30,", ",-30,")
    assert "e.g. line 6 (A3: '-30')" in refused(write_project(tmp_path, accounts))


def test_line_breaks_in_cells(tmp_path: Path) -> None:
    """A cell with a line break in it is one line, as in a spreadsheet."""
    accounts = ACCOUNTS.replace("Alder", '"Alder\nand\nSons"').replace(",30,", ",-30,")
    assert "e.g. line 4 (A3: '-30')" in refused(write_project(tmp_path, accounts))


def test_swapped_row(tmp_path: Path) -> None:
    """A row that fits the others once latitude and longitude are exchanged is told as swapped."""
    rows = "".join(f"B{i},Beech,5{i % 3}.{i},{8 + i / 10},1,1,T1\n" for i in range(10))
    accounts = (ACCOUNTS + rows).replace("50.2,8.2", "8.2,50.2")
    message = refused(write_project(tmp_path, accounts))
    assert (
        "columns 'latitude' and 'longitude' must not be swapped; exchanged they fit the other "
        "rows: 1 line is, e.g. line 4 (A3: 8.2, 50.2). Swap the two values."
    ) in message


def test_swapped_out_of_range(tmp_path: Path) -> None:
    """With nothing to compare, a latitude out of range beside a small longitude is swapped."""
    one = "id,latitude,longitude,hours\nA1,-97.2,30.1,1\n"
    assert "must not be swapped" in refused(write_project(tmp_path, one))


def test_swapped_file(tmp_path: Path) -> None:
    """A file whose rows all lie in the country once exchanged is told as swapped."""
    header = "id,name,longitude,latitude,hours,revenue,current"
    accounts = header + ACCOUNTS[ACCOUNTS.index("\n") :]
    message = refused(write_project(tmp_path, accounts, plan=PLACED))
    assert "must not be swapped; exchanged they fit the country: 6 lines are" in message


def test_far_account_is_not_swapped(tmp_path: Path) -> None:
    """An account far from the others that would not fit among them either way is no fault."""
    rows = "".join(f"B{i},Beech,5{i % 3}.{i},{8 + i / 10},1,1,T1\n" for i in range(10))
    accounts = (ACCOUNTS + rows).replace("50.2,8.2", "40.7,-74.0")
    assert read_problem(write_project(tmp_path, accounts)).n_accounts == 16


def test_gazetteer_does_not_know(tmp_path: Path) -> None:
    """An account in an unknown place is told with what was looked up."""
    accounts = ACCOUNTS.replace("revenue", "city").replace("50.2,8.2,30,3000", ",,30,Atlantis")
    message = refused(write_project(tmp_path, accounts, plan=PLACED))
    assert "every account must have a place on the map: 1 line has none" in message
    assert "line 4 (A3: 'Atlantis')" in message
    assert '[data] unplaced = "leave out"' in message


def test_missing_mapped_header(tmp_path: Path) -> None:
    """A header that [columns] names and the file lacks is told with the nearest one."""
    plan = PLAN + '[columns.accounts]\nname = "Nmae"\n'
    sentence = (
        "column 'Nmae', which [columns.accounts] gives for name, is missing. Did you mean 'name'?"
    )
    assert sentence in refused(write_project(tmp_path, plan=plan))


def _missing(folder: Path) -> None:
    (folder / "accounts.csv").rename(folder / "acounts.csv")


def _empty(folder: Path) -> None:
    (folder / "accounts.csv").write_text("", encoding="utf-8")


def _header_only(folder: Path) -> None:
    (folder / "accounts.csv").write_text(ACCOUNTS.splitlines()[0] + "\n", encoding="utf-8")


def _latin(folder: Path) -> None:
    text = ACCOUNTS.replace("Cedar", "Zürcher Zeder")
    (folder / "accounts.csv").write_bytes(text.encode("latin-1"))


def _workbook(folder: Path) -> None:
    (folder / "accounts.csv").write_bytes(b"PK\x03\x04\x14\x00[Content_Types].xml")


def _web_page(folder: Path) -> None:
    (folder / "accounts.csv").write_text("<html><table><tr><td>A1", encoding="utf-8")


def _page_with_comment(folder: Path) -> None:
    (folder / "accounts.csv").write_text("\n <!-- x -->\n<HEAD><title>Login", encoding="utf-8")


def _title(folder: Path) -> None:
    (folder / "accounts.csv").write_text(f"\nMy accounts\n{ACCOUNTS}", encoding="utf-8")


def _utf16(folder: Path) -> None:
    (folder / "accounts.csv").write_text(ACCOUNTS, encoding="utf-16")


def _folder(folder: Path) -> None:
    (folder / "accounts.csv").unlink()
    (folder / "accounts.csv").mkdir()


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (_missing, "Did you mean 'acounts.csv'?"),
        (_empty, "the file is empty. Export it again."),
        (_header_only, "the file has a header but no rows. Export it again."),
        (_latin, "the text is not UTF-8: line 4, near"),
        (_latin, 'Set [data] encoding = "latin-1"'),
        (
            _workbook,
            "the content is an Excel workbook. Rename it to accounts.xlsx",
        ),
        (_web_page, "the content is a web page (HTML). Save it again as delimited text."),
        (_page_with_comment, "the content is a web page (HTML). Save it again"),
        (
            _title,
            "line 2 should be the header and has 1 column, but all lines below have 7 columns. "
            "If it is a title, remove it.",
        ),
        (_utf16, "the content is UTF-16 text, not UTF-8. Save it again as delimited text."),
        (_folder, "this is a folder. Give the name of a file in it."),
    ],
)
def test_files(tmp_path: Path, spoil: Callable[[Path], None], sentence: str) -> None:
    """A file that is missing, empty or not what its name says is told so."""
    folder = write_project(tmp_path)
    spoil(folder)
    message = refused(folder)
    assert message.startswith("accounts.csv: 1 problem found.")
    assert sentence in message


def test_name_that_no_file_can_have(tmp_path: Path) -> None:
    """A NUL in a file's name is told as that."""
    plan = PLAN.replace("accounts.csv", "a\\u0000.csv")
    assert "no file can have a name with a NUL character" in refused(
        write_project(tmp_path, plan=plan)
    )


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        (
            "accounts.xlsx",
            b"id,name\n1,2\n",
            "the content is delimited text. Rename it to accounts.csv",
        ),
        (
            "accounts.xlsx",
            b"PK\x03\x04[Content_Types].xml",
            "the workbook cannot be opened (BadZipFile)",
        ),
        ("accounts.parquet", b"PAR1 and then nothing", "the file is damaged"),
        ("accounts.gpkg", b"SQLite format 3\x00" + bytes(200), "the file cannot be read"),
        ("accounts.geojson", b'{"type": "Feat', "the file cannot be read"),
        (
            "accounts.xls",
            b"\xd0\xcf\x11\xe0",
            "Excel's old .xls format is not read. Save the file as .xlsx",
        ),
        ("accounts.dat", b"id,name\n1,2\n", "the name says no format that is read (csv, geojson"),
    ],
)
def test_other_formats(tmp_path: Path, name: str, content: bytes, sentence: str) -> None:
    """A damaged file of another format, or of a format that is not read, is told so."""
    folder = write_project(tmp_path, plan=PLAN.replace("accounts.csv", name))
    (folder / name).write_bytes(content)
    assert sentence in refused(folder)


@pytest.mark.parametrize(
    ("geo", "sentence"),
    [
        ("not json", "what the file says of its geometry is damaged"),
        ("[]", "what the file says of its geometry is damaged"),
        ('{"primary_column": "shape", "columns": {"shape": {}}}', "geometry is damaged"),
        ('{"primary_column": "name", "columns": {"name": {}}}', "the geometry cannot be read"),
        (
            '{"primary_column": "name", "columns": {"name": {"crs": "EPSG:0"}}}',
            "the geometry cannot be read",
        ),
    ],
)
def test_damaged_geoparquet(tmp_path: Path, geo: str, sentence: str) -> None:
    """Geometry that is not what the file says it is, is told so."""
    folder = write_project(tmp_path, plan=PLAN.replace("accounts.csv", "accounts.parquet"))
    rows = pa.table({"id": ["A1"], "hours": [1], "name": [b"zzz"]})
    pq.write_table(rows.replace_schema_metadata({"geo": geo}), folder / "accounts.parquet")
    assert sentence in refused(folder)


def test_parquet_with_a_column_twice(tmp_path: Path) -> None:
    """Two columns of one name are told as in any other file."""
    folder = write_project(tmp_path, plan=PLAN.replace("accounts.csv", "accounts.parquet"))
    rows = pa.Table.from_arrays([pa.array(["A1"])] * 2, names=["id", "id"])
    pq.write_table(rows, folder / "accounts.parquet")
    assert "column 'id' is there more than once." in refused(folder)


def test_check_refuses_as_well(tmp_path: Path) -> None:
    """`check` tells the same faults as `read_problem`."""
    folder = write_project(tmp_path, ACCOUNTS.replace(",30,", ",-30,"))
    with pytest.raises(InputError, match="must not be negative") as caught:
        check(folder)
    assert str(caught.value) == refused(folder)
