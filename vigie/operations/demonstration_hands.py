"""What people do in the demonstration: type into the workbook, enter calls, report, open the map.

Called by ``demonstration``. Every deed goes through the use case that the command of the same name
goes through; nothing here knows what the machine should make of it.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from vigie.exercise.comparison import find_refs
from vigie.exercise.expectation import ExpectedRow
from vigie.exercise.material import INTAKE_ID, Material
from vigie.exercise.script import Intake
from vigie.exercise.volunteer import Volunteer
from vigie.language import catalogue
from vigie.operations.intake import IntakeAccount, take_in
from vigie.operations.mapping import MapsWritten, open_map
from vigie.operations.placing import workbook_path
from vigie.operations.publication import publish
from vigie.operations.reporting import Issued, issue_report
from vigie.operations.runtime import Runtime
from vigie.records.observation import CellValue
from vigie.sources.hand_notes import read_notes
from vigie.sources.hand_tables import decode_text, is_table, read_csv
from vigie.workbook.package import read
from vigie.workbook.package.hand import Typed, type_by_hand
from vigie.workbook.wording import Wording

_ACKNOWLEDGED = "acknowledged_at"
_MERGED = "grouped_with"


@dataclass
class Hands:
    """The team of the play, at one activation.

    Attributes:
        folder: Of the played material.
        hand_ids: (``intake``, short id) to the native id of what was entered by hand.
        refs: Group to the ``Réf`` of its row when the volunteer typed.
        written: (``Réf``, column code) to what the cell must hold from then on.
    """

    runtime: Runtime
    identity: str
    folder: Path
    material: Material
    volunteer: Volunteer
    expected: list[ExpectedRow]
    hand_ids: dict[tuple[str, str], str] = field(default_factory=dict)
    refs: dict[str, str] = field(default_factory=dict)
    written: dict[tuple[str, str], CellValue] = field(default_factory=dict)

    @property
    def wording(self) -> Wording:
        """Titles and words of the workbook."""
        convention = self.runtime.convention_of(self.runtime.store.activation(self.identity))
        workbook = convention.workbook
        return Wording(catalogue(workbook.language), workbook.time_zones[0], convention.categories)

    @property
    def workbook(self) -> Path:
        """The file on the share."""
        return workbook_path(self.runtime, self.runtime.store.activation(self.identity))

    def native_ids(self) -> dict[tuple[str, str], str]:
        """Return (source id, short id) to native id for all that is told."""
        return {**self.material.native_ids(), **self.hand_ids}

    def enter(self, entry: Intake) -> IntakeAccount:
        """Enter what somebody told, as ``vigie intake`` does, and publish."""
        data = (self.folder / "documents" / entry.document).read_bytes()
        account = take_in(
            self.runtime,
            self.identity,
            data,
            name=entry.document,
            by=entry.by,
            origin=entry.origin,
        )
        publish(self.runtime, self.identity)
        text, wording = decode_text(data), self.wording
        language = wording.catalogue.code
        reading = (
            read_csv(text, wording.time_zone, language)
            if is_table(text)
            else read_notes(text, language)
        )
        entered = {
            post.text: post.native_id
            for posts in self.runtime.store.posts_of(self.identity).values()
            for post in posts
            if post.source_id == INTAKE_ID
        }
        for short_id, item in zip(entry.posts, reading.items, strict=True):
            if item.text in entered:
                self.hand_ids[INTAKE_ID, short_id] = entered[item.text]
        return account

    def type_cells(self) -> None:
        """Type the script's cells and row into the file on the share, save, have it read back."""
        posts = self.runtime.store.posts_of(self.identity)
        found = find_refs(self.expected, self.native_ids(), posts)
        for row, ref in found.items():
            if ref is not None:
                self.refs.setdefault(row.group, ref)
        wording, path = self.wording, self.workbook
        # Written to the second; rounded up, so that nothing is acknowledged before it came in.
        now = (self.runtime.clock() + timedelta(seconds=1)).replace(microsecond=0)
        cells: dict[tuple[str, str], Typed] = {}
        for edit in self.volunteer.edits:
            key = self.refs[edit.group], edit.column
            typed = edit.typed(self.refs, f"{now.astimezone(wording.zone):%Y-%m-%d %H:%M:%S}")
            cells[key] = typed
            self.written[key] = now if edit.is_now else typed
        added = self.volunteer.added_row
        path.write_bytes(type_by_hand(path.read_bytes(), wording, cells=cells, added=added))
        publish(self.runtime, self.identity)

    def acknowledged(self) -> tuple[str, timedelta] | None:
        """Return the row that the volunteer acknowledged, and how long after it had come in."""
        for (ref, column), at in self.written.items():
            received_at = self.runtime.store.observation(self.identity, ref).machine["received_at"]
            if (
                column == _ACKNOWLEDGED
                and isinstance(at, datetime)
                and isinstance(received_at, datetime)
            ):
                return ref, at - received_at
        return None

    def merged(self) -> list[tuple[str, str, int]]:
        """Return each row merged by hand: ``Réf``, the named one, voices counted together."""
        found = []
        for (ref, column), named in self.written.items():
            if column == _MERGED:
                row = self.runtime.store.observation(self.identity, str(named))
                count = row.machine.get("corroboration_count")
                found.append((ref, str(named), count if isinstance(count, int) else 0))
        return found

    def report(self, by: str, situation: str | None = None) -> Issued:
        """Issue the next point de situation, as ``vigie report`` does."""
        publish(self.runtime, self.identity)
        return issue_report(self.runtime, self.identity, by=by, situation=situation)

    def open_map(self, by: str, kept: Path) -> tuple[MapsWritten, list[Path]]:
        """Open the public map and keep a copy of what everybody may see: closing empties it.

        Returns:
            What was written, and the files of the copy.
        """
        written = open_map(self.runtime, self.identity, by=by)
        shutil.copytree(self.runtime.house.folder(self.identity) / "public", kept)
        return written, sorted(path for path in kept.rglob("*") if path.is_file())

    def lost(self) -> list[str]:
        """Return what the volunteer typed and the last workbook does not hold."""
        wording = self.wording
        found = read(self.workbook.read_bytes(), wording.catalogue, wording.time_zone)
        rows = {row.key: row.values for row in found.sheets["log"]}
        lost = []
        for (ref, column), typed in self.written.items():
            wanted = typed
            if not isinstance(typed, datetime):
                wanted = wording.code_of(column, str(typed)) or typed
            if str(rows.get(ref, {}).get(column)) != str(wanted):
                lost.append(f"{ref} {column}")
        added = self.volunteer.added_row["summary"]
        if [values.get("summary") for values in rows.values()].count(added) != 1:
            lost.append(str(added))
        return lost
