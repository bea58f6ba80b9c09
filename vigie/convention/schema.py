"""The JSON Schema of conventions, so that editors complete and check while people type.

Written to ``conventions/_schema.json`` by the command line; a test proves that it is current. It is
help in the editor only: what counts is the loader.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from vigie.convention.model import Convention
from vigie.convention.registry import Registry

SCHEMA_FILE = "_schema.json"
_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def render_schema(registry: Registry) -> str:
    """Return the schema as JSON text, the same for the same registry, ending with a newline."""
    shapes: list[type[BaseModel]] = [
        Convention,
        *registry.sources.values(),
        *registry.checks.values(),
    ]
    references, definitions = models_json_schema([(shape, "validation") for shape in shapes])
    parts: dict[str, Any] = definitions["$defs"]

    def reference(shape: type[BaseModel]) -> dict[str, Any]:
        return dict(references[shape, "validation"])

    queries = {kind: reference(shape) for kind, shape in registry.sources.items()}
    params = {name: reference(shape) for name, shape in registry.checks.items()}
    _bind(parts["Source"], "kind", "queries", queries)
    _bind(parts["Check"], "check", "params", params)
    parts["Share"]["properties"]["kind"] = {"enum": sorted(registry.shares)}
    parts["Convention"]["properties"]["lexicons"]["items"] = {"enum": sorted(registry.lexicons)}
    schema = {"$schema": _DIALECT, "$ref": "#/$defs/Convention", "$defs": parts}
    return json.dumps(schema, indent=2, ensure_ascii=False, sort_keys=True) + "\n"


def _bind(
    part: dict[str, Any], name_key: str, values_key: str, shapes: Mapping[str, dict[str, Any]]
) -> None:
    """Allow only known names, and under each name only the values of its own model."""
    part["properties"][name_key] = {"enum": sorted(shapes)}
    part["allOf"] = [
        {
            "if": {"properties": {name_key: {"const": name}}, "required": [name_key]},
            "then": {"properties": {values_key: shapes[name]}},
        }
        for name in sorted(shapes)
    ]


def write_schema(path: Path, registry: Registry) -> None:
    """Write the schema file, for example ``conventions/_schema.json``."""
    path.write_text(render_schema(registry), encoding="utf-8")
