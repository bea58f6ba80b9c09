"""The JSON Schema: same text each time, and it knows every kind and check."""

from __future__ import annotations

import json
from pathlib import Path

from vigie.checks.registry import params_by_check
from vigie.convention.registry import Registry
from vigie.convention.schema import render_schema, write_schema
from vigie.signals.lexicons import lexicon_names
from vigie.sources.registry import params_by_kind

REGISTRY = Registry(params_by_kind(), params_by_check(), lexicon_names())


def test_schema_is_stable_and_written_as_rendered(tmp_path: Path) -> None:
    """The same registry gives the same bytes, in memory and on disk."""
    write_schema(tmp_path / "_schema.json", REGISTRY)
    written = (tmp_path / "_schema.json").read_text(encoding="utf-8")
    assert written == render_schema(REGISTRY) == render_schema(REGISTRY)


def test_schema_binds_queries_to_their_kind() -> None:
    """Each kind and each check brings its own keys, and all references lead somewhere."""
    text = render_schema(REGISTRY)
    schema = json.loads(text)
    parts = schema["$defs"]
    assert parts["Source"]["properties"]["kind"]["enum"] == sorted(REGISTRY.sources)
    assert parts["Check"]["properties"]["check"]["enum"] == sorted(REGISTRY.checks)
    by_kind = {
        rule["if"]["properties"]["kind"]["const"]: rule["then"]["properties"]["queries"]["$ref"]
        for rule in parts["Source"]["allOf"]
    }
    mastodon = parts[by_kind["mastodon"].removeprefix("#/$defs/")]
    assert set(mastodon["properties"]) == set(REGISTRY.sources["mastodon"].model_fields)
    for reference in set(_references(schema)):
        assert reference.removeprefix("#/$defs/") in parts


def _references(value: object) -> list[str]:
    if isinstance(value, dict):
        own = [value["$ref"]] if "$ref" in value else []
        return own + [found for item in value.values() for found in _references(item)]
    if isinstance(value, list):
        return [found for item in value for found in _references(item)]
    return []
