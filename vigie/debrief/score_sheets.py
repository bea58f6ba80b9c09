"""The sheets of a play's scores, with trainers' verdicts beside the computed ones. Pure."""

from __future__ import annotations

from vigie.debrief.known import FactOutcome, Ruling, Scores, Sums
from vigie.debrief.retex import Retex
from vigie.debrief.sheet_columns import columns, sheet_title
from vigie.debrief.wording import Words
from vigie.records.table import Table, TableCell

_DECIDED = ("ruled_verdict", "ruling_reason", "ruled_by")


def score_table(retex: Retex, words: Words) -> Table:
    """Return one line a fact, then one a row that the direction judged."""
    scores = retex.known.scores
    assert scores is not None
    return Table(
        title=sheet_title("scores", words),
        columns=columns(
            words, "fact_id", "fact", "is_true", "urgency", "is_findable", "told_at", "row_at",
            "delay_minutes:number", "graded_at", "acted_at", "heard_at", "confirmed_at",
            "refuted_at", "distance_metres:number", "machine_rows", "player_rows", "duplicate_rows",
            "computed_verdict", *_decided_columns(scores),
        ),
        rows=(
            *(_fact_row(one, scores, words) for one in scores.facts),
            *(_ruled_row(one, words) for one in scores.rulings if one.kind == "row"),
        ),
        notes=(
            words.say(
                "Facts that sweeps could find: {found} of {count} found.",
                found=len(scores.found),
                count=len(scores.findable),
            ),
            words.say(
                "Rows of sweeps: {count}, of which false {false}, two facts in one {mixed}.",
                count=scores.row_count,
                false=len(scores.false_refs),
                mixed=len(scores.mixed_refs),
            ),
            *ruling_notes(scores, words),
        ),
    )  # fmt: skip


def reaction_table(retex: Retex, words: Words) -> Table:
    """Return one line an expected reaction."""
    scores = retex.known.scores
    assert scores is not None
    return Table(
        title=sheet_title("reactions", words),
        columns=columns(
            words, "inject", "reaction", "of", "due_at", "met_at", "verdict", "rows",
            *_decided_columns(scores),
        ),
        rows=tuple(
            (
                one.inject_id, one.reaction, one.of, words.elapsed(one.due_minute),
                "" if one.met_minute is None else words.elapsed(one.met_minute),
                words.label("debrief_verdict", one.verdict), ", ".join(one.refs),
                *_decided(scores.ruling("inject", one.inject_id), scores, words),
            )
            for one in scores.reactions
        ),
    )  # fmt: skip


def ruling_notes(scores: Scores, words: Words) -> tuple[str, ...]:
    """Return the sums with the trainers' verdicts, where there are any."""
    if not scores.rulings or scores.ruled_sums is None:
        return ()
    return (
        words.say(
            "With the exercise direction's {count} verdict(s): {sums}",
            count=len(scores.rulings),
            sums=sums_text(scores.ruled_sums, words),
        ),
    )


def sums_text(sums: Sums, words: Words) -> str:
    """Return sums as one sentence."""
    return words.say(
        "facts {found} of {findable} found; rows of sweeps {rows}, of which false {false}; "
        "reactions {met} met, {late} late, {missed} missed, {open} open, {judged} for the "
        "observers.",
        found=sums.found_count,
        findable=sums.findable_count,
        rows=sums.row_count,
        false=sums.false_count,
        met=sums.met,
        late=sums.late,
        missed=sums.missed,
        open=sums.open,
        judged=sums.judged,
    )


def _fact_row(one: FactOutcome, scores: Scores, words: Words) -> tuple[TableCell, ...]:
    yes, no = words.say("yes"), words.say("no")

    def when(minute: float | None) -> str:
        return "" if minute is None else words.elapsed(minute)

    return (
        one.id, one.summary, yes if one.is_true else words.say("rumour"),
        words.label("urgency", one.urgency), yes if one.is_findable else no,
        when(one.told_minute), when(one.seen_minute),
        None if one.delay_minutes is None else round(one.delay_minutes, 1),
        when(one.graded_minute), when(one.acted_minute), when(one.acknowledged_minute),
        when(one.confirmed_minute), when(one.refuted_minute),
        None if one.distance_metres is None else round(one.distance_metres),
        ", ".join(one.machine_refs), ", ".join(one.player_refs), ", ".join(one.duplicate_refs),
        words.label("ruling_fact", one.verdict),
        *_decided(scores.ruling("fact", one.id), scores, words),
    )  # fmt: skip


def _ruled_row(one: Ruling, words: Words) -> tuple[TableCell, ...]:
    """Return a row that was judged, in the columns of the facts: what is no fact's stays empty."""
    blank: tuple[TableCell, ...] = ("", "", "", "", "", None, "", "", "", "", "", None)
    told = words.say("row of the sweeps")
    computed = words.label("ruling_row", one.computed)
    return one.subject, told, *blank, one.subject, "", "", computed, *_told(one, words)


def _decided_columns(scores: Scores) -> tuple[str, ...]:
    """Return no columns where nothing was decided: the sheet is wide enough."""
    return _DECIDED if scores.rulings else ()


def _decided(ruling: Ruling | None, scores: Scores, words: Words) -> tuple[TableCell, ...]:
    """Return the cells of the columns that there are, empty where nothing was decided."""
    if not scores.rulings:
        return ()
    return ("", "", "") if ruling is None else _told(ruling, words)


def _told(ruling: Ruling, words: Words) -> tuple[str, str, str]:
    return words.label(f"ruling_{ruling.kind}", ruling.verdict), ruling.reason, ruling.by
