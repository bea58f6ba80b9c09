"""The cells of an ordinary worksheet, read several times faster than a tree of elements.

Called by ``parts``. Every byte between the first and the last row must be a token that Excel,
LibreOffice or openpyxl writes; at the first other one None is returned and ``parts`` reads the
tree. So nothing is ever skipped, and what is read is the same on both ways.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

from lxml import etree

_INLINE = rb'<is><t(?: xml:space="preserve")?>([^<]*)</t></is>|<is><t ?/></is>|<is>(.*?)</is>'
_OURS = re.compile(
    rb'(?: s="\d{1,6}+")?+ t="inlineStr"><is><t(?: xml:space="preserve")?+>([^<]*+)</t></is></c>'
    rb"[ \t\r\n]*+"
)
"""A text as we write it, from behind the cell's name on: most of what is read."""
_BARE_NUMBER = re.compile(
    rb'(?: s="(\d{1,6}+)")?+(?: t="n")?+><v>([0-9.Ee+-]++)</v></c>[ \t\r\n]*+'
)
_REST = re.compile(
    rb'(?: s="(\d{1,6}+)")?+'
    rb'(?: t="([a-zA-Z]{1,9})")?(?: (?![st]=)[a-z]{1,12}="[^"<>&]*")*'
    rb"(?:/>|>(?:(<f)(?: [^<>]*)?(?:(?<=/)>|>[^<]*</f>))?"
    rb"(?:<v>([^<]*+)</v>|<v ?/>|" + _INLINE + rb")?</c>)[ \t\r\n]*+",
    re.DOTALL,
)
"""Any cell from behind its name on. Possessive where nothing else could follow: that takes a third
less time."""
_HEAD = re.compile(rb"(?:[ \t\r\n]*+<row(?: [^<>]*+)?>)*+[ \t\r\n]*+")
"""What may stand before the first cell of a row: its own beginning, and rows without cells."""
_CELL = b'<c r="'
_NAME = re.compile(rb"([A-Z]{1,3}+)(\d{1,7}+)")
_LETTERS = re.compile(rb"[A-Z]{1,3}")
_SHORT_BYTES = 120
"""Cells up to this length come again and again, and are understood once."""
_PORTION_BYTES = 1_000_000
_STRING = re.compile(
    rb'<si><t(?: xml:space="preserve")?>([^<]*)</t></si>|<si><t ?/></si>|<si ?/>'
    rb"|<si>(.*?)</si>|[ \t\r\n]+",
    re.DOTALL,
)
_PROLOG = re.compile(rb"(?:\xef\xbb\xbf)?\s*<\?xml[^>]*?encoding=[\"']([A-Za-z0-9._-]+)[\"']")
_ENTITY = re.compile(r"(amp|lt|gt|quot|apos)|#(\d{1,7})|#x([0-9A-Fa-f]{1,6})", re.ASCII)
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_KNOWN_KINDS = frozenset({b"n", b"s", b"b", b"str", b"e", b"d"})
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
"""Source: ECMA-376 part 1, annex A.2."""

Number = Callable[[str, int], object]
Typed = Callable[[str, str], object]
Rich = Callable[[bytes], str]
Found = tuple[dict[int, dict[int, object]], set[tuple[int, int]], set[tuple[int, int]]]
"""Values by row and column, cells with a formula, and those of them that hold no result."""


class _UnusualError(Exception):
    """Something that only a tree can tell."""


def swift_strings(content: bytes, unescape: Callable[[str], str], rich: Rich) -> list[str] | None:
    """Return the shared strings in order, or None where only a tree can tell.

    Args:
        content: The part.
        unescape: Turns the format's own escapes into characters.
        rich: From the inside of a string in several runs to its text.
    """
    strings: list[str] = []
    try:
        position, end = _body(content, b"sst")
        for token in _STRING.finditer(content, position, end):
            if token.start() != position:
                return None
            position = token.end()
            plain, runs = token.groups()
            if plain is not None:
                strings.append(unescape(_decoded(plain)))
            elif runs is not None:
                strings.append(rich(runs))
            elif token.group()[:1] == b"<":
                strings.append("")
    except (_UnusualError, etree.XMLSyntaxError):
        return None
    return strings if position == end else None


