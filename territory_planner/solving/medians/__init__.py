"""Territories all alike, each with its center at one of its own units: MODEL.md (20)-(27)."""
