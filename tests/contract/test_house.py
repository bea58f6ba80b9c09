"""The house rules that no linter knows: sizes, names, docstrings that tell what is raised."""

from __future__ import annotations

import ast
import statistics
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted(path for top in ("vigie", "flows", "tasks") for path in (ROOT / top).rglob("*.py"))
BANNED_NAMES = {"utils", "util", "helpers", "helper", "manager", "base", "common", "misc"}


def _named(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", FILES, ids=_named)
def test_file_has_room_for_one_idea(path: Path) -> None:
    """No file is longer than 400 lines, and none hides behind a name that says nothing."""
    assert len(path.read_text().splitlines()) <= 400
    assert path.stem not in BANNED_NAMES


def test_files_are_small_on_the_whole() -> None:
    """Half of the files are at most 120 lines long, nine in ten at most 300."""
    sizes = sorted(len(path.read_text().splitlines()) for path in FILES)
    assert statistics.median(sizes) <= 120
    assert sizes[int(len(sizes) * 0.9)] <= 300


def _functions(tree: ast.AST) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    return [
        node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def _raised(function: ast.AST) -> set[str]:
    """Names of the exceptions that a function raises itself and does not catch itself."""
    found: set[str] = set()

    def visit(node: ast.AST, caught: frozenset[str]) -> None:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
            return
        if isinstance(node, ast.Try):
            inner = caught | {
                name.id
                for handler in node.handlers
                if handler.type
                for name in ast.walk(handler.type)
                if isinstance(name, ast.Name)
            }
            for child in node.body:
                visit(child, inner)
            for child in [*node.handlers, *node.orelse, *node.finalbody]:
                visit(child, caught)
            return
        if isinstance(node, ast.Raise) and node.exc is not None:
            target = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
            name = target.attr if isinstance(target, ast.Attribute) else getattr(target, "id", "")
            if name[:1].isupper() and name not in caught:
                found.add(name)
        for child in ast.iter_child_nodes(node):
            visit(child, caught)

    for statement in getattr(function, "body", []):
        visit(statement, frozenset())
    return found


def _documented(docstring: str) -> set[str]:
    if "Raises:" not in docstring:
        return set()
    section = docstring.split("Raises:", 1)[1]
    names: set[str] = set()
    for line in section.splitlines()[1:]:
        stripped = line.strip()
        if stripped.endswith(":") and " " not in stripped:
            break
        head = stripped.split(":", 1)[0]
        if ":" in stripped and head.replace(".", "").isidentifier():
            names.add(head.rsplit(".", 1)[-1])
    return names


_SILENT = {"Exit", "NotImplementedError", "StopIteration", "AssertionError"}
"""``typer.Exit`` is the command line's way to return; the others are not for callers."""


@pytest.mark.parametrize("path", FILES, ids=_named)
def test_public_functions_tell_what_they_raise(path: Path) -> None:
    """A public function that raises an exception names it, with its condition, under Raises."""
    faults = []
    for function in _functions(ast.parse(path.read_text())):
        if function.name.startswith("_"):
            continue
        raised = _raised(function) - _SILENT
        missing = raised - _documented(ast.get_docstring(function) or "")
        if missing:
            faults.append(f"{function.name}:{function.lineno} raises {sorted(missing)}")
    assert not faults


@pytest.mark.parametrize("path", FILES, ids=_named)
def test_public_names_are_described(path: Path) -> None:
    """Every module and every public function and class carries a docstring."""
    tree = ast.parse(path.read_text())
    if path.stat().st_size and "migrations/versions" not in str(path):
        assert ast.get_docstring(tree), "the module says nothing"
    silent = [
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and "migrations/versions" not in str(path)
        and not ast.get_docstring(node)
    ]
    assert not silent
