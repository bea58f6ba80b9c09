"""Writes injects as files: what animators hand to players, and the animators' own cards.

Called by the conduct of a play, which keeps ``injects/`` beside the exercise's restricted folder,
and by ``vigie exercise injects --write``, which fills a folder for printing. A file is written
whole or not at all, and only where its text changed; one whose inject was moved, held or removed
goes. Files of other names in the folder are never touched.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

from vigie.exercise.inject_cards import BANNER, CARD_NAME, Desk, animator_cards, player_texts
from vigie.exercise.inject_words import one_line
from vigie.exercise.scenario import Fact, Scenario
from vigie.language import catalogue, say
from vigie.operations.playing import Conductor
from vigie.operations.runtime import Runtime
from vigie.problem import Problem

ANIMATION = "animation"
"""Folder of the animators' cards, inside that of the players' texts."""


def injects_folder(runtime: Runtime, activation_id: str) -> Path:
    """Return where an exercise's injects lie: not in ``restricted/``, which players open."""
    return runtime.house.folder(activation_id) / "injects"


class InjectDesk:
    """Keeps the files of one play in step with its clock and its changes.

    Args:
        conductor: Of the play.
    """

    def __init__(self, conductor: Conductor) -> None:
        self._conductor = conductor
        self._desk = desk_of(conductor)
        self._folder = injects_folder(conductor.wall, conductor.identity)
        self._last: tuple[object, ...] = ()

    def written_ids(self) -> set[str]:
        """Return the injects whose texts for players stand in the folder."""
        names = (path.name for path in self._folder.glob("*.txt"))
        return {name.split(" ")[1] for name in names if CARD_NAME.match(name)}

    def keep(self, minute: float) -> int:
        """Bring the files to a minute of exercise; return how many were written or taken away.

        Raises:
            Problem: The folder cannot be written into.
        """
        play, scenario = self._conductor.play, self._conductor.scenario
        desk = replace(self._desk, minute=minute)
        texts = player_texts(scenario, play.changes, desk)
        known = (play.changes, tuple(texts), int(minute))
        if known == self._last:
            return 0
        cards = animator_cards(scenario, play.changes, desk)
        count = write_texts(self._folder, texts) + write_texts(self._folder / ANIMATION, cards)
        self._last = known
        return count


def desk_of(conductor: Conductor) -> Desk:
    """Return what a play's cards are made with, as before the exercise."""
    convention, scenario = conductor.convention, conductor.scenario
    return Desk(
        words=catalogue(convention.workbook.language),
        zone=ZoneInfo(convention.workbook.time_zones[0]),
        started_at=conductor.play.clock.started_at,
        places=places_of(conductor.wall, scenario),
    )


def write_for_print(conductor: Conductor, folder: Path) -> tuple[int, int]:
    """Write every text and card of a play into a folder; return how many there are of each.

    Args:
        conductor: Of the play, before or after its start.
        folder: Made where it is missing.

    Raises:
        Problem: The folder cannot be written into.
    """
    desk, changes = desk_of(conductor), conductor.play.changes
    texts = player_texts(conductor.scenario, changes, desk)
    cards = animator_cards(conductor.scenario, changes, desk)
    write_texts(folder, texts)
    write_texts(folder / ANIMATION, cards)
    return len(texts), len(cards)


def places_of(runtime: Runtime, scenario: Scenario) -> dict[str, str]:
    """Return each fact's place in words: its commune, then what the scenario says."""
    return {fact.id: place for fact in scenario.facts if (place := _place(runtime, fact))}


def write_texts(folder: Path, texts: Mapping[str, str]) -> int:
    """Have a folder hold these texts and no other of ours; return how many changed.

    Raises:
        Problem: It cannot be written into.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        ours = {path.name: path for path in folder.glob("*.txt") if CARD_NAME.match(path.name)}
        stale = [path for name, path in ours.items() if name not in texts and _is_ours(path)]
        changed = [name for name, text in texts.items() if _differs(ours.get(name), text)]
        for name in changed:
            _write_whole(folder / name, texts[name])
        for path in stale:
            path.unlink(missing_ok=True)
    except OSError as error:
        fault = error.strerror or type(error).__name__
        raise Problem(
            str(folder),
            say("It cannot be written: {fault}.", fault=fault),
            say("Make room or give the folder back its rights, and try again."),
        ) from error
    return len(changed) + len(stale)


def _place(runtime: Runtime, fact: Fact) -> str:
    commune = ""
    if fact.commune and fact.commune in runtime.gazetteer:
        commune = runtime.gazetteer.commune(fact.commune).name
    return ", ".join(part for part in (commune, one_line(fact.place)) if part)


def _is_ours(path: Path) -> bool:
    return path.read_text(encoding="utf-8", errors="replace").startswith(BANNER)


def _differs(path: Path | None, text: str) -> bool:
    return path is None or path.read_bytes() != text.encode("utf-8")


def _write_whole(path: Path, text: str) -> None:
    handle, name = tempfile.mkstemp(prefix=".vigie-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(text.encode("utf-8"))
        Path(name).chmod(0o600)
        Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)
