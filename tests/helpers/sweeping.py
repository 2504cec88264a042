"""A small country and small sweeps over it."""

from __future__ import annotations

from pathlib import Path

from helpers.small import Small

GRID = """
titles = ["eczaci"]
costs = ["B.5.3.b", "B.5.3.d"]

[design]
kind = "grid"

[[vary]]
parameter = "B.5.3.b.directorate"
values = [1, 2, 3]

[[vary]]
parameter = "B.5.3.e.fewest_beds"
values = [200, 300]
"""

RANDOM = """
titles = ["eczaci"]

[design]
kind = "monte_carlo"
samples = 6
seed = 7

[[vary]]
table = "districts"
column = "etf_population"
factor = { low = 0.5, high = 1.5 }
each = "row"

[[vary]]
table = "units"
column = "beds"
factor = { distribution = "triangular", low = 0.8, mode = 1, high = 1.2 }
where = "beds > 0"
"""


def country() -> Small:
    built = Small()
    for code in (19, 34, 6):
        built.province(code, service_region=2 if code == 34 else 5)
        built.district(f"D{code}", code, 200_000 + 1000 * code, central=1).district(
            f"E{code}", code, 30_000 + code
        )
        built.unit(f"M{code}", f"D{code}", "il_saglik_mudurlugu")
        built.unit(f"H{code}", f"D{code}", "devlet_hastanesi", beds=350, special_beds=40, khd_beds=30)
        built.unit(f"K{code}", f"E{code}", "devlet_hastanesi", beds=90, special_beds=60, khd_beds=30)
    return built.filled("eczaci", 120).filled("tibbi_sekreter", 130)


def write(folder: Path, text: str, name: str = "asked.toml") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a folder by its path."""
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}
