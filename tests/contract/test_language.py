"""Every sentence for people is in the catalogue, with the same placeholders."""

from __future__ import annotations

import ast
import re
import string
from collections import Counter
from pathlib import Path

import pytest

from vigie.language import catalogue

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted(path for top in ("vigie", "flows", "tasks") for path in (ROOT / top).rglob("*.py"))


def _said(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        name = (
            node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        )
        first = node.args[0]
        if name == "say" and isinstance(first, ast.Constant) and isinstance(first.value, str):
            found.add(first.value)
    return found


def _placeholders(text: str) -> set[str]:
    return {name.split(".")[0] for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_sentences_have_french(path: Path) -> None:
    """Each sentence said in the code has a French one with the same placeholders."""
    words = catalogue("fr")
    missing = [text for text in _said(path) if words._sentences.get(text) in (None, "")]
    assert not missing
    uneven = [
        text
        for text in _said(path)
        if _placeholders(text) != _placeholders(words._sentences.get(text, text))
    ]
    assert not uneven


@pytest.mark.parametrize(
    "path", sorted((ROOT / "vigie" / "language").glob("*.po")), ids=lambda path: path.name
)
def test_nothing_is_translated_twice(path: Path) -> None:
    """No context and sentence stand twice: of two translations only one would be read."""
    keys = re.findall(
        r'^(?:msgctxt (".*")\n)?msgid (".*(?:\n".*)*)$', path.read_text(), re.MULTILINE
    )
    assert len(keys) > 100
    assert [key for key, count in Counter(keys).items() if count > 1] == []
