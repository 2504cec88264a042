"""Formulas of the law as a reader writes them, with the numbers put in: ``⌈servis yatağı 90 / … 3⌉``."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Final, NamedTuple

from pdc_common.numerals import MISSING, number
from pdc_common.text import Lang, say, table

_SIGNS: Final[Mapping[type[ast.operator], tuple[str, int]]] = {
    ast.Add: (" + ", 1),
    ast.Sub: (" − ", 1),
    ast.Mult: (" × ", 2),
    ast.Div: (" / ", 2),
    ast.Pow: (" ^ ", 3),
}
_ATOM: Final = 9
BAND: Final = " … "
Names = Callable[[str], str]


class Parameter(NamedTuple):
    """A number of the law (or of ours): its value as JSON gave it, what it is, where it comes from."""

    clause: str
    name: str
    value: Any
    origin: str
    text: str


class _Piece(NamedTuple):
    """A part of a formula: text, or the value of an input, plain or looked up in a table."""

    text: str
    input: str = ""
    table: Mapping[str, Any] | None = None


def written(value: Any, lang: Lang) -> str:
    """A number as it is read in the language, without idle noughts; text and yes or no as words."""
    if type(value) is not float:
        if isinstance(value, bool):
            return say("explain.yes" if value else "explain.no", lang)
        if isinstance(value, str):
            try:
                return written(float(value), lang)
            except ValueError:
                return value
        if not isinstance(value, (int, float)):
            return str(value)
        value = float(value)
    if value.is_integer():
        return number(value, lang)
    size = abs(value)
    text = number(value, lang, 2 if size >= 10 else 3 if size >= 0.01 else 5)
    return text.rstrip("0").rstrip(",.") if text != MISSING else text


@lru_cache(maxsize=1 << 16)
def plain(value: float, lang: Lang, decimals: int = 2) -> str:
    """A target or another fraction: whole where it is, else with so many decimals."""
    near = round(value)
    whole = abs(value - near) < 0.5 * 10**-decimals
    return number(float(near), lang) if whole else number(value, lang, decimals)


def column(name: str, lang: Lang) -> str:
    """Wording of a column that formulas read; an own rulebook's new word stays as it is, in words."""
    key = f"explain.column.{name}"
    return say(key, lang) if key in table() else name.replace("_", " ")


