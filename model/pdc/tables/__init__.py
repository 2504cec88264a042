"""Input tables: read, validated, canonical. ``read`` a folder or workbook, ``template`` for an empty one."""

from pdc.tables.blank import template
from pdc.tables.change import Addition, CellChange, Change, Edit, Removal, change, rows_where
from pdc.tables.reading import read
from pdc.tables.validated import Tables, side_file, write
from pdc.tables.vocabulary import Vocabulary

__all__ = [
    "Addition",
    "CellChange",
    "Change",
    "Edit",
    "Removal",
    "Tables",
    "Vocabulary",
    "change",
    "read",
    "rows_where",
    "side_file",
    "template",
    "write",
]
