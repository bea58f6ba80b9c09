"""What a person gives by hand as a table: CSV of any usual make, or the cells of a workbook. Pure.

Called by ``vigie.operations.intake``. Headings are recognised in French and English; what a heading
does not say is not guessed.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from vigie.language import say
from vigie.records.post import Point
from vigie.sources.hand_notes import HandItem, HandReading, link_text
from vigie.sources.plain_text import clean, one_line, web_address

MOST_ROWS = 20_000
Cell = str | int | float | bool | datetime | date | time | timedelta | None

_HEADINGS: Mapping[str, tuple[str, ...]] = {
    "text": (
        *("texte", "message", "resume", "description", "contenu", "titre", "objet", "libelle"),
        *("observation", "information", "info", "signalement", "texte d'origine", "commentaire"),
        *("text", "summary", "content", "title", "faits", "fait", "demande", "besoin"),
    ),
    "url": ("lien", "url", "adresse web", "site", "lien web", "link", "liens", "permalien"),
    "author": ("auteur", "compte", "pseudo", "author", "auteur pseudonyme", "appelant", "nom"),
    "origin": ("source", "origine", "reseau", "canal", "media"),
    "moment": (
        *("date", "date et heure", "date heure", "horodatage", "observe a", "recu a", "quand"),
        *("time", "timestamp", "datetime", "date/heure", "date - heure"),
    ),
    "hour": ("heure", "h", "hour"),
    "place": ("commune", "lieu", "ville", "adresse", "localite", "localisation", "place", "ou"),
    "lat": ("lat", "latitude", "y"),
    "lon": ("lon", "lng", "long", "longitude", "x"),
}
"""What a column is to what it may be called, folded. Source: lists that volunteers keep."""
_BY_HEADING = {name: code for code, names in _HEADINGS.items() for name in names}
_DELIMITERS = ";,\t|"
_HEADING_ROWS = 10
"""A title and remarks may stand above the headings."""
_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})")
_ISO_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_HOUR = re.compile(r"(?<![\d/.-])(\d{1,2})\s?[h:]\s?(\d{2})?(?::(\d{2}))?(?![\d/])", re.IGNORECASE)


def decode_text(data: bytes) -> str:
    """Return text from outside: by its byte order mark, as UTF-8, else as Windows-1252."""
    for mark, encoding in (
        (b"\xef\xbb\xbf", "utf-8"),
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
    ):
        if data.startswith(mark):
            return data.decode(encoding, "replace").lstrip("\ufeff")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        # Windows-1252 leaves five bytes without meaning; Latin-1 never fails.
        return data.decode("cp1252", "replace")


def is_table(text: str) -> bool:
    """Return whether the first lines hold headings that are known: else it is a note."""
    return _heading_row(_csv_rows(text, _HEADING_ROWS)) is not None


def read_csv(text: str, time_zone: str, language: str = "fr") -> HandReading:
    """Read a table of text; see ``read_rows``.

    Raises:
        ValueError: If there is no row of headings, or there are too many rows.
    """
    return read_rows(_csv_rows(text, MOST_ROWS + _HEADING_ROWS + 1), time_zone, language)


def read_rows(rows: Sequence[Sequence[Cell]], time_zone: str, language: str = "fr") -> HandReading:
    """Read a table whose headings stand in one of its first rows.

    Args:
        rows: Cells as they are; rows may be of different lengths.
        time_zone: IANA name of the zone in which times without one are written.
        language: Of the words that stand in for a link without any.

    Raises:
        ValueError: If there is no row of headings, or there are too many rows; its text is a
            sentence for people.
    """
    at = _heading_row(rows[:_HEADING_ROWS])
    if at is None:
        raise ValueError(say("No row of headings was recognised."))
    if len(rows) - at - 1 > MOST_ROWS:
        raise ValueError(say("The table has more than {count} rows.", count=MOST_ROWS))
    titles = [one_line(_shown(cell)) for cell in rows[at]]
    zone = ZoneInfo(time_zone)
    items: list[HandItem] = []
    refused: list[tuple[int, str]] = []
    filled = [
        (number, row)
        for number, row in enumerate(rows[at + 1 :], at + 2)
        if any(_shown(cell).strip() for cell in row)
    ]
    for number, row in filled:
        item = _item(number, titles, row, zone, language)
        if isinstance(item, HandItem):
            items.append(item)
        else:
            refused.append((number, item))
    return HandReading(rows_count=len(filled), items=tuple(items), refused=tuple(refused))


def _csv_rows(text: str, most: int) -> list[list[Cell]]:
    first, _, rest = text.partition("\n")
    # Excel's own hint of its separator is no heading, but must keep its line number.
    delimiter = first.strip()[4:5] if first.strip().lower().startswith("sep=") else ""
    head = "\n".join((rest if delimiter else text).splitlines()[:_HEADING_ROWS])
    delimiter = delimiter or max(
        _DELIMITERS, key=lambda sign: (_known(head, sign), head.count(sign))
    )
    rows: list[list[Cell]] = []
    reader = csv.reader(io.StringIO(text.replace("\x00", ""), newline=""), delimiter=delimiter)
    while len(rows) < most:
        try:
            rows.append([*next(reader)])
        except StopIteration:
            break
        except csv.Error:
            rows.append([])
    return rows


def _known(head: str, delimiter: str) -> int:
    """How many headings the first lines hold if they are divided so."""
    lines = (line.split(delimiter) for line in head.splitlines())
    return max((sum(_folded(cell) in _BY_HEADING for cell in line) for line in lines), default=0)


def _heading_row(rows: Sequence[Sequence[Cell]]) -> int | None:
    """The first row in which two headings are known, one of them a text or a link."""
    for at, row in enumerate(rows[:_HEADING_ROWS]):
        codes = {_BY_HEADING.get(_folded(_shown(cell))) for cell in row} - {None}
        is_alone = len([cell for cell in row if _shown(cell).strip()]) == 1
        if codes & {"text", "url"} and (len(codes) > 1 or (is_alone and len(rows) > 1 and at == 0)):
            return at
    return None


def _item(
    number: int, titles: Sequence[str], row: Sequence[Cell], zone: ZoneInfo, language: str
) -> HandItem | str:
    """The thing that a row tells, or why it tells none."""
    values: dict[str, list[Cell]] = {}
    for title, cell in zip(titles, row, strict=False):
        code = _BY_HEADING.get(_folded(title))
        if code and _shown(cell).strip():
            values.setdefault(code, []).append(cell)
    url = next((address for cell in values.get("url", ()) if (address := _address(cell))), None)
    words = "\n".join(dict.fromkeys(clean(_shown(cell)) for cell in values.get("text", ())))
    if not words and url is None:
        if values.get("url"):
            return say("The link is not a web address, and there is no text.")
        return say("Neither text nor link.")
    places = [one_line(_shown(cell)) for cell in values.get("place", ())]
    missing = [place for place in places if _folded(place) not in _folded(words)]
    text = words or link_text(url or "", language)
    if missing:
        text = f"{text} ({', '.join(missing)})"
    moment = _moment(values, zone)
    if isinstance(moment, str):
        return moment
    original = {
        title or f"#{at}": _shown(cell)
        for at, (title, cell) in enumerate(zip(titles, row, strict=False), 1)
        if _shown(cell).strip()
    }
    return HandItem(
        line=number,
        text=text,
        url=url,
        author=_single(values.get("author")),
        origin=_single(values.get("origin")),
        posted_at=moment,
        point=_point(values),
        original=original,
    )


def _moment(values: Mapping[str, Sequence[Cell]], zone: ZoneInfo) -> datetime | str | None:
    """When it was said; a sentence if what stands there is no time."""
    cells = [*values.get("moment", ()), *values.get("hour", ())]
    if not values.get("moment"):
        # An hour without a day could be any day's.
        return None
    day, hour = None, None
    for cell in cells:
        if isinstance(cell, datetime):
            if cell.tzinfo is not None:
                return cell.astimezone(UTC)
            day, hour = (
                day or cell.date(),
                hour or (cell.time() if cell.time() != time(0) else None),
            )
        elif isinstance(cell, time):
            hour = hour or cell
        elif isinstance(cell, date):
            day = day or cell
        else:
            text = _shown(cell).strip()
            exact = _exact(text)
            if exact is not None:
                return exact
            day, hour = day or _day(text), hour or _hour(text)
    if day is None:
        shown = one_line(_shown(values["moment"][0]))[:40]
        return say("“{value}” is not a date: write 20/11/2026 14:05.", value=shown)
    return datetime.combine(day, hour or time(12), zone).astimezone(UTC)


def _exact(text: str) -> datetime | None:
    """A time that says its zone."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else None


