"""Compares what a play became with the table written by hand, and names every difference.

Called by the demonstration's driver with what the store holds. Pure. It judges the gathering of
posts and the machine's values; what people changed in the workbook is not the machine's.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from vigie.exercise.expectation import FOLLOWERS, ExpectedRow
from vigie.language import catalogue
from vigie.records.observation import Observation
from vigie.records.post import Post

DifferenceKind = Literal[
    "missing", "split", "merged", "unexpected", "commune", "urgency", "category", "status"
]
_SENTENCES: Mapping[DifferenceKind, str] = {
    "missing": "{subject}: post {expected} has no row.",
    "split": "{subject}: one observation expected, found {found}.",
    "merged": "{subject}: holds posts that must stay apart: {found}.",
    "unexpected": "{subject}: a row that nobody expected.",
    "commune": "{subject}: commune {expected} expected, found {found}.",
    "urgency": "{subject}: urgency {expected} expected, found {found}.",
    "category": "{subject}: category {expected} expected, found {found}.",
    "status": "{subject}: status {expected} expected, found {found}.",
}
NOTHING = "—"
_LIFTED = "lifted"


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as the table says.

    Attributes:
        subject: Group of the table, or ``Réf`` of the row.
        expected: Code or list of codes, ``—`` for nothing.
        found: The same for what is there.
    """

    kind: DifferenceKind
    subject: str
    expected: str = NOTHING
    found: str = NOTHING

    def sentence(self, language: str = "fr") -> str:
        """Return the difference for people."""
        words = catalogue(language)
        return words.say(
            _SENTENCES[self.kind],
            subject=self.subject,
            expected=words.label(self.kind, self.expected),
            found=words.label(self.kind, self.found),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Counts of what was found, and every difference.

    Attributes:
        post_count: Posts of people and articles of the table that have a row.
        repeat_count: Of these, repeats; ``repeats_gathered_count`` are in their group's row.
        look_alikes_apart_count: Look-alikes whose row holds no other group.
        measurement_count: Changes of level that have their row.
        end_count: Ends that a service tells; ``ends_lifted_count`` have lifted their row.
        observation_count: Rows that hold at least one post.
    """

    post_count: int
    repeat_count: int
    repeats_gathered_count: int
    noise_count: int
    noise_marked_count: int
    look_alike_count: int
    look_alikes_apart_count: int
    measurement_count: int
    end_count: int
    ends_lifted_count: int
    observation_count: int
    source_count: int
    differences: tuple[Difference, ...]


def compare(
    expected: Sequence[ExpectedRow],
    *,
    native_ids: Mapping[tuple[str, str], str],
    posts_of: Mapping[str, Sequence[Post]],
    observations: Sequence[Observation],
    commune_names: Mapping[str, str],
) -> Comparison:
    """Compare the table with what the store holds.

    Args:
        expected: The table written by hand.
        native_ids: ``Material.native_ids()``.
        posts_of: ``Réf`` to its posts, as the store gives it.
        observations: All rows; those that people added are left out.
        commune_names: INSEE code to name; a row may show either.
    """
    refs = find_refs(expected, native_ids, posts_of)
    machine = {o.ref: o.machine for o in observations if not o.is_added_by_people}
    groups_of: dict[str, set[str]] = defaultdict(set)
    refs_of: dict[str, dict[str, None]] = defaultdict(dict)
    for row, ref in refs.items():
        if ref is not None:
            groups_of[ref].add(row.group)
            refs_of[row.group][ref] = None
    differences = [
        *_grouping_differences(refs, groups_of, refs_of),
        *(Difference("unexpected", ref) for ref in machine if ref not in groups_of),
        *_value_differences(refs, machine, commune_names),
    ]
    return _counted(refs, groups_of, refs_of, machine, posts_of, differences)


def find_refs(
    expected: Sequence[ExpectedRow],
    native_ids: Mapping[tuple[str, str], str],
    posts_of: Mapping[str, Sequence[Post]],
) -> dict[ExpectedRow, str | None]:
    """Return the ``Réf`` of each line of the table, None for a post without a row.

    A measured level is found by its subject and level; where the same level comes back later,
    the lines of the table meet the rows in order of time.
    """
    by_id: dict[tuple[str, str], str] = {}
    measured: dict[tuple[str, str | None, int | None], dict[str, None]] = defaultdict(dict)
    held = [(post, ref) for ref, posts in posts_of.items() for post in posts]
    for post, ref in sorted(held, key=lambda pair: (pair[0].happened_at, pair[1])):
        by_id[post.source_id, post.native_id] = ref
        if post.kind == "measurement":
            measured[post.source_id, post.subject, post.level][ref] = None
    waiting = {key: list(refs) for key, refs in measured.items()}
    found: dict[ExpectedRow, str | None] = {}
    for row in expected:
        if row.kind == "measurement":
            queue = waiting.get((row.source, *row.measured), [])
            found[row] = queue.pop(0) if queue else None
        else:
            native_id = native_ids.get((row.source, row.post), row.post)
            found[row] = by_id.get((row.source, native_id)) or _alert_ref(row, by_id)
    return found


def _alert_ref(row: ExpectedRow, by_id: Mapping[tuple[str, str], str]) -> str | None:
    """Return the row of an alert whose identity holds the table's, between commas (CAP)."""
    return next(
        (
            ref
            for (source_id, native_id), ref in by_id.items()
            if source_id == row.source and row.post in native_id.split(",")
        ),
        None,
    )


def _grouping_differences(
    refs: Mapping[ExpectedRow, str | None],
    groups_of: Mapping[str, set[str]],
    refs_of: Mapping[str, Mapping[str, None]],
) -> Iterator[Difference]:
    for row, ref in refs.items():
        if ref is None:
            yield Difference("missing", row.group, f"{row.source}/{row.post}")
    for group, found in refs_of.items():
        if len(found) > 1:
            yield Difference("split", group, "1", ", ".join(found))
    for ref, groups in groups_of.items():
        if len(groups) > 1:
            yield Difference("merged", ref, "1", ", ".join(sorted(groups)))


def _value_differences(
    refs: Mapping[ExpectedRow, str | None],
    machine: Mapping[str, Mapping[str, object]],
    commune_names: Mapping[str, str],
) -> Iterator[Difference]:
    for row, ref in refs.items():
        if ref is None or ref not in machine:
            continue
        values = machine[ref]
        status = str(values.get("status") or "")
        if row.kind == "end" and status != _LIFTED:
            yield Difference("status", row.group, _LIFTED, status or NOTHING)
        if row.kind in FOLLOWERS:
            continue
        # A reach or a department is no commune: what stands there is not judged.
        if row.kind != "measurement":
            name = commune_names.get(row.commune, "")
            commune = str(values.get("commune") or "")
            if commune not in {row.commune, name}:
                yield Difference("commune", row.group, name or NOTHING, commune or NOTHING)
        for kind, wanted in (("urgency", row.urgency), ("category", row.category)):
            value = str(values.get(kind) or "")
            if value != wanted:
                column: DifferenceKind = "urgency" if kind == "urgency" else "category"
                yield Difference(column, row.group, wanted, value or NOTHING)


def _counted(
    refs: Mapping[ExpectedRow, str | None],
    groups_of: Mapping[str, set[str]],
    refs_of: Mapping[str, Mapping[str, None]],
    machine: Mapping[str, Mapping[str, object]],
    posts_of: Mapping[str, Sequence[Post]],
    differences: Sequence[Difference],
) -> Comparison:
    found = {row: ref for row, ref in refs.items() if ref is not None}

    def of(kind: str) -> list[tuple[ExpectedRow, str]]:
        return [(row, ref) for row, ref in found.items() if row.kind == kind]

    return Comparison(
        post_count=sum(row.kind not in {"measurement", "end"} for row in found),
        repeat_count=len(of("repeat")),
        repeats_gathered_count=sum(len(refs_of[row.group]) == 1 for row, _ in of("repeat")),
        noise_count=len(of("noise")),
        noise_marked_count=sum(
            machine.get(ref, {}).get("category") == "noise" for _, ref in of("noise")
        ),
        look_alike_count=len(of("look-alike")),
        look_alikes_apart_count=sum(len(groups_of[ref]) == 1 for _, ref in of("look-alike")),
        measurement_count=len(of("measurement")),
        end_count=len(of("end")),
        ends_lifted_count=sum(
            machine.get(ref, {}).get("status") == _LIFTED for _, ref in of("end")
        ),
        observation_count=sum(bool(posts) for posts in posts_of.values()),
        source_count=len({row.source for row in found}),
        differences=tuple(differences),
    )
