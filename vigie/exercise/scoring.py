"""Scores an exercise against the truth of its scenario: facts, delays, rumours, expectations.

Called by the operations that score, after or during a play. Pure. The machine's sweeps and the
players' work are told apart, and every figure names the rows it came from: nothing is scored that
cannot be traced.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from vigie.exercise.inject_channels import SPOKEN_CHANNELS
from vigie.exercise.scenario import Expectation, Fact, Scenario
from vigie.exercise.timeline import ShownInject
from vigie.exercise.tracing import Hand, TracedRow
from vigie.records.outcome import FactTimes, Verdict

_EARTH_METRES = 6_371_008.8
"""Mean radius. Source: IUGG."""
_ACTION_COLUMNS = ("requested_action", "recipient", "followed_by", "transmitted_at")
"""What people fill in when something is done about a row."""
_CONFIRMED = frozenset({"confirmed"})
_REFUTED = frozenset({"refuted"})


@dataclass(frozen=True, slots=True, kw_only=True)
class FactScore(FactTimes):
    """What became of one fact.

    Attributes:
        urgent_minute: First time that people or the machine called it urgent.
    """

    fact: Fact
    urgent_minute: float | None

    @property
    def is_found_by_sweeps(self) -> bool:
        """Whether a sweep brought it."""
        return bool(self.machine_refs)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectationScore:
    """One expected reaction: when it was due, when it came, from which rows that is read."""

    inject_id: str
    expectation: Expectation
    due_minute: float
    met_minute: float | None
    verdict: Verdict
    refs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """A whole exercise, scored at a minute of it.

    Attributes:
        false_refs: Rows of sweeps that tell no fact, true or rumoured, and are not called noise.
        mixed_refs: Rows in which two facts were gathered.
        row_count: Rows of sweeps in the main log.
    """

    minute: float
    facts: tuple[FactScore, ...]
    expectations: tuple[ExpectationScore, ...]
    false_refs: tuple[str, ...]
    mixed_refs: tuple[str, ...]
    row_count: int

    @property
    def findable(self) -> list[FactScore]:
        """True facts that a sweep could find."""
        return [one for one in self.facts if one.fact.is_true and one.is_findable]

    @property
    def found(self) -> list[FactScore]:
        """True facts that a sweep could find and did."""
        return [one for one in self.findable if one.is_found_by_sweeps]

    @property
    def false_share(self) -> float:
        """Share of false rows among all rows of sweeps."""
        return len(self.false_refs) / self.row_count if self.row_count else 0.0


def score(
    scenario: Scenario,
    shown: Sequence[ShownInject],
    findable: Mapping[str, float],
    rows: Sequence[TracedRow],
    minute: float,
    points: Mapping[str, tuple[float, float]],
) -> Score:
    """Return the scores of an exercise at a minute of it.

    Args:
        scenario: With the truth.
        shown: What was shown, and when.
        findable: Fact to the first minute at which a sweep could find it.
        rows: The main log, led back to injects.
        minute: Now, in minutes of exercise.
        points: INSEE code to (latitude, longitude) of the facts' communes.
    """
    facts_of = {one.inject.id: one.inject.truth.fact for one in shown}
    by_fact: dict[str, list[TracedRow]] = {}
    false_refs, mixed_refs = [], []
    for row in sorted(rows, key=lambda one: (one.seen_minute, one.ref)):
        told = {fact for name in row.inject_ids if (fact := facts_of.get(name)) is not None}
        for fact in told:
            by_fact.setdefault(fact, []).append(row)
        if len(told) > 1:
            mixed_refs.append(row.ref)
        if not told and _claims(row) and not row.is_by_people:
            false_refs.append(row.ref)
    facts = tuple(
        _fact_score(fact, shown, findable, by_fact.get(fact.id, []), points)
        for fact in scenario.facts
    )
    return Score(
        minute=minute,
        facts=facts,
        expectations=tuple(_expectations(shown, by_fact, minute)),
        false_refs=tuple(false_refs),
        mixed_refs=tuple(mixed_refs),
        row_count=sum(not row.is_by_people for row in rows),
    )


def _claims(row: TracedRow) -> bool:
    """Tell whether a row claims something: what is called noise is neither false nor a find."""
    return row.values.get("category") != "noise"


def _fact_score(
    fact: Fact,
    shown: Sequence[ShownInject],
    findable: Mapping[str, float],
    rows: Sequence[TracedRow],
    points: Mapping[str, tuple[float, float]],
) -> FactScore:
    told = [one.minute for one in shown if one.inject.truth.fact == fact.id]
    telling = {
        one.inject.id
        for one in shown
        if one.inject.truth.fact == fact.id and one.inject.truth.kind not in {"denial", "end"}
    }
    own = [
        row
        for row in rows
        if row.is_by_people or (_claims(row) and telling.intersection(row.inject_ids))
    ]
    machine = tuple(row.ref for row in own if not row.is_by_people)
    return FactScore(
        fact=fact,
        told_minute=min(told, default=None),
        is_findable=fact.id in findable,
        machine_refs=machine,
        player_refs=tuple(row.ref for row in own if row.is_by_people),
        seen_minute=min((row.seen_minute for row in own), default=None),
        graded_minute=_first(rows, "information_grade", hand="people"),
        acted_minute=min(
            (
                minute
                for column in _ACTION_COLUMNS
                if (minute := _first(rows, column, hand="people")) is not None
            ),
            default=None,
        ),
        urgent_minute=_first(rows, "urgency", {"high", "life_at_risk"}),
        acknowledged_minute=_first(rows, "acknowledged_at"),
        confirmed_minute=_first(rows, "status", _CONFIRMED),
        refuted_minute=_first(rows, "status", _REFUTED),
        duplicate_refs=machine[1:],
        distance_metres=_distance(fact, own, points),
    )


def _expectations(
    shown: Sequence[ShownInject], by_fact: Mapping[str, Sequence[TracedRow]], minute: float
) -> Iterable[ExpectationScore]:
    for one in shown:
        wanted = one.inject.expect
        if wanted is None:
            continue
        rows = by_fact.get(one.inject.truth.fact or "", [])
        met = _met_minute(wanted, one, rows)
        due = one.minute + wanted.within_minutes
        yield ExpectationScore(
            inject_id=one.inject.id,
            expectation=wanted,
            due_minute=due,
            met_minute=met,
            verdict=_verdict(wanted, met, due, minute),
            refs=tuple(row.ref for row in rows),
        )


def _met_minute(wanted: Expectation, one: ShownInject, rows: Sequence[TracedRow]) -> float | None:
    """Return when what was expected stood there; a call's row must have been typed by players."""
    is_spoken = one.inject.content.channel in SPOKEN_CHANNELS
    if wanted.deliverable == "row":
        seen = [row.seen_minute for row in rows if row.is_by_people or not is_spoken]
        return min(seen, default=None)
    columns: Mapping[str, tuple[str, frozenset[str] | None]] = {
        "urgency": ("urgency", frozenset({"high", "life_at_risk"})),
        "graded": ("information_grade", None),
        "confirmed": ("status", _CONFIRMED),
        "refuted": ("status", _REFUTED),
        "acknowledged": ("acknowledged_at", None),
    }
    if wanted.deliverable not in columns:
        return None
    column, values = columns[wanted.deliverable]
    # The machine grades too, when voices join: what is expected is a person's judgement.
    hand: Hand | None = "people" if wanted.deliverable == "graded" else None
    return _first(rows, column, values, hand)