def _day(text: str) -> date | None:
    iso, french = _ISO_DAY.search(text), _DAY.search(text)
    try:
        if iso:
            return date(int(iso[1]), int(iso[2]), int(iso[3]))
        if french:
            year = int(french[3])
            return date(year + 2000 if year < 100 else year, int(french[2]), int(french[1]))
    except ValueError:
        return None
    return None


def _hour(text: str) -> time | None:
    found = _HOUR.search(_DAY.sub(" ", _ISO_DAY.sub(" ", text)).replace("T", " "))
    try:
        return time(int(found[1]), int(found[2] or 0), int(found[3] or 0)) if found else None
    except ValueError:
        return None


def _point(values: Mapping[str, Sequence[Cell]]) -> Point | None:
    try:
        lat, lon = (
            float(_shown(values[code][0]).strip().replace(",", ".")) for code in ("lat", "lon")
        )
    except (KeyError, ValueError):
        return None
    return Point(lon=lon, lat=lat) if -90 <= lat <= 90 and -180 <= lon <= 180 else None


def _address(cell: Cell) -> str | None:
    text = _shown(cell).strip()
    return web_address(text if "://" in text else f"https://{text}") if "." in text else None


def _single(cells: Sequence[Cell] | None) -> str | None:
    return one_line(_shown(cells[0]))[:200] or None if cells else None


def _shown(cell: Cell) -> str:
    if cell is None:
        return ""
    return cell.isoformat() if isinstance(cell, (datetime, date, time)) else str(cell)


def _folded(text: str) -> str:
    """A heading without case, accents, brackets and signs around it."""
    plain = unicodedata.normalize("NFKD", text.casefold().replace("’", "'").replace("œ", "oe"))
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return " ".join(re.sub(r"[()\[\]*:?#_«»\"]", " ", plain).split())
