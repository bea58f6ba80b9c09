"""What people changed in a returned workbook, against the revision that they had before them.

Called by ``vigie.operations.publication``, which writes the result to the store. Pure: three sets
of cells in (returned, base, current), one ``Merge`` out. It never deletes and never decides between
two hands: it names both values.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from vigie.records.observation import ALWAYS_MACHINE, PLACE_COLUMNS, CellValue
from vigie.records.sheet import AddedRow, Cells, Edit
from vigie.workbook.canonical import canonical, same
from vigie.workbook.layout import Column
from vigie.workbook.recovering import misnamed, recover
from vigie.workbook.rejoining import rejoin
from vigie.workbook.rendering import Current
from vigie.workbook.revisions import ReadBack, ReadRow

_LOG = "log"
_POINT_COLUMNS = ("lat", "lon")
LOCATED_COLUMNS = (*_POINT_COLUMNS, "precision_metres")
"""What follows from a commune."""
_ALWAYS_MACHINE = ALWAYS_MACHINE | {"number"}
"""With the key of the other sheets."""
_MASS_DELETION_ROWS = 5
_MASS_DELETION_SHARE = 0.05
"""More than 5 rows or 5 % missing is no deletion but a question. Source: the contracts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Text in the key column of a row without anything else: people's remark, left in the file."""

    sheet: str
    row_number: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """The outcome of one returned file. Row numbers are those of that file.

    Attributes:
        edits: Cells that people changed. On block sheets the key is the line (``R12``), the
            column its letter, and ``is_typed_over`` is set.
        companions: Cells of a place whose other cells people changed: they become people's with
            them (``value`` is what stands there), though nobody typed in them.
        moved_places: References whose commune was changed without their point: to be located anew.
        typed_points: Of these the ones whose point another hand typed: what of it stands there.
        added: Rows without a known key, top to bottom; ``typed_over`` holds a mistyped key too.
        recovered: Sheet → row number → the key that the row had lost or does not show yet; pass
            them to ``refresh`` as claims, together with the keys given to ``added``.
        rejoined: (sheet, key) of the rows that people added, known before, found by content.
        missing_keys: Sheet to keys of the base that the file lacks; nothing is deleted for it.
        notes: Remarks of people under or between the rows.
    """

    edits: tuple[Edit, ...] = ()
    companions: tuple[Edit, ...] = ()
    moved_places: tuple[str, ...] = ()
    typed_points: Mapping[str, Mapping[str, CellValue]] = field(default_factory=dict)
    added: tuple[AddedRow, ...] = ()
    recovered: Mapping[str, Mapping[int, str]] = field(default_factory=dict)
    rejoined: frozenset[tuple[str, str]] = frozenset()
    missing_keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    mass_deletions: frozenset[str] = frozenset()
    notes: tuple[Note, ...] = ()


@dataclass(slots=True)
class _Findings:
    edits: list[Edit] = field(default_factory=list)
    companions: list[Edit] = field(default_factory=list)
    moved: list[str] = field(default_factory=list)
    points: dict[str, dict[str, CellValue]] = field(default_factory=dict)
    added: list[AddedRow] = field(default_factory=list)
    recovered: dict[str, dict[int, str]] = field(default_factory=dict)
    rejoined: set[tuple[str, str]] = field(default_factory=set)
    missing: dict[str, tuple[str, ...]] = field(default_factory=dict)
    mass: set[str] = field(default_factory=set)
    notes: list[Note] = field(default_factory=list)


def merge(read: ReadBack, base: Cells, current: Current) -> Merge:
    """Return what people changed in ``read`` since ``base``, beside what stands now.

    A cell that equals its base is untouched even when the machine changed it since; one that equals
    what stands now is already known. Values are compared by ``canonical``.
    """
    found = _Findings()
    for sheet, columns in current.columns.items():
        if sheet not in read.sheets:
            _report_missing(sheet, set(base.get(sheet, {})), len(base.get(sheet, {})), found)
            continue
        table = _Table(sheet, columns, read.sheets[sheet], base.get(sheet, {}), current)
        table.merge_into(found)
    for sheet, rows in read.sheets.items():
        if sheet not in current.columns:
            found.edits += _typed_over_block(sheet, rows, base, current)
    return Merge(
        edits=tuple(found.edits),
        companions=tuple(found.companions),
        moved_places=tuple(found.moved),
        typed_points=found.points,
        added=tuple(found.added),
        recovered=found.recovered,
        rejoined=frozenset(found.rejoined),
        missing_keys=found.missing,
        mass_deletions=frozenset(found.mass),
        notes=tuple(found.notes),
    )


