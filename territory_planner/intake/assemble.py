"""The front door: a project's files to a `Problem`, or every fault in them at once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from territory_planner.config import Settings, read_settings
from territory_planner.domain.problem import Problem
from territory_planner.domain.territory import Measure, Territory, fair_targets
from territory_planner.domain.units import Accounts, Units
from territory_planner.geography.gazetteer import gazetteer_of
from territory_planner.geography.projection import fitted_crs, to_plane
from territory_planner.intake.accounts import AccountRows, read_accounts
from territory_planner.intake.areas import Areas, read_areas
from territory_planner.intake.backdrop import read_backdrop
from territory_planner.intake.basic_units import (
    UnitRows,
    accounts_apart,
    groups_of_units,
    units_of_accounts,
    units_of_areas,
    with_scattered_families,
)
from territory_planner.intake.columns import ColumnUse
from territory_planner.intake.connections import connect
from territory_planner.intake.faults import Faults
from territory_planner.intake.notes import (
    city_notes,
    column_notes,
    placement_notes,
    projection_notes,
    setting_notes,
    unit_notes,
)
from territory_planner.intake.placement import NOWHERE
from territory_planner.intake.reading import read_table
from territory_planner.intake.report import CheckReport, MeasureTotal
from territory_planner.intake.reps import Reps, read_reps
from territory_planner.intake.roll_up import RollUp, check_roll_up, placed_by_area, roll_up
from territory_planner.intake.skills import Requirements, check_skills
from territory_planner.intake.unplaced import placed_only
from territory_planner.intake.wishes import bound_accounts, check_names, read_wishes


@dataclass(frozen=True)
class Reading:
    """A problem with what is worth knowing of how it was read."""

    problem: Problem
    columns: tuple[ColumnUse, ...]
    left_out: tuple[str, ...]


def read_problem(source: str | Path | Settings) -> Problem:
    """Return the problem that a project's files hold.

    Parameters
    ----------
    source
        A `plan.toml`, the folder it lies in, or settings already read.

    Raises
    ------
    InputError
        With every fault of every file: place, value and remedy.
    InfeasibleError
        When accounts require skills that no rep has.
    """
    return _read(source if isinstance(source, Settings) else read_settings(source)).problem


def check(source: str | Path | Settings) -> CheckReport:
    """Return what a project's files hold, for a person to check before planning.

    Parameters
    ----------
    source
        A `plan.toml`, the folder it lies in, or settings already read.

    Raises
    ------
    InputError
        With every fault of every file: place, value and remedy.
    InfeasibleError
        When accounts require skills that no rep has.
    """
    settings = source if isinstance(source, Settings) else read_settings(source)
    reading = _read(settings)
    problem = reading.problem
    how, count = np.unique(problem.accounts.placed_by, return_counts=True)
    placed = dict(zip(how.tolist(), count.tolist(), strict=True))
    if reading.left_out:
        placed["left out"] = len(reading.left_out)
    served = np.bincount(problem.accounts.unit, minlength=problem.n_units)
    totals = problem.accounts.activity.sum(axis=0)
    return CheckReport(
        project=settings.project.name,
        accounts=problem.n_accounts,
        territories=problem.n_territories,
        vacancies=sum(t.is_vacant for t in problem.territories),
        units=problem.n_units,
        named_units=int(problem.units.named.sum()),
        empty_units=int((served == 0).sum()),
        edges=len(problem.contiguity),
        columns=reading.columns,
        placed=placed,
        left_out=reading.left_out,
        totals=tuple(
            MeasureTotal(m.name, m.unit, float(t))
            for m, t in zip(problem.measures, totals, strict=True)
        ),
        notes=problem.notes,
    )


def _read(settings: Settings) -> Reading:
    data = settings.data
    faults = Faults(first=(str(settings.path), data.accounts, data.reps))
    gazetteer = gazetteer_of(data.country)
    if data.country and gazetteer.extent is None:
        faults.add(
            str(settings.path),
            f'[data] country "{data.country}" is not in the gazetteer. Give the ISO code of a '
            'country, such as "US", or remove it when every row has coordinates.',
        )
    account_table = read_table(settings, data.accounts, faults, sheet=data.sheet)
    reps_table = read_table(settings, data.reps, faults)
    areas = None if settings.units.kind == "account" else read_areas(settings, faults)
    backdrop = read_backdrop(settings, faults)
    reps = None if reps_table is None else read_reps(reps_table, settings, gazetteer, faults)
    accounts = (
        None
        if account_table is None
        else read_accounts(account_table, settings, reps, gazetteer, faults)
    )
    if accounts is None or reps is None or (areas is None and settings.units.kind != "account"):
        # Accounts with a key may yet be placed by their area, once that can be read.
        if accounts is not None and settings.units.key is None:
            placed_only(accounts, settings, gazetteer, faults)
        check_names(
            None if accounts is None else accounts.ids,
            None if reps is None else reps.territory_ids,
            settings,
            faults,
        )
        faults.raise_if_any()
    assert accounts is not None
    assert reps is not None
    found = None
    if areas is not None:
        found = roll_up(accounts, areas, settings, gazetteer, faults)
        accounts = placed_by_area(accounts, areas, found)
    kept = placed_only(accounts, settings, gazetteer, faults)
    left_out = tuple(accounts.ids[~kept].tolist())
    if not kept.any():
        if data.unplaced == "leave out" and not accounts.placement.refused.all():
            faults.add(data.accounts, "no account could be placed on the map. Add coordinates.")
        faults.raise_if_any()
    accounts = accounts.only(kept)
    if found is not None:
        found = replace(found, area_of=found.area_of[kept])
    units = _units(accounts, areas, found, settings, faults)
    placed = np.concatenate([units.lonlat, reps.placement.lonlat])
    placed = placed[np.isfinite(placed).all(axis=1)]
    crs = fitted_crs(placed)
    xy = to_plane(crs, units.lonlat)
    # Read-only arrays are shared between units and accounts instead of copied.
    xy.flags.writeable = False
    edges = connect(units, xy, areas, settings, faults)
    wishes = read_wishes(accounts, units, reps.territory_ids, settings, faults)
    faults.raise_if_any()
    needs = Requirements(accounts.required_skills, accounts.requirement)
    check_skills(accounts.ids, needs, reps.skills)
    requirement = np.zeros(len(units.ids), dtype=np.int32)
    np.maximum.at(requirement, units.of_account, accounts.requirement)
    uses = (*accounts.uses, *reps.columns.uses)
    measures = tuple(Measure(m.name, m.unit, m.target) for m in settings.measure)
    problem = Problem(
        measures=measures,
        territories=_territories(reps, crs),
        units=Units(ids=units.ids, xy=xy, named=units.named, shapes=units.shapes),
        accounts=_accounts(accounts, units, xy, crs),
        target=fair_targets(measures, reps.share, accounts.activity.sum(axis=0)),
        contiguity=edges,
        locked=wishes.locked,
        forbidden=wishes.forbidden,
        group=groups_of_units(accounts.family, units.of_account, len(units.ids)),
        skill_class=requirement,
        required_skills=accounts.required_skills,
        crs=crs,
        notes=(
            *column_notes(uses),
            *placement_notes(accounts, left_out),
            *city_notes(accounts.columns, "id", accounts.placement, accounts.row, gazetteer),
            *city_notes(reps.columns, reps.key, reps.placement, np.arange(len(reps)), gazetteer),
            *unit_notes(units, found),
            *setting_notes(accounts, settings),
            *projection_notes(crs, placed),
        ),
        backdrop=backdrop,
    )
    return Reading(problem, uses, left_out)


def _units(
    accounts: AccountRows,
    areas: Areas | None,
    found: RollUp | None,
    settings: Settings,
    faults: Faults,
) -> UnitRows:
    if areas is None or found is None:
        return units_of_accounts(accounts, accounts.named)
    apart = accounts_apart(accounts, bound_accounts(accounts, settings))
    apart = with_scattered_families(accounts.family, found.area_of, apart)
    check_roll_up(accounts, areas, found, apart, faults)
    return units_of_areas(accounts, found.area_of, areas, apart)


def _territories(reps: Reps, crs: str) -> tuple[Territory, ...]:
    homes = to_plane(crs, np.nan_to_num(reps.placement.lonlat))
    known = reps.placement.placed_by != NOWHERE
    return tuple(
        Territory(
            id=reps.territory_ids[k],
            name=reps.territories[k],
            home=(float(homes[k, 0]), float(homes[k, 1])) if known[k] else None,
            share=float(reps.share[k]),
            rep_id=reps.rep_ids[k] or None,
            rep=reps.names[k] or None,
            email=reps.emails[k] or None,
            manager=reps.managers[k] or None,
            skills=reps.skills[k],
        )
        for k in range(len(reps))
    )


def _accounts(
    accounts: AccountRows, units: UnitRows, xy: NDArray[np.float64], crs: str
) -> Accounts:
    own_units = units.lonlat is accounts.placement.lonlat
    return Accounts(
        ids=accounts.ids,
        names=accounts.names,
        unit=units.of_account,
        xy=xy if own_units else to_plane(crs, accounts.placement.lonlat),
        activity=accounts.activity,
        current=accounts.current,
        placed_by=accounts.placement.placed_by,
        columns=accounts.kept,
    )
