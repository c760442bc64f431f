"""Where reps live: real towns, spread like the workload."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely
from numpy.random import Generator
from numpy.typing import NDArray

from data.recipe.slicing import distance_km, plane_km, sliced


def drawn_homes(
    rng: Generator,
    places: pd.DataFrame,
    points: pd.DataFrame,
    workload: NDArray[np.float64],
    capacity: NDArray[np.float64],
) -> pd.DataFrame:
    """Return one place per rep, with its ``capacity``.

    The country is cut into one slice of workload per rep. A rep lives in a place of the slice,
    likelier where there is much work near by, in a larger town, and near the slice's middle.

    Parameters
    ----------
    rng
        The source of every draw.
    places
        ``latitude``, ``longitude``, ``population`` and ``is_town``; a place that is no town is
        taken only in a slice that has none.
    points
        ``latitude`` and ``longitude`` of where the work is.
    workload
        ``(n_points,)`` hours a year.
    capacity
        ``(n_reps,)`` share of full time.
    """
    latitude, longitude = points["latitude"].to_numpy(), points["longitude"].to_numpy()
    part = sliced(plane_km(latitude, longitude), workload, capacity)
    tree = shapely.STRtree(shapely.points(longitude, latitude))
    slice_of_place = part[tree.nearest(shapely.points(places["longitude"], places["latitude"]))]
    chosen = []
    for k in range(len(capacity)):
        within = places[slice_of_place == k]
        if within["is_town"].any():
            within = within[within["is_town"]]
        odds = _attraction(within, latitude[part == k], longitude[part == k], workload[part == k])
        chosen.append(int(rng.choice(within.index.to_numpy(), p=odds / odds.sum())))
    return places.loc[chosen].reset_index(drop=True).assign(capacity=capacity)


def _attraction(
    places: pd.DataFrame,
    latitude: NDArray[np.float64],
    longitude: NDArray[np.float64],
    workload: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return ``(n_places,)`` how likely a rep of the slice lives in each place, unscaled."""
    middle = [np.array([np.average(c, weights=workload)]) for c in (latitude, longitude)]
    where = places["latitude"].to_numpy(), places["longitude"].to_numpy()
    spread = distance_km(latitude, longitude, middle[0], middle[1])[:, 0]
    reach = max(np.sqrt(np.average(spread**2, weights=workload)), 5.0)
    away = distance_km(*where, middle[0], middle[1])[:, 0]
    to_work = distance_km(*where, latitude, longitude)
    near = (np.exp(-((to_work / (reach / 4)) ** 2)) * workload).sum(axis=1)
    town = np.sqrt(places["population"].to_numpy(np.float64))
    return np.asarray(near * town * np.exp(-((away / reach) ** 2)))


def territory_names(reps: pd.DataFrame, places: pd.DataFrame, within_km: float) -> list[str]:
    """Return a name for each territory: a large city near the home, each city used once.

    Parameters
    ----------
    reps, places
        Homes and places with ``city``, ``latitude``, ``longitude`` and ``population``.
    within_km
        How far a city's name carries.
    """
    away = distance_km(
        reps["latitude"].to_numpy(),
        reps["longitude"].to_numpy(),
        places["latitude"].to_numpy(),
        places["longitude"].to_numpy(),
    )
    fame = places["population"].to_numpy(np.float64) ** 0.75 * np.exp(-((away / within_km) ** 2))
    # A city across the state line lends its name unwillingly.
    fame[reps["state"].to_numpy()[:, None] != places["state"].to_numpy()] /= 3
    names = [""] * len(reps)
    city = places["city"].to_numpy()
    for _ in range(len(reps)):
        row, column = np.unravel_index(int(fame.argmax()), fame.shape)
        names[row] = str(city[column])
        fame[row] = -1.0
        fame[:, city == city[column]] = -1.0
    return names
