"""Which connectors there are: every file in this folder that defines ``KIND`` at its top level.

Called by the convention loader (through ``params_by_kind``) and by the operations. A new connector
is a new file: there is no list to write it into. Imports connectors only, never the transport.
"""

from __future__ import annotations

import functools
import importlib
import importlib.util
import pkgutil
import re
from typing import cast

from vigie import sources
from vigie.sources.contract import Connector, Queries

# Looked for in the text, so that scanning the folder imports no httpx.
_DEFINES_KIND = re.compile(r"^KIND\b", re.MULTILINE)


@functools.cache
def connectors() -> dict[str, Connector]:
    """Return every connector by its kind, in alphabetical order.

    Raises:
        RuntimeError: If a connector's ``KIND`` is not its file's name: two files could then
            claim one kind.
    """
    found: dict[str, Connector] = {}
    for name in sorted(module.name for module in pkgutil.iter_modules(sources.__path__)):
        full_name = f"{sources.__name__}.{name}"
        if not _DEFINES_KIND.search(_source_text(full_name)):
            continue
        connector = cast(Connector, importlib.import_module(full_name))
        if name != connector.KIND:
            raise RuntimeError(f"vigie/sources/{name}.py: KIND must be {name!r}")
        found[name] = connector
    return found


def params_by_kind() -> dict[str, type[Queries]]:
    """Return what ``queries`` may hold, by kind of source: for the convention loader."""
    return {kind: connector.Params for kind, connector in connectors().items()}


def _source_text(full_name: str) -> str:
    spec = importlib.util.find_spec(full_name)
    loader = spec.loader if spec else None
    text = loader.get_source(full_name) if hasattr(loader, "get_source") else None  # type: ignore[union-attr]
    return text or ""
