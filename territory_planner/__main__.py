"""``python -m territory_planner``: the command line."""

from __future__ import annotations

import sys

from territory_planner.cli import main

if __name__ == "__main__":
    sys.exit(main())
