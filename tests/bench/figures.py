"""A figure, its target, and the table in which all of them are printed."""

from __future__ import annotations

import os
import platform
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

import psutil


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured thing.

    Attributes:
        name: What was measured.
        values: Every measurement, in ``unit``.
        unit: Of values and target.
        target: At most so much; None for a figure that only explains another.
        note: How it was measured, where the name does not say it.
    """

    name: str
    values: tuple[float, ...]
    unit: str = "s"
    target: float | None = None
    note: str = ""

    @property
    def median(self) -> float:
        """Median of all measurements."""
        return statistics.median(self.values)

    def line(self) -> str:
        """Return the figure's line of the table."""
        spread = f"{min(self.values):8.3f} {max(self.values):8.3f}" if len(self.values) > 1 else ""
        told = (
            f"{self.name:<58} {len(self.values):>3} {self.median:8.3f} {spread:<17} {self.unit:<6}"
        )
        if self.target is not None:
            ratio = self.median / self.target
            told += f" {self.target:>6g}  {ratio:5.2f} {'met' if ratio <= 1 else 'MISSED'}"
        return told.rstrip()


def machine_line() -> str:
    """Return one sentence on the machine and on how busy it is."""
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    return (
        f"{os.cpu_count()} cores, {psutil.virtual_memory().total / 1e9:.0f} GB, "
        f"Python {platform.python_version()}, load {load}"
    )


def print_table(part: str, figures: Sequence[Figure]) -> None:
    """Print the figures of one part: number, median, min, max, unit, target, ratio to it."""
    print(f"\n== {part}  ({machine_line()})")
    print(
        f"{'':<58} {'n':>3} {'median':>8} {'min':>8} {'max':>8} {'unit':<6} {'target':>6}  ratio",
        flush=True,
    )
    for figure in figures:
        print(figure.line())
        if figure.note:
            print(f"    {figure.note}")
