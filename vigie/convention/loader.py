"""Loads conventions strictly: all faults of all files in one go, or conventions that are right.

Called by the command line and the operations with a ``Registry`` of what is installed. Imports no
connector and no check; a file with a fault is never skipped and never half-used.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from pydantic import ValidationError

from vigie.convention.document import WHOLE_FILE, Breach, Document, spoken_path
from vigie.convention.explanation import explain
from vigie.convention.faults import ConventionErrors, Fault
from vigie.convention.model import Convention
from vigie.convention.reading import read_document
from vigie.convention.registry import Registry
from vigie.convention.rules import RULES, SECRECY_RULES
from vigie.convention.rules.identity import file_named_like_id
from vigie.convention.wording import shown
from vigie.language import say

__all__ = [
    "SIZE_LIMIT_BYTES",
    "ConventionErrors",
    "Fault",
    "Registry",
    "convention_files",
    "load_convention",
    "load_conventions",
    "parse_convention",
    "read_convention_text",
]

SIZE_LIMIT_BYTES = 256 * 1024
"""A convention is a few pages of text."""


def convention_files(folder: Path) -> list[Path]:
    """Return the convention files of a folder, by name; ``.yaml`` too, to refuse it."""
    return sorted(path for path in folder.glob("*.y*ml") if path.suffix in {".yml", ".yaml"})


def parse_convention(text: str, name: str, registry: Registry) -> Convention:
    """Return the convention that a text holds.

    Args:
        text: YAML.
        name: What stands before the line number in messages; if it ends in ``.yml``, the
            convention's id must be the file's name.
        registry: What is installed.

    Raises:
        ConventionErrors: If anything is wrong; it carries every fault.
    """
    breaches, document, convention = _examine(text, name, registry)
    if convention is None:
        raise ConventionErrors(_faults(name, document, breaches))
    return convention


def load_convention(path: Path, registry: Registry) -> Convention:
    """Return the convention of one file.

    Raises:
        ConventionErrors: If the file cannot be read or anything in it is wrong.
    """
    return load_conventions([path], registry)[0]


def load_conventions(paths: Sequence[Path], registry: Registry) -> list[Convention]:
    """Return the conventions of several files, in the order given, each file once.

    Raises:
        ConventionErrors: If anything is wrong in any file, or if two files share an id or a prefix;
            it carries every fault of every file.
    """
    faults: list[Fault] = []
    examined: list[tuple[str, Document, Convention | None]] = []
    for path in dict.fromkeys(paths):
        name = str(path)
        breaches, text = _read(path)
        document, convention = Document(text="", is_readable=False), None
        if text is not None:
            found, document, convention = _examine(text, name, registry)
            breaches = [*breaches, *found]
        faults += _faults(name, document, breaches)
        examined.append((name, document, convention))
    faults += _shared(examined)
    if faults:
        order = {name: at for at, (name, _, _) in enumerate(examined)}
        raise ConventionErrors(sorted(faults, key=lambda fault: (order[fault.file], fault)))
    return [convention for _, _, convention in examined if convention is not None]


def read_convention_text(path: Path) -> str:
    """Return the text of a convention file, as it is frozen into an activation.

    Raises:
        ConventionErrors: If the file cannot be opened, is too large, or is not plain UTF-8.
    """
    breaches, text = _read(path)
    if text is None or breaches:
        raise ConventionErrors(_faults(str(path), Document(text=""), breaches))
    return text


def _read(path: Path) -> tuple[list[Breach], str | None]:
    try:
        with path.open("rb") as handle:
            data = handle.read(SIZE_LIMIT_BYTES + 1)
    except OSError as error:
        what = say("The file cannot be opened: {reason}.", reason=error.strerror or str(error))
        cure = say("Check the path and the right to read it.")
        return [Breach(WHOLE_FILE, what, cure, 1)], None
    if len(data) > SIZE_LIMIT_BYTES:
        what = say("The file is larger than {limit} kB.", limit=SIZE_LIMIT_BYTES // 1024)
        cure = say("A convention is a few pages of text: is this the right file?")
        return [Breach(WHOLE_FILE, what, cure, 1)], None
    return _decoded(data)


def _decoded(data: bytes) -> tuple[list[Breach], str | None]:
    breaches = []
    if data.startswith(codecs.BOM_UTF8):
        what = say("The file starts with an invisible mark (BOM).")
        cure = say("Save it as UTF-8 without BOM.")
        breaches.append(Breach(WHOLE_FILE, what, cure, 1))
        data = data.removeprefix(codecs.BOM_UTF8)
    try:
        return breaches, data.decode("utf-8")
    except UnicodeDecodeError as error:
        what = say("The file is not written in UTF-8.")
        cure = say("Save it with the encoding UTF-8; accents are often the place.")
        line = data.count(b"\n", 0, error.start) + 1
        return [*breaches, Breach(WHOLE_FILE, what, cure, line)], None


def _examine(
    text: str, name: str, registry: Registry
) -> tuple[list[Breach], Document, Convention | None]:
    """Return what is wrong, the file as it was read, and the convention if nothing is."""
    document = read_document(text)
    breaches = list(document.breaches)
    convention = None
    if document.is_readable:
        for secrecy in SECRECY_RULES:
            breaches += secrecy(document, registry)
        try:
            convention = Convention.model_validate(document.data)
        except ValidationError as error:
            breaches += explain(error.errors(include_url=False), Convention, document)
        for rule in RULES:
            breaches += rule(document, registry)
        breaches += file_named_like_id(document, name)
    return breaches, document, None if breaches else convention


def _faults(name: str, document: Document, breaches: Iterable[Breach]) -> list[Fault]:
    """Return one fault a place: the first that was found, which is the most telling one."""
    faults: list[Fault] = []
    told: set[tuple[tuple[str | int, ...], int]] = set()
    for breach in breaches:
        line = breach.line if breach.line is not None else document.line(breach.path)
        if breach.path != WHOLE_FILE and (breach.path, line) in told:
            continue
        told.add((breach.path, line))
        path = spoken_path(document, breach.path, say("whole file"))
        faults.append(Fault(name, line, path, breach.what, breach.cure))
    return sorted(faults)


def _shared(examined: Sequence[tuple[str, Document, Convention | None]]) -> Iterator[Fault]:
    """Yield a fault for each id or prefix that an earlier file has already."""
    for key in ("id", "prefix"):
        first: dict[str, str] = {}
        for name, document, _ in examined:
            value = document.value(key)
            if not isinstance(value, str):
                continue
            if value in first:
                what = say(
                    "'{value}' is already that of {file}.", value=shown(value), file=first[value]
                )
                cure = say("Choose another; references must name one convention only.")
                yield Fault(name, document.line((key,)), key, what, cure)
            first.setdefault(value, name)
