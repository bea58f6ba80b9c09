"""How references and people's rows are named. Called by ``sweeps`` and ``people``. Pure."""

from __future__ import annotations


def ref_counter(prefix: str) -> str:
    """Return the counter's name of a prefix; it counts across all activations."""
    return f"ref:{prefix}"


def ref_text(prefix: str, number: int) -> str:
    """Return ``CO21-0042``; beyond 9999 the number grows longer."""
    return f"{prefix}-{number:04d}"


def row_counter(activation_id: str, sheet: str) -> str:
    """Return the counter's name of the rows that people add to a sheet."""
    return f"row:{activation_id}:{sheet}"


def row_key(sheet: str, number: int) -> str:
    """Return ``T-1``: the first letter of the sheet's code and a number."""
    return f"{sheet[:1].upper()}-{number}"
