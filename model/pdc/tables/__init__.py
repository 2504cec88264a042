"""Input tables: read, validated, canonical. ``read`` a folder or workbook, ``template`` for an empty one."""

from pdc.tables.blank import template
from pdc.tables.reading import read
from pdc.tables.result import Tables, write
from pdc.tables.vocabulary import Vocabulary

__all__ = ["Tables", "Vocabulary", "read", "template", "write"]