def swift_cells(
    content: bytes, strings: list[str], values: tuple[Number, Typed, Rich], limit: int
) -> Found | None:
    """Return the filled cells of a worksheet part, or None where only a tree can tell.

    Args:
        content: The part.
        strings: The shared strings.
        values: From the text of a number and its style to a value, from any other text and its
            kind, and from the inside of an inline string in several runs to its text.
        limit: Cells that are read at most.

    Raises:
        ValueError: A value is no value of its kind, or there are too many cells.
        IndexError: A shared string is not there.
    """
    reading = _Reading(strings, values)
    try:
        reading.run(content, limit)
    except (_UnusualError, etree.XMLSyntaxError):
        return None
    return reading.rows, reading.formulas, reading.uncomputed


class _Reading:
    """One worksheet while its tokens are read."""

    def __init__(self, strings: list[str], values: tuple[Number, Typed, Rich]) -> None:
        self.columns = _Columns()
        self.shapes: dict[bytes, Sequence[int]] = {}
        self.understood = _Understood(strings, values)
        self.rows: dict[int, dict[int, object]] = {}
        self.formulas: set[tuple[int, int]] = set()
        self.uncomputed: set[tuple[int, int]] = set()

    def run(self, content: bytes, limit: int) -> None:
        """Read all cells.

        Raises:
            ValueError: There are more than ``limit`` cells.
        """
        begin, end = _body(content, b"sheetData")
        while begin < end:
            # Rows in portions: the tokens of a whole sheet at once would fill the memory.
            stop = content.find(b"</row>", begin + _PORTION_BYTES, end) + len(b"</row>")
            stop = stop if stop > begin else end
            self._take(content[begin:stop])
            begin = stop
            if len(self.rows) * len(self.columns) > limit:
                raise ValueError(limit)

    def _take(self, portion: bytes) -> None:
        """Read the cells of a portion; this loop is what reading a workbook costs."""
        understood = self.understood
        for line in portion.split(b"</row>"):
            head, *cells = line.split(_CELL)
            if not _HEAD.fullmatch(head):
                raise _UnusualError
            pieces = [cell.partition(b'"') for cell in cells]
            number, columns = self._places(pieces) if pieces and b"<f" not in line else (0, None)
            if columns is None:
                self._take_each(pieces)
                continue
            values = [understood[piece[2]] for piece in pieces]
            row = self.rows.setdefault(number, {})
            row.update(
                {
                    column: value
                    for column, value in zip(columns, values, strict=True)
                    if value is not None
                }
            )

    def _places(self, pieces: list[tuple[bytes, bytes, bytes]]) -> tuple[int, Sequence[int] | None]:
        """Return the row of all cells and the column of each; none where they differ in row."""
        named = _NAME.fullmatch(pieces[0][0])
        if named is None:
            raise _UnusualError
        names = b",".join([piece[0] for piece in pieces]) + b","
        # Most rows have the same columns: what is left without the row's number is known.
        shape = names.replace(named[2] + b",", b",")
        columns = self.shapes.get(shape)
        if columns is None:
            letters = shape[:-1].split(b",")
            if not all(map(_LETTERS.fullmatch, letters)):
                return 0, None
            columns = self.shapes[shape] = [self.columns[one] for one in letters]
        return int(named[2]), columns

    def _take_each(self, pieces: list[tuple[bytes, bytes, bytes]]) -> None:
        """Read cells one by one: formulas, and cells that stand in another row's element."""
        for name, _, rest in pieces:
            named = _NAME.fullmatch(name)
            if named is None:
                raise _UnusualError
            row, column = int(named[2]), self.columns[named[1]]
            value, has_formula, is_uncomputed = self.understood.understand(rest)
            if has_formula:
                self.formulas.add((row, column))
            if is_uncomputed:
                self.uncomputed.add((row, column))
            cells = self.rows.setdefault(row, {})
            if value is not None:
                cells[column] = value


