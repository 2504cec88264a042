"""A title's bound numbers while a number of the data or of the law lies anywhere in a range: as intervals.

What :mod:`pdc.rules` binds for one country and one law, bound for all of a range at once: every number that a
value of the range gives lies in its interval. What does not read the moved number is taken as it was bound;
what cannot be told raises :class:`~pdc.base.interval.UndeterminedError`, and the range is halved.
"""

from pdc.rules.between.asks import Asks, Ends
from pdc.rules.between.sight import Moved, Sight
from pdc.rules.between.targets import Between

__all__ = ["Asks", "Between", "Ends", "Moved", "Sight"]
