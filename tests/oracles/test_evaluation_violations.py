"""Second opinion on what is allowed: rule by rule in plain words, against the sentences."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import networkx as nx
import numpy as np
from hypothesis import event, given, settings
from hypothesis import strategies as st

from territory_planner.domain.alignment import Alignment
from territory_planner.domain.criteria import Criteria
from territory_planner.domain.problem import NONE, Problem
from territory_planner.evaluation.violations import violations
from tests.properties.drawn_worlds import alignments, criteria, worlds

SLACK = 1e-9


def broken(problem: Problem, alignment: Alignment, wishes: Criteria) -> Iterator[str]:
    """Yield the word that tells each broken place's sentence from those of other rules."""
    of = alignment.territory_of.tolist()
    names = [m.name for m in problem.measures]
    accounts = list(zip(problem.accounts.unit.tolist(), problem.accounts.activity, strict=True))
    for k, territory in enumerate(problem.territories):
        for name, band in wishes.bands.items():
            q = names.index(name)
            total = sum(float(activity[q]) for unit, activity in accounts if of[unit] == k)
            off = total - problem.target[k, q]
            slack = SLACK * max(1.0, problem.target[k, q])
            if off < band.lower * problem.target[k, q] - slack:
                yield f"{name} of {territory.id} is"
            if off > band.upper * problem.target[k, q] + slack:
                yield f"{name} of {territory.id} is"
        graph: nx.Graph[int] = nx.Graph()
        graph.add_nodes_from(i for i in range(len(of)) if of[i] == k and not problem.units.named[i])
        graph.add_edges_from((i, j) for i, j in problem.contiguity.tolist() if of[i] == of[j] == k)
        if wishes.contiguous and nx.number_connected_components(graph) > 1:
            yield f"territory {territory.id} is in"
    for limit in wishes.disruption:
        q = names.index(limit.measure)
        total = problem.accounts.activity[:, q].sum()
        moved = sum(
            float(activity[q])
            for today, (unit, activity) in zip(problem.accounts.current, accounts, strict=True)
            if today not in (NONE, of[unit])
        )
        if limit.budget is not None and moved > (limit.budget + SLACK) * total:
            yield f"of {limit.measure} changes hands"
    for i, k in enumerate(of):
        unit = f"unit {problem.units.ids[i]}"
        needs = problem.required_skills[problem.skill_class[i]]
        if problem.locked[i] not in (NONE, k):
            yield f"{unit} is locked"
        if [i, k] in problem.forbidden.tolist():
            yield f"{unit} may not belong"
        if needs - problem.territories[k].skills:
            yield f"{unit} requires {', '.join(sorted(needs))}"
        x, y = problem.territories[k].home or (np.nan, np.nan)
        km = np.hypot(*(problem.units.xy[i] - [x, y])) / 1000
        far = wishes.max_distance_km is not None and km > wishes.max_distance_km
        if far and problem.locked[i] == NONE:
            yield f"{unit} lies"
    for g in sorted({int(g) for g in problem.group} - {NONE}):
        members = [i for i in range(len(of)) if problem.group[i] == g]
        if len({of[i] for i in members}) > 1:
            yield f"the group of unit {problem.units.ids[members[0]]} is split"


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_every_broken_place_has_its_sentence(data: st.DataObject) -> None:
    """Each place that a rule is broken is told once, and nothing else is."""
    problem = data.draw(worlds())
    wishes = replace(data.draw(criteria()), centers="home")
    alignment = data.draw(alignments(problem))
    told, expected = (
        violations(problem, alignment, wishes),
        list(broken(problem, alignment, wishes)),
    )
    event("valid" if not expected else "broken")
    assert len(told) == len(expected)
    for word in expected:
        assert sum(word in sentence for sentence in told) == 1, word
