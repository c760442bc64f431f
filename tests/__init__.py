"""Tests, in the package's own order, plus laws, oracles and acceptance."""
