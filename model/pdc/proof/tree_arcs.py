"""The cheapest arcs of a title that stands alone, made from its nodes when somebody asks for them.

The arcs that :class:`pdc.proof.prices.Graph` has of the title's links, place by place: a certificate does not
hold them, since its nodes give them again. Rules across trees whose price is not nought make other arcs; a
group with such rules has its arcs in the certificate.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from pdc.proof.prices import GROUND, Arc, Link, Vertex, link_of
from pdc.proof.sheet import Cost, Node, Sheet
from pdc_common.levels import LEVELS

MORE, FEWER = 1, -1


class TreeArcs:
    """Arcs between the prices of one title: its country, provinces, districts, and the ground.

    ``sheet`` has the norm and the national number; ``later`` are units of floors that titles share, which are
    met after the others among equals.
    """

    def __init__(self, sheet: Sheet, nodes: Iterable[Node], later: Collection[str] = ()) -> None:
        self.sheet = sheet
        self.units: dict[str, list[Node]] = {}
        self.links: dict[Vertex, list[Link]] = {}  # of provinces and districts, by either end
        last: list[Node] = []
        for node in nodes:
            if node.level == LEVELS[-1]:
                (last if node.code in later else self.units.setdefault(node.parent, [])).append(node)
                continue
            link = link_of(sheet, node, (), {})
            for end in (link.above, link.below):
                self.links.setdefault(end, []).append(link)
        for node in sorted(last, key=lambda node: node.code):
            self.units.setdefault(node.parent, []).append(node)

    def leaving(self, v: Vertex) -> Mapping[Vertex, Arc]:
        """Arcs that leave a place."""
        found: dict[Vertex, Arc] = {}
        if v == GROUND:
            for district in self.units:
                end = (self.sheet.titles[0], LEVELS[1], district)
                found |= self._over_units(district, end, MORE)
        elif v[1] == LEVELS[1]:
            found |= self._over_units(v[2], GROUND, FEWER)
        for link in self.links.get(v, ()):
            found |= {b: arc for a, b, arc in link.arcs() if a == v}
        return found

    def _over_units(self, district: str, end: Vertex, step: int) -> dict[Vertex, Arc]:
        """The arc of the unit that takes a step most cheaply: the first of equals."""
        best: tuple[Cost, Node] | None = None
        for node in self.units.get(district, ()):
            cost = node.change(step, self.sheet.norm)
            if cost is not None and (best is None or cost < best[0]):
                best = cost, node
        if best is None:
            return {}
        cost, node = best
        return {end: (cost, ((node.title, node.level, node.code, step),))}
