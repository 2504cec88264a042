"""Exit codes of the data contract."""

from __future__ import annotations

DONE, BAD_INPUT, NO_PLAN, STOPPED, WOULD_OVERWRITE, INTERNAL = 0, 2, 3, 4, 5, 1
