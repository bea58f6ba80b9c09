"""Which keys a model has at a path: what "did you mean" chooses from. Pure."""

from __future__ import annotations

from typing import Any, get_args

from pydantic import BaseModel

from vigie.convention.document import Path


def keys_at(shape: type[BaseModel], path: Path) -> list[str]:
    """Return the keys that may stand in the mapping at a path; empty if any key may.

    Args:
        shape: Model of the whole.
        path: Keys and list positions down to the mapping.
    """
    current: Any = shape
    for step in path:
        inner = _model_in(current)
        if inner is not None and isinstance(step, str):
            found = inner.model_fields.get(step)
            current = found.annotation if found else None
        elif inner is None:
            return []
        else:
            current = inner
    inner = _model_in(current)
    return list(inner.model_fields) if inner is not None else []


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """Return the model that an annotation holds, also within ``list[X]`` or ``X | None``."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for argument in get_args(annotation):
        inner = _model_in(argument)
        if inner is not None:
            return inner
    return None
