"""Pins and locks whose codes Excel or pandas changed, put back as the country has them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from pdc.country.country import Country
from pdc.law.pins import Pin
from pdc.tables.codes import Codes


def restored_pins(country: Country, pins: Iterable[Pin]) -> tuple[Pin, ...]:
    """Pins with codes such as ``4592.0`` taken for 4592; the source then says what stood there."""
    codes: dict[str, Codes] = {}
    found = []
    for pin in pins:
        if pin.level not in codes:
            codes[pin.level] = Codes(str(code) for code in country.codes(pin.level))
        code = codes[pin.level].find(pin.code)
        if code is not None and code != pin.code:
            pin = replace(pin, code=code, source=f"{pin.source} ({pin.code} → {code})")  # noqa: PLW2901
        found.append(pin)
    return tuple(found)
