"""Pure functions of a problem and an alignment; none of them knows a solver."""
