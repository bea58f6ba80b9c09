"""The sheets: one file each, found by looking into this folder; they never import each other.

A table sheet has ``CODE``, ``COLUMNS`` (key first), ``rows(content)``; a block sheet has ``CODE``,
``WIDTHS``, ``blocks(content)``. Both may have ``MISSION``: shown only where the convention has it.
"""

from __future__ import annotations

import functools
import importlib
import pkgutil
from collections.abc import Mapping
from types import ModuleType

from vigie.workbook.layout import Column

ORDER = (
    "readme",
    "summary",
    "log",
    "relay",
    "solidarity",
    "team",
    "sources",
    "checks",
    "conflicts",
    "journal",
)
"""Order of the tabs. Source: the domain's table of sheets."""


@functools.cache
def sheet_modules() -> Mapping[str, ModuleType]:
    """Return sheet code to its module, in the order of the tabs; unknown ones come last."""
    found = {}
    for info in pkgutil.iter_modules(__path__):
        module = importlib.import_module(f"{__name__}.{info.name}")
        found[module.CODE] = module
    position = {code: index for index, code in enumerate(ORDER)}
    return dict(sorted(found.items(), key=lambda item: (position.get(item[0], 99), item[0])))


@functools.cache
def table_columns() -> Mapping[str, tuple[Column, ...]]:
    """Return the code of every table sheet with its columns."""
    return {
        code: module.COLUMNS
        for code, module in sheet_modules().items()
        if hasattr(module, "COLUMNS")
    }
