"""Hand-made tables (cetvel) read as people make them, by people's names, into the country's positions.

    cetvel = read_cetvel(path, setting) # a CSV file, a workbook, a plan folder, or the word "filled"
    cetvel.level                        # "unit", "district" or "province": what the table shows
    cetvel.titles                       # planning titles it has; the others are not given, which is not 0
    cetvel.posts["hemsire"]             # int64 array over the positions of that level
    cetvel.at("hemsire", "province")    # the same summed up; KeyError for a finer level
    cetvel.covered["unit"]              # mask by level: places that can be judged; others are not given
    cetvel.whole                        # is every province there?
    cetvel.doubts                       # what is not beyond doubt: matches, left-out rows, merges, sums

``setting`` is :func:`pdc.country.setting.prepare`'s.
:class:`~pdc.base.faults.InputError` holds every fault at once.
Spellings, abbreviations and thresholds are in ``words.toml``.
"""

from pdc.ask.handmade.reading import read_cetvel
from pdc.ask.handmade.table import Cetvel, Doubt

__all__ = ["Cetvel", "Doubt", "read_cetvel"]
