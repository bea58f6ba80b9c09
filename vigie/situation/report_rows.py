"""Rows of the log as a point de situation tells them: which are open, where each stands, how sure.

Called by ``report``. Pure. Verified and unverified are two lists everywhere and nothing is in both.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from vigie.records.grouping import grouping_of
from vigie.records.observation import URGENCIES, Observation
from vigie.situation.report_privacy import visible, without_personal_data

OVER = frozenset({"refuted", "lifted"})
"""Effective statuses of what nobody has to act upon any more."""
PRESSING = frozenset({"life_at_risk", "high"})
NOISE = "noise"
_LONGEST = 300
"""Characters of the machine's words; a person's are told whole."""

SECTIONS: Mapping[str, frozenset[str]] = {
    "people": frozenset(
        {"person_in_danger", "person_missing", "building_damage", "network_damage"}
    ),
    "rumours": frozenset({"rumour", "denial"}),
    "roads": frozenset({"road_closed", "diversion", "transport"}),
    "needs": frozenset(
        {
            *("need_water", "need_shelter", "need_clothes", "need_care"),
            *("offer", "request", "collection"),
        }
    ),
    "hazards": frozenset({"water", "fire", "wind", "landslide", "pollution", "official"}),
}
"""Section to its categories, in the order of the domain's "Point de situation"."""
LEVELS, OTHERS = "levels", "others"
SECTION_CODES = ("people", "rumours", "roads", "needs", LEVELS, "hazards", OTHERS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One open row as it is told. Times are aware UTC.

    Attributes:
        status: The effective one.
        typed_status: What was typed, where it does not count yet; else empty.
        gaps: What the typed status lacks.
        summary: Without personal data unless a person typed it.
        place: What is known of where beyond the commune.
        grade: ``C3``; empty where nobody judged.
        link: Only of an authority: another address could name a person.
        members: Rows that people merged into this one.
        is_brief: Told before, not pressing, unchanged: named only, not told again.
    """

    ref: str
    observed_at: datetime | None
    urgency: str
    status: str
    category: str
    summary: str
    commune: str = ""
    place: str = ""
    source: str = ""
    grade: str = ""
    corroboration_count: int = 0
    link: str = ""
    typed_status: str = ""
    gaps: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    is_official: bool = False
    is_new: bool = False
    is_changed: bool = False
    is_brief: bool = False
    waits_for_acknowledgement: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One subject: what is verified, and apart from it what is not."""

    code: str
    verified: tuple[Item, ...] = ()
    unverified: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """One row that is over: lifted, or refuted with its evidence.

    Attributes:
        evidence: What a person typed; empty for what is lifted.
    """

    ref: str
    status: str
    category: str
    summary: str
    commune: str = ""
    evidence: str = ""
    is_new: bool = False


@dataclass(frozen=True, slots=True)
class RowWords:
    """What the rows need to be told.

    Attributes:
        new: Rows that the last report did not know.
        changed: Rows whose status or urgency is another than in the last report.
        measured: Rows of measured levels that hold now.
    """

    new: frozenset[str] = frozenset()
    changed: frozenset[str] = frozenset()
    measured: frozenset[str] = frozenset()
    members: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def open_rows(observations: Sequence[Observation]) -> list[Observation]:
    """Return the rows that a report tells, by number.

    Left out are rows that are withdrawn or over, noise (unless it is said to be pressing), and
    rows that people merged into another one that is told and presses at least as much.
    """
    grouping = grouping_of(observations)
    standing = {row.ref: row for row in observations if _stands(row)}

    def is_told_by_root(row: Observation) -> bool:
        root = standing.get(grouping.root_of(row.ref))
        if root is None or root is row:
            return False
        return _rank(root) <= _rank(row)

    return [row for row in standing.values() if not is_told_by_root(row)]


def sections_of(rows: Iterable[Observation], words: RowWords) -> tuple[Section, ...]:
    """Return the sections in their order; each row stands in exactly one list of one of them."""
    lists: dict[tuple[str, bool], list[Item]] = {}
    for row in rows:
        item = _item(row, words)
        key = (_section(row, words.measured), is_verified(row))
        lists.setdefault(key, []).append(item)
    return tuple(
        Section(
            code=code,
            verified=tuple(sorted(lists.get((code, True), []), key=_order)),
            unverified=tuple(sorted(lists.get((code, False), []), key=_order)),
        )
        for code in SECTION_CODES
    )


def is_verified(row: Observation) -> bool:
    """Tell whether we stand for a row: confirmed, with what that asks for.

    An authority's own word that nobody has verified is told among the unverified, as official.
    """
    return row.effective_status() == "confirmed"


def ended_rows(
    observations: Iterable[Observation], changed: Collection[str], *, status: str
) -> tuple[Ended, ...]:
    """Return the rows that ended with an effective status, by number."""
    return tuple(
        Ended(
            ref=row.ref,
            status=status,
            category=text_of(row, "category"),
            summary=summary_of(row),
            commune=text_of(row, "commune"),
            evidence=text_of(row, "evidence"),
            is_new=row.ref in changed,
        )
        for row in observations
        if row.effective_status() == status and not row.is_withdrawn
    )


def summary_of(row: Observation) -> str:
    """Return what a row says in one line: a person's words as typed, the machine's cleaned."""
    typed = row.people.get("summary")
    if typed is not None:
        return visible(str(typed))
    said = without_personal_data(str(row.value("summary") or row.value("original_text") or ""))
    return said if len(said) <= _LONGEST else f"{said[: _LONGEST - 1].rstrip()}…"


def text_of(row: Observation, column: str) -> str:
    """Return a cell as one line of text, empty where it is empty."""
    value = row.value(column)
    return "" if value is None else visible(str(value))


def _stands(row: Observation) -> bool:
    if row.is_withdrawn or row.effective_status() in OVER:
        return False
    return row.value("category") != NOISE or row.value("urgency") in PRESSING


def _section(row: Observation, measured: Collection[str]) -> str:
    category = row.value("category")
    if row.value("urgency") == "life_at_risk" and category not in SECTIONS["rumours"]:
        return "people"
    if row.ref in measured:
        return LEVELS
    return next((code for code, known in SECTIONS.items() if category in known), OTHERS)


def _item(row: Observation, words: RowWords) -> Item:
    status, typed = row.effective_status(), text_of(row, "status")
    urgency = text_of(row, "urgency") or "information"
    is_fresh = row.ref in words.new or row.ref in words.changed
    observed_at = row.value("observed_at") or row.value("received_at")
    voices = row.machine.get("corroboration_count")
    place = text_of(row, "place")
    return Item(
        ref=row.ref,
        observed_at=observed_at if isinstance(observed_at, datetime) else None,
        urgency=urgency,
        status=status,
        typed_status=typed if typed and typed != status else "",
        gaps=row.status_gaps(),
        category=text_of(row, "category"),
        summary=summary_of(row),
        commune=text_of(row, "commune"),
        place=place if "place" in row.people else without_personal_data(place),
        source=text_of(row, "source"),
        grade=f"{text_of(row, 'source_grade')}{text_of(row, 'information_grade')}",
        corroboration_count=voices if isinstance(voices, int) else 0,
        link=text_of(row, "link") if row.has_official_source else "",
        members=words.members.get(row.ref, ()),
        is_official=row.has_official_source,
        is_new=row.ref in words.new,
        is_changed=row.ref in words.changed,
        is_brief=not is_fresh and urgency not in PRESSING,
        waits_for_acknowledgement=urgency == "life_at_risk"
        and row.value("acknowledged_at") is None,
    )


def _rank(row: Observation) -> int:
    urgency = str(row.value("urgency") or "")
    return URGENCIES.index(urgency) if urgency in URGENCIES else len(URGENCIES)


def _order(item: Item) -> tuple[int, bool, str, str]:
    rank = URGENCIES.index(item.urgency) if item.urgency in URGENCIES else len(URGENCIES)
    return (rank, not (item.is_new or item.is_changed), item.commune.casefold(), item.ref)
