"""Territory keys that Salesforce accepts."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from territory_planner.domain.territory import Territory
from territory_planner.exporting.territories import developer_names


def named(*names: str) -> list[Territory]:
    return [Territory(id=f"T{k + 1}", name=name) for k, name in enumerate(names)]


def test_a_key_keeps_what_it_can_of_the_name() -> None:
    """Accents are dropped, other characters become one underscore, a letter comes first."""
    assert developer_names(named("Denver", "São Paulo / Süd", "3rd & Main", "Große Straße")) == [
        "Denver",
        "Sao_Paulo_Sud",
        "T_3rd_Main",
        "Grosse_Strasse",
    ]


def test_names_that_agree_are_told_apart_by_their_id() -> None:
    """Two territories of one name have two keys."""
    assert developer_names(named("West", "west")) == ["West_T1", "west_T2"]


@given(names=st.lists(st.text(max_size=90), max_size=6))
def test_every_key_is_acceptable_and_none_is_used_twice(names: list[str]) -> None:
    """Letters, digits and single underscores, a letter first, 80 at most, all different."""
    keys = developer_names(named(*names))
    for key in keys:
        assert re.fullmatch(r"[A-Za-z](_?[A-Za-z0-9])*", key)
        assert len(key) <= 80
    assert len({key.lower() for key in keys}) == len(names)
