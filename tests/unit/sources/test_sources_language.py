"""Everything that the sources say to people exists in French."""

from __future__ import annotations

import ast
from pathlib import Path

from vigie import sources
from vigie.language import catalogue
from vigie.sources.vigicrues import _SENTENCES
from vigie.sources.vigilance import Horizon, Phenomenon


def _sentences():
    for path in Path(sources.__path__[0]).glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                first = node.args[0] if node.args else None
                if node.func.id == "say" and isinstance(first, ast.Constant):
                    yield first.value


def test_every_sentence_is_french():
    """No sentence of a connector or of the transport reaches people in English."""
    french = catalogue("fr")
    sentences = {*_sentences(), *_SENTENCES.values()}
    assert len(sentences) > 40
    assert [text for text in sentences if french.say(text) == text] == []


def test_every_vigilance_code_has_a_word():
    """Colours, phenomena and horizons have their French words."""
    french = catalogue("fr")
    codes = [("vigilance_colour", str(level)) for level in range(1, 5)]
    codes += [("vigilance_phenomenon", code) for code in Phenomenon.__args__]
    codes += [("vigilance_horizon", code) for code in Horizon.__args__]
    assert [pair for pair in codes if french.label(*pair) == pair[1]] == []
