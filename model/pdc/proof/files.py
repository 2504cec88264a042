"""The certificate of a group as files: nodes (CSV), what proves them (JSON), the program (MPS); all gzipped.

``<group>.csv.gz`` has a row a place: ``title,level,code,parent,posts,lower,upper,r1…r4,e1…e4,target`` (the
target an exact fraction ``p/q``). ``<group>.json.gz`` has the rules across the trees, the national numbers,
the value by stage and the prices. The cheapest arcs between prices, from which marginal costs are read, the
nodes give (``"arcs":null``); earlier versions wrote them down (joint floors eliminated).
``<group>.mps.gz`` and ``<group>.sol.gz`` have the program and the plan as its solution.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

from pdc.base.exact import parsed
from pdc.proof.prices import Arc, Graph, Step, Vertex
from pdc.proof.sheet import Cost, Joint, Node, Sheet, Together
from pdc_common.bounded import unpacked
from pdc_common.cells_csv import rows_of

FOLDER: Final = "proof"
FAST: Final = 1  # depth of compression: the rest is not worth its time
HEAD: Final = (
    "title", "level", "code", "parent", "posts", "lower", "upper",
    *(f"r{k}" for k in (1, 2, 3, 4)), *(f"e{k}" for k in (1, 2, 3, 4)), "target",
)  # fmt: skip
GZIP: Final = 16 + zlib.MAX_WBITS  # zlib's way to say: with the header of gzip
_Asked = tuple[tuple[int, ...], tuple[int | None, ...]]  # what the tiers ask for, their soft upper ends


class ProofError(Exception):
    """A certificate that cannot be read; its text says which file and why."""


def packed(text: str) -> bytes:
    """Gzip without a time stamp: same text, same bytes.

    By zlib itself: the module ``gzip`` writes another header from Python 3.12 on.
    """
    return zlib.compress(text.encode("utf-8"), FAST, GZIP)


def graph_lines(graph: Graph) -> list[str]:
    """Arcs of a graph as JSON, in the order of their ends."""
    known: dict[Vertex, str] = {}

    def quoted(v: Vertex) -> str:
        if v not in known:
            known[v] = _json("|".join(v))
        return known[v]

    def line(a: Vertex, b: Vertex, arc: Arc) -> str:
        steps = ",".join([f'{quoted((title, level, code))[:-1]}|{by}"' for title, level, code, by in arc[1]])
        return f'[{quoted(a)},{quoted(b)},"{cost_text(arc[0])}",[{steps}]]'

    return [line(a, b, arc) for a, row in sorted(graph.out.items()) for b, arc in sorted(row.items())]


def sheet_text(
    sheet: Sheet, value: Mapping[str, float], prices: Mapping[str, str] | str, arcs: Sequence[str] | None
) -> str:
    """Everything but the nodes, as JSON: ``value`` of the plan by stage, ``prices`` as texts or as JSON.

    ``arcs`` are JSON already; without them (None) the nodes give them (:mod:`pdc.proof.tree_arcs`).
    """
    content = {
        "group": sheet.group,
        "titles": sheet.titles,
        "norm": sheet.norm,
        "supply": sheet.supply,
        "given": sheet.given,
        "unproven": sheet.unproven,
        "value": dict(value),
        "elsewhere": {stage: str(value) for stage, value in sheet.elsewhere.items() if value},
    }
    joint, together = ",".join(_joint_lines(sheet.joint)), _json([*map(vars, sheet.together)])
    rules = f'"joint":[{joint}],"together":{together}'
    written = "null" if arcs is None else f"[{','.join(arcs)}]"
    priced = prices if isinstance(prices, str) else _json(prices)
    return f'{_json(content)[:-1]},{rules},"prices":{priced},"arcs":{written}}}\n'


def _joint_lines(joint: Sequence[Joint]) -> Iterator[str]:
    """Joint floors as JSON: thousands, of few clauses and titles."""
    known: dict[object, str] = {}

    def text(part: object) -> str:
        if part not in known:
            known[part] = _json(part)
        return known[part]

    for one, unit in zip(joint, _escaped([one.unit for one in joint]), strict=True):
        yield (
            f'{{"clause":{text(one.clause)},"tier":{one.tier},"unit":"{unit}",'
            f'"titles":{text(one.titles)},"amount":{one.amount}}}'
        )


def _json(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def _escaped(texts: Sequence[str]) -> Sequence[str]:
    """Texts as they stand in JSON between quotation marks; hardly one stands there otherwise."""
    return [_json(text)[1:-1] for text in texts] if "\\" in _json("".join(texts)) else texts


def json_lines(head: str, names: Sequence[str], texts: Sequence[str]) -> str:
    """``"head name":"text"`` of many names, as JSON with commas between; ``texts`` need no escape."""
    head, *names = _escaped([head, *names])
    start = f'"{head}'
    return start + f",{start}".join([f'{name}":"{text}"' for name, text in zip(names, texts, strict=True)])


def price_texts(price: Mapping[Vertex, Cost]) -> dict[str, str]:
    """Prices as texts, by the texts of their places, in the order of places."""
    return {"|".join(v): cost_text(cost) for v, cost in sorted(price.items())}


def cost_text(cost: Cost) -> str:
    """Fractions of a cost, one a stage."""
    return " ".join([str(part) if part else "0" for part in cost])


def cost_of(text: str) -> Cost:
    """Cost from its text."""
    return tuple(Fraction(part) if "/" in part else int(part) for part in text.split())


def read_nodes(path: Path, code: str = "", title: str = "") -> list[Node]:
    """Nodes of a group; with ``code`` only those that have it or lie in it, with ``title`` only its own."""
    rows = rows_of(unpacked(path).decode("utf-8"))
    if tuple(next(rows, ())) != HEAD:
        raise ProofError(f"{path.name}: {','.join(HEAD)}")
    asked: dict[tuple[str, ...], _Asked] = {}
    return [
        _node(row, asked)
        for row in rows
        if (not code or code in (row[2], row[3])) and (not title or row[0] == title)
    ]


def _node(row: list[str], known: dict[tuple[str, ...], _Asked]) -> Node:
    """A node from its row; what the tiers ask for repeats, and is read once."""
    text = tuple(row[7:15])
    if text not in known:
        known[text] = tuple(map(int, text[:4])), tuple(int(end) if end else None for end in text[4:])
    required, ends = known[text]
    upper = int(row[6]) if row[6] else None
    return Node(
        row[0], row[1], row[2], row[3], int(row[4]), int(row[5]), upper, required, ends, parsed(row[15])
    )


def read_rest(path: Path) -> dict[str, Any]:
    """What :func:`sheet_text` wrote."""
    content = json.loads(unpacked(path))
    if not isinstance(content, dict):
        raise ProofError(path.name)
    return content


def read_sheet(folder: Path, group: str) -> tuple[Sheet, dict[Vertex, Cost], dict[str, float]]:
    """Sheet, prices and stated value of a group. Raises :class:`ProofError` where a file is damaged."""
    try:
        nodes = read_nodes(folder / f"{group}.csv.gz")
        rest = read_rest(folder / f"{group}.json.gz")
        sheet = replace(sheet_without_nodes(rest), nodes=tuple(nodes))
        return sheet, read_prices(rest), dict(rest["value"])
    except ProofError:
        raise
    except (OSError, EOFError, ValueError, KeyError, TypeError, IndexError, ZeroDivisionError) as error:
        raise ProofError(f"{group}: {error}") from error


def sheet_without_nodes(rest: Mapping[str, Any]) -> Sheet:
    """What a certificate says beside its nodes."""
    return Sheet(
        rest["group"], tuple(rest["titles"]), rest["norm"], dict(rest["supply"]), (),
        tuple(Joint(**{**j, "titles": tuple(j["titles"])}) for j in rest["joint"]),
        tuple(Together(**{**t, "units": tuple(t["units"])}) for t in rest["together"]),
        tuple(rest["given"]), rest["unproven"],
        {stage: Fraction(value) for stage, value in rest["elsewhere"].items()},
    )  # fmt: skip


def read_prices(rest: Mapping[str, Any]) -> dict[Vertex, Cost]:
    """Prices by place."""
    return {_vertex(name): cost_of(text) for name, text in rest["prices"].items()}


def read_graph(rest: Mapping[str, Any]) -> Graph:
    """Cheapest arcs between prices."""
    graph = Graph(())
    for a, b, cost, steps in rest["arcs"]:
        arc: Arc = (cost_of(cost), tuple(_step(step) for step in steps))
        graph.offer(_vertex(a), _vertex(b), arc)
    return graph


def _vertex(text: str) -> Vertex:
    title, kind, code = text.split("|")
    return title, kind, code


def _step(text: str) -> Step:
    title, level, code, step = text.split("|")
    return title, level, code, int(step)


def groups_in(folder: Path) -> list[str]:
    """Groups that have a certificate."""
    return sorted(path.name.removesuffix(".json.gz") for path in folder.glob("*.json.gz"))


def names(cells: Iterable[Step]) -> str:
    """Steps as text, for messages."""
    return ", ".join(f"{title} {level} {code} {step:+d}" for title, level, code, step in cells)
