"""A played team at the workbook: reacts to a scenario's injects as volunteers would.

Called by the conduct of a play when nobody real takes part: rehearsals, demonstrations, tests. It
types into the file on the share as a person does and saves it; the machine reads it back by the
same merge as anybody's.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from vigie.exercise.played_team import Reaction, planned_reactions
from vigie.exercise.scenario import Expectation, Inject
from vigie.exercise.timeline import shown_injects
from vigie.exercise.tracing import TracedRow
from vigie.language import catalogue
from vigie.operations.placing import workbook_path
from vigie.operations.playing import Conductor
from vigie.operations.publication import publish
from vigie.operations.scoring import score_play
from vigie.workbook.canonical import same
from vigie.workbook.cell_values import decoder
from vigie.workbook.package import read
from vigie.workbook.package.hand import Typed, type_by_hand
from vigie.workbook.sheets import table_columns
from vigie.workbook.wording import Wording

MEMBERS = ("Inès V. (jouée)", "Paul K. (joué)", "Nadia R. (jouée)")
"""Played volunteers; the second verifies what the first entered."""
_PATIENCE = 2.0
"""A reaction whose row is not there yet is tried again so many deadlines long."""


@dataclass(slots=True)
class PlayedTeam:
    """The reactions that are still to come.

    Attributes:
        conductor: Of the play.
        pending: By time.
        typed: Cells by ``Réf`` and column, the last value of each.
        added: What the rows say that the team added.
    """

    conductor: Conductor
    pending: list[Reaction] = field(default_factory=list)
    typed: dict[tuple[str, str], Typed] = field(default_factory=dict)
    added: list[Typed] = field(default_factory=list)

    @classmethod
    def of(cls, conductor: Conductor) -> PlayedTeam:
        """Return the team of a play; its seed decides how well it does.

        Of a play that was left or killed it takes up what is not done yet: what stands typed in the
        file is read back first, so that nothing is typed twice.
        """
        shown = shown_injects(conductor.scenario, conductor.play.changes)
        now, stops = conductor.minute(), conductor.due_minutes()
        planned = planned_reactions(shown, conductor.play.seed)
        # A reaction is tried for the last time at the first stop beyond its patience.
        pending = [
            one for one in planned if not any(_patience_ends(one) < stop < now for stop in stops)
        ]
        if any(one.minute <= now for one in pending):
            publish(conductor.runtime, conductor.identity)
        return cls(conductor, pending)

    def act(self, minute: float) -> None:
        """Type what is due by now, save, and let it be read back.

        Args:
            minute: Of exercise.
        """
        due = [one for one in self.pending if one.minute <= minute]
        if not due:
            return
        cells: dict[tuple[str, str], Typed] = {}
        added: list[dict[str, Typed]] = []
        rows = score_play(self.conductor.runtime, self.conductor.identity, minute).rows
        for reaction in due:
            if self._react(reaction, rows, cells, added) or self._is_given_up(reaction, minute):
                self.pending.remove(reaction)
        if cells or added:
            self._save(cells, added)

    def _react(
        self,
        reaction: Reaction,
        rows: tuple[TracedRow, ...],
        cells: dict[tuple[str, str], Typed],
        added: list[dict[str, Typed]],
    ) -> bool:
        """Note what is to be typed; False where the row is not there yet."""
        inject, wanted = reaction.inject, reaction.inject.expect
        if wanted is None:
            return True
        ref = self._row_of(inject, rows)
        if wanted.deliverable == "row":
            row = self._row(inject)
            if ref is None and row["summary"] not in self._typed_summaries():
                added.append(row)
            return True
        if ref is None:
            return False
        typed = next(row for row in rows if row.ref == ref)
        cells |= {
            (ref, column): value
            for column, value in self._values(wanted).items()
            if not _is_typed(typed, column, reaction.minute)
        }
        return True

    def _typed_summaries(self) -> set[object]:
        runtime, identity = self.conductor.runtime, self.conductor.identity
        return {
            row.value("summary")
            for row in runtime.store.observations(identity)
            if row.is_added_by_people
        }

    def _row_of(self, inject: Inject, rows: tuple[TracedRow, ...]) -> str | None:
        fact = inject.truth.fact
        known = {one.id: one.truth.fact for one in self.conductor.scenario.injects}
        for row in rows:
            if inject.id in row.inject_ids or (
                fact is not None and fact in {known.get(name) for name in row.inject_ids}
            ):
                return row.ref
        return None

    def _row(self, inject: Inject) -> dict[str, Typed]:
        """Return a row as a volunteer types what was told on the telephone."""
        scenario, wording = self.conductor.scenario, self._wording
        fact = scenario.fact(inject.truth.fact) if inject.truth.fact else None
        if fact is None:
            text = str(getattr(inject.content, "text", ""))
            return {"summary": text[:200], "entered_by": MEMBERS[0]}
        row: dict[str, Typed] = {
            "summary": fact.summary,
            "urgency": wording.label("urgency", fact.urgency),
            "category": wording.label("category", fact.category),
            "entered_by": MEMBERS[0],
        }
        if fact.commune and fact.commune in self.conductor.runtime.gazetteer:
            row["commune"] = self.conductor.runtime.gazetteer.commune(fact.commune).name
        return row

    def _values(self, wanted: Expectation) -> dict[str, Typed]:
        """Return what is typed into the cells of a row, in the words of the workbook."""
        label = self._wording.label
        link = "https://preuve.example/constat"
        if wanted.deliverable == "urgency":
            return {"urgency": label("urgency", "life_at_risk")}
        if wanted.deliverable == "graded":
            return {"information_grade": 2}
        if wanted.deliverable == "confirmed":
            return {
                "status": label("status", "confirmed"),
                "verified_by": MEMBERS[1],
                "evidence": link,
            }
        if wanted.deliverable == "refuted":
            return {
                "status": label("status", "refuted"),
                "verified_by": MEMBERS[1],
                "evidence": link,
            }
        # Written to the second; rounded up, so that nothing is acknowledged before it came in.
        at = (self.conductor.now() + timedelta(seconds=1)).astimezone(self._wording.zone)
        return {"acknowledged_at": f"{at:%Y-%m-%d %H:%M:%S}"}

    def _save(self, cells: dict[tuple[str, str], Typed], added: list[dict[str, Typed]]) -> None:
        runtime, identity = self.conductor.runtime, self.conductor.identity
        # What came in since the last publication must stand in the file before it can be typed on.
        publish(runtime, identity)
        self.typed |= cells
        self.added += [row["summary"] for row in added]
        path = workbook_path(runtime, runtime.store.activation(identity))
        data = path.read_bytes()
        for row in added or [{}]:
            data = type_by_hand(data, self._wording, cells=cells, added=row)
            cells = {}
        path.write_bytes(data)
        publish(runtime, identity)

    def lost(self) -> list[str]:
        """Return what the team typed and the workbook does not hold, or holds twice."""
        runtime, identity, wording = self.conductor.runtime, self.conductor.identity, self._wording
        data = workbook_path(runtime, runtime.store.activation(identity)).read_bytes()
        found = read(data, wording.catalogue, wording.time_zone, wording.categories).sheets["log"]
        rows = {row.key: row.values for row in found}
        decode = {column.code: decoder(column, wording) for column in table_columns()["log"]}
        cells = [
            f"{ref} {wording.column_name('log', column)}"
            for (ref, column), typed in self.typed.items()
            if not same(rows.get(ref, {}).get(column), decode[column](typed))
        ]
        summaries = [values.get("summary") for values in rows.values()]
        return cells + [str(one) for one in self.added if summaries.count(one) != 1]

    @property
    def _wording(self) -> Wording:
        convention = self.conductor.convention
        workbook = convention.workbook
        return Wording(catalogue(workbook.language), workbook.time_zones[0], convention.categories)

    @staticmethod
    def _is_given_up(reaction: Reaction, minute: float) -> bool:
        return minute > _patience_ends(reaction)


def _patience_ends(reaction: Reaction) -> float:
    """Return the minute of exercise after which a reaction is no longer tried."""
    wanted = reaction.inject.expect
    return reaction.minute + (_PATIENCE * wanted.within_minutes if wanted is not None else 0.0)


def _is_typed(row: TracedRow, column: str, minute: float) -> bool:
    """Return whether people changed a cell since a minute: the team did, before it was killed."""
    return any(
        change.column == column and change.hand == "people" and change.minute >= minute
        for change in row.changes
    )
