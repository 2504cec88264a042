"""Exit codes (docs/data.md)."""

from __future__ import annotations

DONE, BAD_INPUT, NO_PLAN, STOPPED, WOULD_OVERWRITE, INTERNAL = 0, 2, 3, 4, 5, 1