class _Understood(dict[bytes, object]):
    """What cells say from behind their names on; short ones come again and again."""

    def __init__(self, strings: list[str], values: tuple[Number, Typed, Rich]) -> None:
        super().__init__()
        self.strings = strings
        self.number, self.typed, self.rich = values
        self.texts = _Texts(self.typed)

    def __missing__(self, rest: bytes) -> object:
        value: object
        if text := _OURS.fullmatch(rest):
            value = self.typed(_decoded(text[1]), "str") or None
        elif number := _BARE_NUMBER.fullmatch(rest):
            value = self.number(number[2].decode("ascii"), int(number[1] or 0))
        else:
            value, _, _ = self.understand(rest)
        if len(rest) <= _SHORT_BYTES:
            self[rest] = value
        return value

    def understand(self, rest: bytes) -> tuple[object, bool, bool]:
        """Return the value, whether a formula made it, whether an editor must compute it yet.

        Raises:
            _UnusualError: Only a tree can tell.
        """
        found = _REST.fullmatch(rest)
        if found is None:
            raise _UnusualError
        style, kind, formula, text, inline, runs = found.groups(b"")
        value: object = None
        if kind == b"inlineStr":
            value = self._inline(inline, runs, text)
        elif text or inline or runs:
            value = self._value(text, style, kind)
        is_uncomputed = bool(formula) and ((value is None and kind != b"str") or kind == b"e")
        return None if is_uncomputed else value, bool(formula), is_uncomputed

    def _inline(self, plain: bytes, runs: bytes, text: bytes) -> object:
        if text:
            raise _UnusualError
        if runs:
            return self.rich(runs) or None
        return self.texts[plain]

    def _value(self, text: bytes, style: bytes, kind: bytes) -> object:
        value: object
        if not text:
            raise _UnusualError
        if not kind or kind == b"n":
            value = self.number(text.decode("ascii"), int(style or 0))
        elif kind == b"s":
            index = int(text)
            if index < 0:
                raise IndexError(index)
            value = self.strings[index] or None
        elif kind in _KNOWN_KINDS:
            value = self.typed(_decoded(text), kind.decode("ascii"))
        else:
            raise _UnusualError
        return value


class _Texts(dict[bytes, object]):
    def __init__(self, typed: Typed) -> None:
        super().__init__({b"": None})
        self._typed = typed

    def __missing__(self, written: bytes) -> object:
        value = self[written] = self._typed(_decoded(written), "str") or None
        return value


class _Columns(dict[bytes, int]):
    def __missing__(self, letters: bytes) -> int:
        number = 0
        for letter in letters:
            number = number * 26 + letter - 64
        self[letters] = number
        return number


def _body(content: bytes, name: bytes) -> tuple[int, int]:
    """Return where the content of an element begins and ends; all around it is well-formed."""
    declared = _PROLOG.match(content)
    if declared is not None and declared.group(1).lower() not in (b"utf-8", b"us-ascii"):
        raise _UnusualError
    opening = re.search(rb"<" + name + rb"(?: [^<>]*)?>", content)
    if opening is None or opening.group().endswith(b"/>"):
        raise _UnusualError
    end = content.rfind(b"</" + name + b">")
    if end < opening.end():
        raise _UnusualError
    around = content[: opening.end()] + content[end:]
    root = etree.fromstring(around, etree.XMLParser(resolve_entities=False, no_network=True))
    if root.nsmap.get(None) != _MAIN:
        raise _UnusualError
    return opening.end(), end


def _decoded(text: bytes) -> str:
    try:
        plain = text.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _UnusualError from error
    if "&" not in plain:
        return plain
    first, *others = plain.split("&")
    return first + "".join(map(_entity, others))


@lru_cache(maxsize=4096)
def _character(name: str) -> str:
    """Return the character that an entity's name stands for."""
    found = _ENTITY.fullmatch(name)
    if found is None:
        raise _UnusualError
    named, decimal, hexadecimal = found.groups()
    if named:
        return _NAMED[named]
    code = int(decimal) if decimal else int(hexadecimal, 16)
    return chr(code) if code <= 0x10FFFF else "\ufffd"


def _entity(piece: str) -> str:
    name, end, following = piece.partition(";")
    if not end:
        raise _UnusualError
    return _character(name) + following
