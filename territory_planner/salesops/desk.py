"""`Desk`: leads on their way through the rules of a plan."""

from __future__ import annotations

import numpy as np

from territory_planner.domain.problem import NONE, Problem
from territory_planner.geography.projection import to_plane
from territory_planner.intake.leads import Leads
from territory_planner.intake.placement import CITY, COORDINATES, NOWHERE
from territory_planner.intake.roll_up import areas_at
from territory_planner.salesops.known import SPLIT, accounts_called
from territory_planner.salesops.nearest import Nearest, Room, told_skills
from territory_planner.salesops.routed import NOT_ROUTED, Routed
from territory_planner.salesops.rules import ACCOUNT, AREA, FAMILY, NEAREST, Rules, area_units


class Desk:
    """The leads on their way through the rules."""

    def __init__(self, rules: Rules, leads: Leads) -> None:
        self.rules, self.leads, self.plan = rules, leads, rules.plan
        n = len(leads)
        self.territory = np.full(n, NONE, dtype=np.int32)
        self.rule = np.full(n, NOT_ROUTED, dtype=object)
        self.reason = np.full(n, "", dtype=object)
        self.passed: list[list[str]] = [[] for _ in range(n)]
        skilled = any(t.skills for t in self.plan.problem.territories)
        nothing: frozenset[str] = frozenset()
        self.skills = list(leads.skills) if skilled else [nothing] * n
        self.ignores_skills = not skilled and any(leads.skills)

    def routed(self) -> Routed:
        """Return the leads routed."""
        self._by_account()
        self._by_family()
        self._by_key()
        self._by_point()
        self._rest()
        table, ids = self.leads.table, self.leads.columns.text("id").to_pylist()
        return Routed(
            self.plan,
            {header: table.text(header).to_pylist() for header in table.headers},
            tuple(f"{table.where(i)}{f' ({id_})' if id_ else ''}" for i, id_ in enumerate(ids)),
            self.territory,
            self.rule,
            self.reason,
            tuple(self._notes()),
        )

    def _by_account(self) -> None:
        ids = self.leads.columns.text("id").to_pylist()
        row_of = accounts_called(self.plan.problem, ids, by_name=False)
        of = self.plan.alignment.of_accounts(self.plan.problem)
        for i, id_ in enumerate(ids):
            a = row_of.get(id_, NONE)
            if a != NONE:
                self._decide(i, int(of[a]), ACCOUNT, "the plan has this account")

    def _by_family(self) -> None:
        names = self.leads.families
        problem, families = self.plan.problem, self.rules.territory_of_family
        open_names = {name for name in names if name and name.casefold() not in families}
        row_of = accounts_called(problem, open_names, by_name=True)
        of = self.plan.alignment.of_accounts(problem)
        for i, name in enumerate(names):
            if not name or self.territory[i] != NONE:
                continue
            k = families.get(name.casefold(), NONE)
            if k == NONE and row_of.get(name, NONE) >= 0:
                a = row_of[name]
                self._offer(i, int(of[a]), FAMILY, f"its parent is {_told(problem, a)}")
            elif k >= 0:
                self._offer(i, k, FAMILY, f"family '{name}' is served there")
            elif k == SPLIT:
                self.passed[i].append(f"family '{name}' is in several territories")
            elif row_of.get(name) == SPLIT:
                self.passed[i].append(f"several accounts are called '{name}'")
            else:
                self.passed[i].append(f"parent or family '{name}' is not in the plan")

    def _by_key(self) -> None:
        keyed, normal = self.rules.territory_of_key, self.rules.gazetteer.normal_code
        if not keyed:
            return
        codes = {key: normal(key) for key in set(self.leads.keys) if key}
        for i in np.flatnonzero(self.territory == NONE).tolist():
            key = self.leads.keys[i]
            if key and codes[key] in keyed:
                told = f"{self.rules.key_of} {codes[key]}"
                self._offer(i, keyed[codes[key]], self.rules.key_of, told)

    def _by_point(self) -> None:
        problem = self.plan.problem
        areas = area_units(problem)
        sure = np.isfinite(self.leads.placement.lonlat).all(axis=1) & ~self.leads.placement.guessed
        rows = np.flatnonzero((self.territory == NONE) & sure)
        if not areas.size or not rows.size:
            return
        import shapely

        placed = self.leads.placement.placed_by
        shapes = shapely.from_wkb(np.array(problem.units.shapes, dtype=object)[areas])
        inside, _ = areas_at(self.leads.placement.lonlat[rows], shapes, problem.crs)
        for i, area in zip(rows.tolist(), inside.tolist(), strict=True):
            if area != NONE:
                unit = areas[area]
                how = "point" if placed[i] == COORDINATES else placed[i]
                told = f"its {how} lies in area {problem.units.ids[unit]}"
                k = int(self.plan.alignment.territory_of[unit])
                self._offer(i, k, AREA, told)

    def _rest(self) -> None:
        """Count what was decided against the bands, then give the others the nearest with room."""
        room, nearest, leads = Room(self.plan), Nearest(self.plan), self.leads
        ids = [t.id for t in self.plan.problem.territories]
        for i in np.flatnonzero(self.territory != NONE).tolist():
            k = int(self.territory[i])
            if self.rule[i] != ACCOUNT:
                lacking = room.lacking(k, leads.load[i])
                room.add(k, leads.load[i])
                if lacking:
                    self.reason[i] += f"; {ids[k]} exceeds its {' and '.join(lacking)} with it"
        rows = np.flatnonzero(self.territory == NONE)
        placement = leads.placement
        xy = to_plane(self.plan.problem.crs, np.nan_to_num(placement.lonlat[rows]))
        for i, point in zip(rows.tolist(), xy, strict=True):
            if placement.placed_by[i] == NOWHERE or placement.guessed[i]:
                self._leave(i, self._unplaced(i))
                continue
            k, km, why = nearest.find(point, self.skills[i], room, leads.load[i])
            if k == NONE:
                self._leave(i, why)
                continue
            able = f"{told_skills(self.skills[i])} and " if self.skills[i] else ""
            told = f"the nearest territory with {able}room, {km:,.0f} km from its center"
            self._decide(i, k, NEAREST, told)
            room.add(k, leads.load[i])

    def _offer(self, i: int, k: int, rule: str, told: str) -> None:
        """Decide for a territory that has the skills, or note that it lacks them."""
        lacking = self.skills[i] - self.plan.problem.territories[k].skills
        if lacking:
            lack = f"{self.plan.problem.territories[k].id} lacks {told_skills(lacking)}"
            if not any(lack in one for one in self.passed[i]):
                self.passed[i].append(f"{told}, but {lack}")
        else:
            self._decide(i, k, rule, told)

    def _decide(self, i: int, k: int, rule: str, told: str) -> None:
        territory = self.plan.problem.territories[k]
        if territory.is_vacant:
            manager = f" (manager {territory.manager})" if territory.manager else ""
            told += f"; {territory.id} is vacant, nobody serves it{manager}"
        self.territory[i], self.rule[i] = k, rule
        self.reason[i] = "; ".join([*self.passed[i], told])

    def _leave(self, i: int, told: str) -> None:
        self.reason[i] = "; ".join([*self.passed[i], f"not routed: {told}"])

    def _unplaced(self, i: int) -> str:
        columns, gazetteer = self.leads.columns, self.rules.gazetteer
        code, city = columns.said("postal_code", i), columns.said("city", i)
        if self.leads.placement.guessed[i]:
            return f"there are several places called '{city}', and its state does not tell which"
        if not code and not city:
            return "it has no coordinates, postal code or city"
        said = " ".join(filter(None, (code, city)))
        if gazetteer.extent is None:
            return f"'{said}' cannot be looked up without a country"
        return f"'{said}' is not in the gazetteer of {gazetteer.country}"

    def _notes(self) -> list[str]:
        notes = []
        if self.leads.unsaid:
            told = ", ".join(self.leads.unsaid)
            notes.append(
                f"The table says nothing of {told}: leads weigh nothing there, and room is what "
                "the plan leaves."
            )
        if self.ignores_skills:
            notes.append("Skills were not heeded: no rep of the plan has any.")
        by_city = sum(
            how == CITY and k != NONE
            for how, k in zip(self.leads.placement.placed_by, self.territory, strict=True)
        )
        if by_city:
            notes.append(f"{by_city:,} leads were put at their city's centre.")
        return notes


def _told(problem: Problem, a: int) -> str:
    return f"{problem.accounts.ids[a]} ({problem.accounts.names[a]})"
