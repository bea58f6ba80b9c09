"""Finds the checks: every file of this folder that has ``NAME``, ``Params`` and ``expectation``.

Called by the convention's registry and by ``suite``. Adding a check is adding a file. Must import
light things only.
"""

from __future__ import annotations

import functools
import importlib
import pkgutil
from collections.abc import Mapping
from types import MappingProxyType
from typing import cast

from vigie import checks as folder
from vigie.checks.contract import CheckFile, CheckParams

_NOT_CHECKS = frozenset({"contract", "registry", "suite", "table", "engine"})


@functools.cache
def checks() -> Mapping[str, CheckFile]:
    """Return every check by its name.

    Raises:
        TypeError: If a file of the folder is no check, or its name is not its file's.
    """
    found: dict[str, CheckFile] = {}
    for entry in pkgutil.iter_modules(folder.__path__):
        if entry.name in _NOT_CHECKS:
            continue
        module = importlib.import_module(f"{folder.__name__}.{entry.name}")
        wanted = ("NAME", "Params", "expectation", "message")
        missing = [name for name in wanted if not hasattr(module, name)]
        if missing or entry.name != module.NAME:
            raise TypeError(f"{module.__name__} is no check: missing {missing or 'its own NAME'}")
        found[entry.name] = cast("CheckFile", module)
    return MappingProxyType(found)


def params_by_check() -> dict[str, type[CheckParams]]:
    """Return the parameters' model of every check, for the convention's loader."""
    return {name: check.Params for name, check in checks().items()}