class _Table:
    """One table sheet while it is merged."""

    def __init__(
        self,
        sheet: str,
        columns: Sequence[Column],
        rows: Sequence[ReadRow],
        base: Mapping[str, Mapping[str, CellValue]],
        current: Current,
    ) -> None:
        self.sheet = sheet
        self.columns = columns
        self.rows = rows
        self.base = base
        self.now = current.cells.get(sheet, {})
        self.decided = current.decided.get(sheet, {})
        self.added_keys = current.added_keys.get(sheet, frozenset())
        self.said = current.said.get(sheet, {})
        self.key_code = columns[0].code
        self.names = {fold_key(key): key for key in (*self.now, *base)}

    def merge_into(self, found: _Findings) -> None:
        """Sort the rows into known ones, copies, strangers and remarks, and compare each."""
        first: dict[str, ReadRow] = {}
        strangers: list[ReadRow] = []
        astray = self._astray()
        for row in self.rows:
            key = self.names.get(fold_key(row.key))
            if key is None or row.row_number in astray:
                strangers.append(row)
            elif key not in first:
                first[key] = row
            elif not self._is_copy(row, first[key], key):
                strangers.append(row)
        strangers = self._rejoin(self._recover(strangers, first, found), first, found)
        for key, row in first.items():
            self._compare(key, row, found)
        for row in strangers:
            self._add(row, found)
        _report_missing(self.sheet, set(self.base) - set(first), len(self.base), found)

    def _astray(self) -> set[int]:
        bearing: dict[str, list[ReadRow]] = {}
        for row in self.rows:
            bearing.setdefault(self.names.get(fold_key(row.key), ""), []).append(row)
        return misnamed(bearing, self.base, self.columns)

    def _is_copy(self, row: ReadRow, first: ReadRow, key: str) -> bool:
        """A pasted copy that says nothing of its own: as its base, as now, or as its twin."""
        references = (self.base.get(key, {}), self.now.get(key, {}), first.values)
        return any(
            all(same(value, other.get(code)) for code, value in self._others(row))
            for other in references
        )

    def _others(self, row: ReadRow) -> Iterator[tuple[str, CellValue]]:
        return ((code, value) for code, value in row.values.items() if code != self.key_code)

    def _recover(
        self, strangers: list[ReadRow], first: dict[str, ReadRow], found: _Findings
    ) -> list[ReadRow]:
        """Give a row back the key that was deleted or mistyped, where its machine cells tell it."""
        keys = recover(strangers, first, self.base, self.columns)
        for row in strangers:
            if row.row_number in keys:
                first[keys[row.row_number]] = row
                found.recovered.setdefault(self.sheet, {})[row.row_number] = keys[row.row_number]
        return [row for row in strangers if row.row_number not in keys]

    def _rejoin(
        self, strangers: list[ReadRow], first: dict[str, ReadRow], found: _Findings
    ) -> list[ReadRow]:
        """Find the rows whose key the file is too old to show: what they say is no second row."""
        open_keys = self.added_keys - set(self.base) - set(first)
        known = {key: self.now[key] for key in sorted(open_keys) if key in self.now}
        numbers = rejoin(strangers, known, _ALWAYS_MACHINE, self.said) if known else {}
        for row in strangers:
            key = numbers.get(row.row_number)
            if key is None:
                continue
            # The file never showed the key's row: what is empty there is no emptying.
            filled = {c: v for c, v in row.values.items() if canonical(v) is not None}
            first[key] = ReadRow(row_number=row.row_number, key=row.key, values=filled)
            found.recovered.setdefault(self.sheet, {})[row.row_number] = key
            found.rejoined.add((self.sheet, key))
        return [row for row in strangers if row.row_number not in numbers]

    def _compare(self, key: str, row: ReadRow, found: _Findings) -> None:
        base, now = self.base.get(key, {}), self.now.get(key, {})
        edits = {
            column.code: self._edit(key, column, row.values[column.code], base, now)
            for column in self.columns[1:]
            if column.code in row.values
            and not same(row.values[column.code], base.get(column.code))
            and not self._is_known(key, column, row.values[column.code], now)
        }
        if self.sheet == _LOG and not edits.keys().isdisjoint(PLACE_COLUMNS):
            moved = "commune" in edits and edits.keys().isdisjoint(_POINT_COLUMNS)
            if self._has_other_place(key, base, now):
                edits = self._whole_place(key, row, edits, found, is_moved=moved)
            self._complete_place(key, row, edits, found, is_moved=moved)
        found.edits += edits.values()

    def _edit(
        self,
        key: str,
        column: Column,
        value: CellValue,
        base: Mapping[str, CellValue],
        now: Mapping[str, CellValue],
    ) -> Edit:
        code = column.code
        is_theirs = key in self.added_keys and code not in _ALWAYS_MACHINE
        is_typed_over = column.owner == "machine" and not is_theirs
        changed = not same(base.get(code), now.get(code))
        return Edit(
            sheet=self.sheet,
            key=key,
            column=code,
            value=value if canonical(value) is not None else None,
            base=base.get(code),
            current=now.get(code),
            is_typed_over=is_typed_over,
            is_conflict=not is_typed_over and changed and self._is_decided(key, column),
        )

    def _is_known(
        self, key: str, column: Column, value: CellValue, now: Mapping[str, CellValue]
    ) -> bool:
        """Whether what was typed stands there already, by a person's hand where it matters.

        Where the machine alone says the same by now, the person's word must still become theirs:
        the machine may change its mind.
        """
        if not same(value, now.get(column.code)):
            return False
        return column.owner == "machine" or self._is_decided(key, column)

    def _is_decided(self, key: str, column: Column) -> bool:
        """Whether what stands now is a person's: the machine's own change is nobody's hand."""
        return column.owner == "people" or column.code in self.decided.get(key, frozenset())

    def _has_other_place(
        self, key: str, base: Mapping[str, CellValue], now: Mapping[str, CellValue]
    ) -> bool:
        """Whether another hand has changed any cell of the place since the base."""
        decided = self.decided.get(key, frozenset())
        return any(
            code in decided and not same(base.get(code), now.get(code)) for code in PLACE_COLUMNS
        )

    def _whole_place(
        self, key: str, row: ReadRow, edits: dict[str, Edit], found: _Findings, *, is_moved: bool
    ) -> dict[str, Edit]:
        """A place is one unit: of two hands' places one stands whole, with nothing of the other's.

        A point that follows from a commune is no word of anybody: the commune's line says it.
        """
        base, now = self.base.get(key, {}), self.now.get(key, {})
        is_located = "commune" in edits or not same(base.get("commune"), now.get("commune"))
        whole = {code: edit for code, edit in edits.items() if code not in PLACE_COLUMNS}
        for code in PLACE_COLUMNS:
            value = row.values.get(code, now.get(code))
            is_typed = code in edits
            if is_typed:
                whole[code] = _as_conflict(edits[code])
            elif code in LOCATED_COLUMNS and is_moved:
                if same(base.get("commune"), now.get("commune")) and not same(
                    base.get(code), now.get(code)
                ):
                    found.points.setdefault(key, {})[code] = now.get(code)
            elif not same(value, now.get(code)):
                edit = Edit(
                    sheet=self.sheet,
                    key=key,
                    column=code,
                    value=value,
                    base=base.get(code),
                    current=now.get(code),
                )
                whole[code] = edit if code in LOCATED_COLUMNS and is_located else _as_conflict(edit)
        return whole

    def _complete_place(
        self,
        key: str,
        row: ReadRow,
        edits: Mapping[str, Edit],
        found: _Findings,
        *,
        is_moved: bool,
    ) -> None:
        moved = is_moved
        if moved:
            found.moved.append(key)
        now = self.now.get(key, {})
        for code in PLACE_COLUMNS:
            is_located_anew = moved and code in LOCATED_COLUMNS
            if code in edits or is_located_anew or code in self.decided.get(key, frozenset()):
                continue
            value = row.values.get(code, now.get(code))
            found.companions.append(
                Edit(
                    sheet=self.sheet,
                    key=key,
                    column=code,
                    value=value,
                    base=self.base.get(key, {}).get(code),
                    current=now.get(code),
                )
            )

    def _add(self, row: ReadRow, found: _Findings) -> None:
        filled = {code: value for code, value in self._others(row) if canonical(value) is not None}
        values = {code: value for code, value in filled.items() if code not in _ALWAYS_MACHINE}
        if values:
            typed_over = {code: value for code, value in filled.items() if code not in values}
            if row.key:
                typed_over[self.key_code] = row.key
            found.added.append(
                AddedRow(
                    sheet=self.sheet,
                    values=values,
                    row_number=row.row_number,
                    typed_over=typed_over,
                )
            )
        elif (text := _told(row)) and fold_key(row.key) not in self.names:
            found.notes.append(Note(sheet=self.sheet, row_number=row.row_number, text=text))