def _verdict(wanted: Expectation, met: float | None, due: float, minute: float) -> Verdict:
    if wanted.deliverable in {"message", "judged"}:
        return "judged"
    if met is not None:
        return "met" if met <= due else "late"
    return "missed" if minute > due else "open"


def _first(
    rows: Iterable[TracedRow],
    column: str,
    values: Iterable[str] | None = None,
    hand: Hand | None = None,
) -> float | None:
    found = [row.first(column, values, hand) for row in rows]
    return min((change.minute for change in found if change is not None), default=None)


def _distance(
    fact: Fact, rows: Sequence[TracedRow], points: Mapping[str, tuple[float, float]]
) -> float | None:
    true = (fact.lat, fact.lon) if fact.lat is not None else points.get(fact.commune or "")
    placed = next((row for row in rows if row.lat is not None and row.lon is not None), None)
    if true is None or placed is None or true[0] is None or true[1] is None:
        return None
    if placed.lat is None or placed.lon is None:
        return None
    return metres_between((true[0], true[1]), (placed.lat, placed.lon))


def metres_between(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Return the great-circle distance of two (latitude, longitude) points, WGS84 degrees."""
    lat_1, lon_1, lat_2, lon_2 = map(math.radians, (*one, *other))
    half = (
        math.sin((lat_2 - lat_1) / 2) ** 2
        + math.cos(lat_1) * math.cos(lat_2) * math.sin((lon_2 - lon_1) / 2) ** 2
    )
    return 2 * _EARTH_METRES * math.asin(min(1.0, math.sqrt(half)))
