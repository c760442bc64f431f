"""CSV for Salesforce: ids, three states of a value, and names that try to break out."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from territory_planner.crm.cells import as_csv
from territory_planner.crm.change import CLEAR, UNSET
from territory_planner.crm.salesforce_csv import bulk_cell, bulk_csv, id18, is_id

ALPHANUMERIC = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
HOSTILE = (
    "=cmd|'/c calc'!A0", "<script>alert(1)</script>", 'say "hi"', "two\nlines", "a\r\nb", "a, b",
    "emoji 🙂", "עברית ‏", "'", "-1+1", "@x", "\ttab", " spaced ", "", "\r",
)  # fmt: skip


def reference_18(short: str) -> str:
    """Return the 18 characters by the published table: reversed bits, looked up as binary text."""
    suffix = ""
    for chunk in (short[:5], short[5:10], short[10:]):
        bits = "".join("1" if "A" <= c <= "Z" else "0" for c in reversed(chunk))
        suffix += "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"[int(bits, 2)]
    return short + suffix


def test_a_known_id() -> None:
    """A user's id in both lengths."""
    assert id18("00530000003xqAb") == reference_18("00530000003xqAb") == "00530000003xqAbAAI"


@given(st.text(ALPHANUMERIC, min_size=15, max_size=15))
def test_ids_follow_the_published_algorithm(short: str) -> None:
    """15 characters become 18, 18 stay, and no two ids fall together where capitals are lost."""
    assert id18(short) == reference_18(short)
    assert id18(id18(short)) == id18(short)
    other = short.swapcase()
    assert other == short or id18(other).casefold() != id18(short).casefold()


@pytest.mark.parametrize("text", ["", "A1", "001é00000000000", "001000000000000AAB", "0" * 16])
def test_what_is_no_id(text: str) -> None:
    """A wrong length, letter or checksum is refused."""
    assert not is_id(text)
    with pytest.raises(ValueError, match="no Salesforce id"):
        id18(text)


def test_three_states() -> None:
    """Unset is an empty cell, clear is #N/A, and a text that says #N/A itself is refused."""
    assert [bulk_cell(v) for v in (UNSET, CLEAR, "x")] == ["", "#N/A", "x"]
    with pytest.raises(ValueError, match="empty the field"):
        bulk_cell("#N/A")


@given(
    st.lists(
        st.lists(st.sampled_from(HOSTILE) | st.text(st.characters(exclude_categories=["Cs"])),
                 min_size=2, max_size=2)
    )
)  # fmt: skip
def test_every_cell_comes_back(rows: list[list[str]]) -> None:
    """A CSV reader gives back each cell, letter by letter."""
    text = as_csv([["a", "b"], *rows])
    assert list(csv.reader(io.StringIO(text, newline=""), strict=True)) == [["a", "b"], *rows]


def test_quotes_only_when_needed() -> None:
    """Of the hostile names only those are quoted that would end their cell."""
    assert as_csv([["=1", "a,b", 'q"', "x\ry", "🙂"]]) == '=1,"a,b","q""","x\ry",🙂\n'
    assert as_csv([[""]]) == '""\n'


def test_the_bytes_of_a_file() -> None:
    """No byte order mark, LF alone, the header as it is."""
    (data,) = bulk_csv(("Id", "OwnerId"), [("a", CLEAR), ("b", UNSET)])
    assert data == b"Id,OwnerId\na,#N/A\nb,\n"
    assert list(bulk_csv(("Id",), [])) == [b"Id\n"]


@given(st.lists(st.text(ALPHANUMERIC, min_size=1, max_size=9)), st.integers(20, 60))
def test_a_split_loses_nothing(cells: list[str], largest: int) -> None:
    """Each part has the header and is small enough; together they hold every row in order."""
    parts = list(bulk_csv(("Name", "B"), [(c, "é") for c in cells], largest))
    assert all(len(part) <= largest and part.startswith(b"Name,B\n") for part in parts)
    found = [row[0] for p in parts for row in list(csv.reader(p.decode().splitlines()))[1:]]
    assert found == cells