class Reader:
    """Renders formulas of one plan: its parameters and the names of its titles are known."""

    def __init__(self, parameters: Mapping[tuple[str, str], Parameter], titles: Names, lang: Lang) -> None:
        self.parameters, self.titles, self.lang = parameters, titles, lang
        self._keys: dict[tuple[str, str], str] = {}
        self._compiled: dict[tuple[str, str], tuple[_Piece, ...]] = {}

    def text(self, clause: str, formula: str, inputs: str) -> str:
        """A formula of a clause with what it read at one place (``name=value;…``)."""
        if BAND in formula:
            return BAND.join(self.text(clause, end, inputs) for end in formula.split(BAND))
        key = clause, formula
        if key not in self._compiled:
            self._compiled[key] = self._compile(clause, formula)
        values: dict[str, str] = {}
        for pair in inputs.split(";") if inputs else ():
            name, _, value = pair.rpartition("=")
            values[name] = value
        out = []
        for piece in self._compiled[key]:
            if not piece.input:
                out.append(piece.text)
            elif piece.table is not None:
                found = piece.table.get(values.get(piece.input, ""))
                out.append(piece.text if found is None else f"{piece.text} {self.value(found)}")
            else:
                out.append(f"{piece.text}{self.value(values.get(piece.input, '?'))}")
        return "".join(out)

    def key(self, clause: str, formula: str) -> str:
        """What a pool is shared out by: the table, else the columns, that its key reads."""
        if (clause, formula) not in self._keys:
            self._keys[clause, formula] = self._key(clause, formula)
        return self._keys[clause, formula]

    def _key(self, clause: str, formula: str) -> str:
        names = [node.id for node in ast.walk(ast.parse(formula, mode="eval")) if isinstance(node, ast.Name)]
        tables = [
            p.text for n in names if (p := self.parameters.get((clause, n))) and isinstance(p.value, dict)
        ]
        columns = [column(n, self.lang) for n in names if self._is_column(clause, n)]
        return ", ".join(dict.fromkeys(tables or columns))

    def _is_column(self, clause: str, name: str) -> bool:
        return (clause, name) not in self.parameters and name not in {"national_total", "lookup"}

    def value(self, value: Any) -> str:
        """A number or word as text."""
        return _written(value, self.lang) if isinstance(value, str) else written(value, self.lang)

    def _compile(self, clause: str, formula: str) -> tuple[_Piece, ...]:
        try:
            tree = ast.parse(formula, mode="eval").body
        except SyntaxError:
            return (_Piece(formula),)
        pieces, _ = self._walk(tree, clause)
        return tuple(pieces)

    def _walk(self, node: ast.expr, clause: str) -> tuple[list[_Piece], int]:
        """Pieces of a part of a formula, and how strongly it holds together."""
        match node:
            case ast.BinOp(left, op, right):
                sign, rank = _SIGNS[type(op)]
                second = rank + 1 if isinstance(op, (ast.Sub, ast.Div, ast.Pow)) else rank
                pair = [self._tight(left, clause, rank), self._tight(right, clause, second)]
                return [*pair[0], _Piece(sign), *pair[1]], rank
            case ast.UnaryOp(ast.USub(), operand):
                return [_Piece("−"), *self._tight(operand, clause, _ATOM)], _ATOM
            case ast.Constant(value):
                return [_Piece(self.value(value))], _ATOM
            case ast.Name(name):
                known = self.parameters.get((clause, name))
                if known is not None:
                    return [self._parameter(known)], _ATOM
                return [_Piece(f"{column(name, self.lang)} ", name)], _ATOM
            case ast.Call(ast.Name(name), arguments):
                return self._call(name, arguments, node, clause)
        return [_Piece(ast.unparse(node))], 0

    def _tight(self, node: ast.expr, clause: str, least: int) -> list[_Piece]:
        pieces, rank = self._walk(node, clause)
        return pieces if rank >= least else [_Piece("("), *pieces, _Piece(")")]

    def _parameter(self, known: Parameter) -> _Piece:
        plain = not isinstance(known.value, (dict, list))
        return _Piece(f"{known.text} {self.value(known.value)}" if plain else known.text)

    def _call(
        self, name: str, arguments: list[ast.expr], node: ast.expr, clause: str
    ) -> tuple[list[_Piece], int]:
        inner = [self._walk(a, clause)[0] for a in arguments]
        match name:
            case "ceil":
                return [_Piece("⌈"), *inner[0], _Piece("⌉")], _ATOM
            case "floor":
                return [_Piece("⌊"), *inner[0], _Piece("⌋")], _ATOM
            case "min" | "max" | "round_half_up" | "abs":
                return [
                    _Piece(say(f"explain.call.{name}", self.lang) + "("),
                    *_joined(inner),
                    _Piece(")"),
                ], _ATOM
            case "lookup" if len(arguments) >= 2 and isinstance(arguments[1], ast.Name):
                known = self.parameters.get((clause, arguments[1].id))
                if known is not None:
                    text = [_Piece(f"{known.text} ["), *inner[0], _Piece("]")]
                    key = arguments[0].id if isinstance(arguments[0], ast.Name) else ""
                    if key and isinstance(known.value, dict):
                        text.append(_Piece("", key, known.value))
                    return text, _ATOM
            case "steps" if len(arguments) == 2:
                return [*inner[1], _Piece(" ["), *inner[0], _Piece("]")], _ATOM
        call = ast.unparse(node)
        key = f"explain.call.{name}"
        if key not in table():
            return [_Piece(f"{call} ", call)], _ATOM
        of = arguments[0].value if arguments and isinstance(arguments[0], ast.Constant) else ""
        return [_Piece(f"{say(key, self.lang, of=self.titles(str(of)))} ", call)], _ATOM


def _joined(parts: list[list[_Piece]]) -> list[_Piece]:
    out: list[_Piece] = []
    for part in parts:
        out += [_Piece("; "), *part] if out else part
    return out


@lru_cache(maxsize=1 << 16)
def _written(value: str, lang: Lang) -> str:
    return written(value, lang)
