"""Numbers as people and programs write them."""

from __future__ import annotations

import math

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from territory_planner.intake.numbers import parse_numbers

BAD, BLANK = "bad", "blank"


def read(texts: list[str], decimal: str = ".", thousands: str = "") -> list[float | str]:
    numbers = parse_numbers(pa.array(texts, pa.string()), decimal, thousands)
    return [
        BAD if bad else BLANK if blank else value
        for value, blank, bad in zip(
            numbers.value.tolist(), numbers.blank.tolist(), numbers.bad.tolist(), strict=True
        )
    ]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", 1),
        ("-2.5", -2.5),
        ("−2.5", -2.5),
        ("+3", 3),
        (".5", 0.5),
        ("5.", 5),
        ("1e3", 1000),
        ("12 %", 0.12),
        ("12.5%", 0.125),
        ("$ 5", 5),
        ("-$5", -5),
        ("$-5", -5),
        ("7 EUR", 7),
        ("€7", 7),
        ("(120)", -120),
        ("120-", -120),
        ("", BLANK),
        ("-", BLANK),
        ("NA", BLANK),
        ("1,234", BAD),
        ("12 34", BAD),
        ("EUR", BAD),
        ("inf", BAD),
        ("1.2.3", BAD),
        ("0x10", BAD),
        ("ten", BAD),
    ],
)
def test_point(text: str, value: float | str) -> None:
    """With a decimal point and no thousands, signs, currency and percent are understood."""
    assert read([text, "1 %"]) == [value, 0.01]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.234,56 €", 1234.56),
        ("1.234", 1234),
        ("1234,5", 1234.5),
        ("0,5", 0.5),
        ("1.234.567", 1234567),
        ("12.5", BAD),
        ("1.2345", BAD),
        ("1,2,3", BAD),
    ],
)
def test_comma(text: str, value: float | str) -> None:
    """With a decimal comma, points are thousands and must stand where thousands stand."""
    assert read([text], ",", ".") == [value]


def test_no_guess() -> None:
    """Without a thousands separator in the settings, one in the file is a fault, never a guess."""
    assert read(["1,234", "1.234"]) == [BAD, 1.234]
    assert read(["1,234", "1.234"], ",") == [1.234, BAD]


@pytest.mark.parametrize("space", [" ", "\u00a0", "\u202f"])
def test_spaces(space: str) -> None:
    """Thousands may be parted by any kind of space, or by an apostrophe where that is said."""
    assert read([f"1{space}234{space}567,5"], ",", " ") == [1234567.5]
    assert read(["1'234.5", "1’234.5"], ".", "'") == [1234.5, 1234.5]


def test_indian_grouping() -> None:
    """Groups of two, as in India, are thousands as well."""
    assert read(["12,34,567.5"], ".", ",") == [1234567.5]


@given(
    st.lists(st.floats(-1e12, 1e12).map(lambda x: round(x, 2)), min_size=1, max_size=20),
    st.sampled_from([(".", ""), (".", ","), (",", "."), (",", " "), (".", "'"), (",", "")]),
)
def test_round_trip(values: list[float], marks: tuple[str, str]) -> None:
    """What is written in a country's way is read as the same number."""
    decimal, thousands = marks
    table = str.maketrans({",": thousands, ".": decimal})
    texts = [f"{value:,.2f}".translate(table) for value in values]
    assert read(texts, decimal, thousands) == pytest.approx(values, abs=0.005)


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=20))
def test_any_float(values: list[float]) -> None:
    """Every float is read back exactly as Python writes it."""
    assert read([repr(value) for value in values]) == values
    assert all(math.isfinite(value) for value in values)
