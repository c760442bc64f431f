"""Postal codes and cities to points, offline; the tables lie beside the code."""

from territory_planner.geography.gazetteer.lookup import City, Gazetteer, gazetteer_of, plain_name

__all__ = ["City", "Gazetteer", "gazetteer_of", "plain_name"]
