"""What must hold between settings that are each fine alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping

from territory_planner.config.hints import did_you_mean
from territory_planner.config.tables import (
    ACCOUNT_COLUMNS,
    REP_COLUMNS,
    MeasureTable,
    Settings,
    UnitsTable,
)

Complain = Callable[[str], None]


def check_settings(settings: Settings, complain: Complain) -> None:
    """Complain about every clash between settings."""
    _check_data(settings, complain)
    _check_columns("accounts", settings.columns.accounts, ACCOUNT_COLUMNS, complain)
    _check_columns("reps", settings.columns.reps, REP_COLUMNS, complain)
    _check_units(settings.units, settings.wishes.contiguous, complain)
    for measure in settings.measure:
        _check_measure(measure, complain)
    _check_names(settings, complain)
    least, most = settings.territories.least, settings.territories.most
    if (least is None) != (most is None):
        complain(
            "[territories] has only one of least and most. Give both, or neither to keep the reps'."
        )
    elif least is not None and most is not None and least > most:
        complain(f"[territories] least is {least}, more than most, {most}. Exchange them.")
    if settings.wishes.order == "lexicographic" and not settings.disruption:
        complain(
            '[criteria] order = "lexicographic" needs to know what shall move least. '
            "Add [[disruption]] with a measure, or remove the order."
        )
    for section, pairs in (("lock", settings.lock), ("forbid", settings.forbid)):
        for number, pair in enumerate(pairs, start=1):
            if (pair.account is None) == (pair.unit is None):
                complain(f"[[{section}]] {number} must name either an account or a unit.")


def _check_data(settings: Settings, complain: Complain) -> None:
    data = settings.data
    if data.decimal == data.thousands:
        complain(f'[data] decimal and thousands are both "{data.decimal}". They must differ.')
    try:
        # Python also knows encodings that are not of text, such as "base64", which refuse one.
        "a".encode(data.encoding)
    except (LookupError, ValueError):
        complain(
            f'[data] encoding "{data.encoding}" is not known as one of text. '
            'Write "utf-8", "latin-1" or "cp1252".'
        )
    if data.country and not (len(data.country) == 2 and data.country.isalpha()):
        complain(
            f'[data] country must be a two-letter ISO code such as "US" or "DE", '
            f'not "{data.country}".'
        )


def _check_columns(
    name: str, mapping: Mapping[str, str], known: tuple[str, ...], complain: Complain
) -> None:
    for ours in mapping:
        if ours not in known:
            complain(f"[columns.{name}] has no column '{ours}'. {did_you_mean(ours, known)}")


def _check_units(units: UnitsTable, contiguous: bool, complain: Complain) -> None:
    if units.kind == "account":
        for setting in ("file", "id", "key", "outline"):
            if getattr(units, setting) is not None:
                complain(
                    f'[units] {setting} has no meaning for kind = "account". '
                    'Remove it, or set kind = "area" or "voronoi".'
                )
        if contiguous and units.neighbours is None:
            complain(
                "[criteria] contiguous = true needs to know which units are neighbours. "
                'Add neighbours = "gabriel" to [units], or set contiguous = false.'
            )
        return
    for setting in ("file", "id"):
        if getattr(units, setting) is None:
            complain(f"[units] kind = \"{units.kind}\" needs the setting '{setting}'. Add it.")
    if units.neighbours is not None:
        complain(
            f'[units] neighbours has no meaning for kind = "{units.kind}", whose units have '
            "borders. Remove it."
        )
    if units.kind == "area" and units.outline is not None:
        complain('[units] outline has no meaning for kind = "area". Remove it.')


def _check_measure(measure: MeasureTable, complain: Complain) -> None:
    where = f"[[measure]] '{measure.name}'"
    sources = sum([measure.column is not None, bool(measure.product), measure.count])
    if sources != 1:
        complain(f"{where} must have one of column, product and count = true; it has {sources}.")
    if measure.band is not None and (measure.lower is not None or measure.upper is not None):
        complain(f"{where} has a band and also lower or upper. Keep one of the two ways.")
    if (measure.lower is None) != (measure.upper is None):
        complain(
            f"{where} has only one of lower and upper. Give both; lower = -1 is no lower limit."
        )
    if measure.weight > 0 and measure.band is None and measure.lower is None:
        complain(f"{where} has a weight but no band. Add band = 0.1, or remove the weight.")


def _alike(names: list[str]) -> list[list[str]]:
    """Return the sets of different names that are one without regard to capitals."""
    by_small: dict[str, list[str]] = {}
    for name in dict.fromkeys(names):
        by_small.setdefault(name.casefold(), []).append(name)
    return [same for same in by_small.values() if len(same) > 1]


def _check_names(settings: Settings, complain: Complain) -> None:
    """Complain about measures that are named twice, or named and not there."""
    names = [m.name for m in settings.measure]
    for name, times in Counter(names).items():
        if times > 1:
            complain(f"[[measure]] '{name}' is there {times} times. Names must differ.")
    # The columns of a GeoPackage are named after measures, and know no capitals.
    for same in _alike(names):
        told = " and ".join(f"'{name}'" for name in same)
        complain(f"[[measure]] {told} differ only in capitals. Rename all but one.")
    used = [("[[disruption]] measure", d.measure) for d in settings.disruption]
    if settings.wishes.compactness_measure is not None:
        used.append(("[criteria] compactness_measure", settings.wishes.compactness_measure))
    for where, name in used:
        if name not in names:
            complain(f"{where} '{name}' is not a measure. {did_you_mean(name, names)}")
    for name, times in Counter(d.measure for d in settings.disruption).items():
        if times > 1:
            complain(f"[[disruption]] '{name}' is there {times} times. Keep one.")
