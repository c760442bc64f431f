"""Postal codes and cities to points, offline; the tables lie beside the code."""

from territory_planner.geography.gazetteer.lookup import Gazetteer, gazetteer_of, plain_name

__all__ = ["Gazetteer", "gazetteer_of", "plain_name"]
