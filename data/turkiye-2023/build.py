"""Build the tables of this folder from facts/ and build.toml (python build.py [--out DIR])."""

from __future__ import annotations

import argparse
import sys
import tomllib
from pathlib import Path

import pandas as pd

HERE = Path(__file__).resolve().parent
sys.dont_write_bytecode = True  # the folder travels in the wheel as it is
sys.path.insert(0, str(HERE))

from builder.common import as_csv  # noqa: E402
from builder.facts import read_facts  # noqa: E402
from builder.limits import build_capacity, build_standards  # noqa: E402
from builder.places import build_districts, build_provinces  # noqa: E402
from builder.staff import build_staff  # noqa: E402
from builder.training import build_training  # noqa: E402
from builder.units import build_units, written  # noqa: E402


def build() -> dict[str, pd.DataFrame]:
    """Return every table of the folder by name."""
    settings = tomllib.loads((HERE / "build.toml").read_text(encoding="utf-8"))
    facts = read_facts(HERE / "facts", settings)
    units = build_units(facts, settings)
    training = build_training(units, settings)
    return {
        "provinces": build_provinces(facts, settings),
        "districts": build_districts(facts),
        "units": written(units),
        "training": training,
        "staff": build_staff(facts, units, training, settings),
        "standards": build_standards(units, settings),
        "capacity": build_capacity(units, settings),
    }


def main() -> None:
    """Write the tables to --out (default: beside this file)."""
    parser = argparse.ArgumentParser(description="Build the tables of data/turkiye-2023.")
    parser.add_argument("--out", type=Path, default=HERE, help="folder to write to")
    out: Path = parser.parse_args().out
    tables = build()
    if out.resolve() == HERE:  # its own tables, beside what they are made from
        for name, table in tables.items():
            (out / f"{name}.csv").write_bytes(as_csv(name, table))
    else:
        _write(tables, out)
    for name, table in tables.items():
        print(f"{name}.csv: {len(table):,} rows")


def _write(tables: dict[str, pd.DataFrame], out: Path) -> None:
    """Into another folder as every command writes: whole, and never over what pdc did not write."""
    sys.path.append(str(HERE.parents[1] / "model"))  # where pdc is not installed
    from pdc.base.faults import InputError  # noqa: PLC0415
    from pdc.base.folder import Folder, place  # noqa: PLC0415

    try:
        made = Folder(place(out, "build"))
        for name, table in tables.items():
            made.write(f"{name}.csv", as_csv(name, table))
        made.finish()
    except InputError as error:
        sys.exit("\n".join(fault.text("en") for fault in error.faults))


if __name__ == "__main__":
    main()
