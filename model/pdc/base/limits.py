"""How large an input may be: one table for all. ``docs/limits.md`` lists them, a test holds it to this.

A limit is far above what anybody planned with and far below what a machine can bear: what lies beyond is a
slip of the pen or no input of ours, and is refused before memory or hours are spent on it.
"""

from __future__ import annotations

from typing import Final

# Files that people write in TOML: scenarios, rulebooks, sweeps.
TOML_BYTES: Final = 1_000_000
TOML_DEPTH: Final = 12
TOML_KEY_PARTS: Final = 16

# Numbers, wherever they are written.
NUMBER: Final = 10**20
NUMBER_DIGITS: Final = 30

# Formulas.
FORMULA_CHARACTERS: Final = 4000
FORMULA_DEPTH: Final = 60
FORMULA_DEGREE: Final = 200
POWER_BITS: Final = 4096
DEFINITION_CHAIN: Final = 30

# Sweeps.
SWEEP_SCENARIOS: Final = 100_000
SWEEP_DRAWS: Final = 1_000_000
SWEEP_FACTOR: Final = 1000
SWEEP_SPREAD: Final = 100

# Posts, in pins and locks.
POSTS: Final = 1_000_000

# Boundaries that lie beside one's own tables.
BORDERS_BYTES: Final = 30_000_000
BORDERS_POINTS: Final = 500_000

# The terminal.
CACHE_ENTRY: Final = 256 * 1024**2
JOBS: Final = 256