def _told(row: ReadRow) -> str:
    """Return what a row says that holds nothing of an observation."""
    return row.key or " ".join(str(v) for v in row.values.values() if canonical(v) is not None)


def fold_key(key: str) -> str:
    """Return a row key as keys are compared: without spaces, in capitals."""
    return "".join(key.split()).upper()


def _as_conflict(edit: Edit) -> Edit:
    return Edit(
        sheet=edit.sheet,
        key=edit.key,
        column=edit.column,
        value=edit.value,
        base=edit.base,
        current=edit.current,
        is_conflict=True,
    )


def _typed_over_block(
    sheet: str, rows: Sequence[ReadRow], base: Cells, current: Current
) -> list[Edit]:
    """Return what people typed over a sheet that the machine writes alone."""
    before, now = base.get(sheet, {}), current.cells.get(sheet, {})
    return [
        Edit(
            sheet=sheet,
            key=row.key,
            column=code,
            value=value,
            base=before.get(row.key, {}).get(code),
            current=now.get(row.key, {}).get(code),
            is_typed_over=True,
        )
        for row in rows
        for code, value in row.values.items()
        if canonical(value) is not None
        and not same(value, before.get(row.key, {}).get(code))
        and not same(value, now.get(row.key, {}).get(code))
    ]


def _report_missing(sheet: str, keys: set[str], base_count: int, found: _Findings) -> None:
    if not keys:
        return
    found.missing[sheet] = tuple(sorted(keys))
    if len(keys) > _MASS_DELETION_ROWS or len(keys) > base_count * _MASS_DELETION_SHARE:
        found.mass.add(sheet)
