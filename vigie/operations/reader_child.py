"""The process that opens files from outside: ``python -m vigie.operations.reader_child``.

Started and fed by ``guarded_reading`` over its standard input and output. Knows no house, no store,
no secret: it gets bytes and words, and gives back plain values. It holds itself to the limits that
it is given; whoever started it kills it where that does not suffice.
"""

from __future__ import annotations

import gc
import os
import pickle
import select
import struct
import sys
from contextlib import suppress
from typing import IO, Any

from lxml import etree

from vigie.language import Catalogue, catalogue, say, use_language
from vigie.problem import Problem
from vigie.records.table import Formula, RawBook
from vigie.tables.reading import read_book
from vigie.workbook.imports.loading import load
from vigie.workbook.imports.plain import load_plain
from vigie.workbook.package import Known, read, refresh
from vigie.workbook.revisions import ReadBack

FRAME = struct.Struct(">Q")
"""Length of what follows, in bytes."""
_IDLE_SECONDS = 300.0
_COLLECTED_EACH = 8
"""Files after which what little lies in cycles is collected."""
_XML_NO_MEMORY = 2
"""Source: libxml2, ``xmlerror.h``, XML_ERR_NO_MEMORY."""
_MEGABYTE = 1_000_000


def main() -> int:
    """Answer jobs until the standard input ends or nobody has asked for five minutes."""
    megabytes, seconds = int(sys.argv[1]), int(sys.argv[2])
    jobs = sys.stdin.buffer
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    # Whatever a library prints must not stand among the answers.
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    _limit_memory(megabytes)
    # One file at a time, and hardly a cycle in it: collecting would cost a tenth of the reading.
    gc.freeze()
    gc.disable()
    send(answers, ("ready",))
    count = 0
    while _is_asked(jobs):
        frame = receive(jobs)
        if frame is None:
            break
        _limit_processor(seconds)
        # The job comes from our own program.
        send(answers, _answer(pickle.loads(frame)))  # noqa: S301
        count += 1
        if count % _COLLECTED_EACH == 0:
            gc.collect()
    return 0


def send(stream: IO[bytes], told: object) -> None:
    """Write one frame."""
    data = pickle.dumps(told, protocol=5)
    stream.write(FRAME.pack(len(data)))
    stream.write(data)
    stream.flush()


def receive(stream: IO[bytes]) -> bytes | None:
    """Return the next frame, None where the stream has ended."""
    head = stream.read(FRAME.size)
    if len(head) < FRAME.size:
        return None
    length = FRAME.unpack(head)[0]
    data = stream.read(length)
    return data if len(data) == length else None


def _is_asked(jobs: IO[bytes]) -> bool:
    if os.name != "posix":
        return True  # other systems cannot wait on a pipe; the end of the input ends us there
    readable, _, _ = select.select([jobs], [], [], _IDLE_SECONDS)
    return bool(readable)


def _limit_memory(megabytes: int) -> None:
    with suppress(ImportError, ValueError, OSError):
        import resource  # noqa: PLC0415 - POSIX only; elsewhere the parent watches

        limit = megabytes * _MEGABYTE
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _limit_processor(seconds: int) -> None:
    """Let the system end us where one file takes longer, also if nobody is left to kill us."""
    with suppress(ImportError, ValueError, OSError):
        import resource  # noqa: PLC0415 - POSIX only; elsewhere the parent watches

        used = resource.getrusage(resource.RUSAGE_SELF)
        soft = int(used.ru_utime + used.ru_stime) + 1 + seconds
        resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.RLIM_INFINITY))


def _answer(job: dict[str, Any]) -> tuple[object, ...]:
    use_language(job["said_in"])
    words = (catalogue(job["language"]), job["time_zone"])
    try:
        if "titles" in job:
            return ("read", _plain_book(load_plain(job["data"], job["titles"])))
        if "book_name" in job:
            book = read_book(job["data"], job["book_name"])
            return ("read", (_plain_book(book), dict(book.marks)))
        if "sheets" in job:
            return ("written", _written(job, words))
        reading = load if job["is_any_form"] else read
        return ("read", plain(reading(job["data"], *words, job["categories"])))
    except Exception as error:  # a hostile file finds what nobody thought of
        return _failure(error)


def _plain_book(book: RawBook) -> list[tuple[object, ...]]:
    """Return sheets as plain values; a formula without a result as None in a tuple."""
    return [
        (
            sheet.title,
            [
                (number, tuple((None,) if isinstance(cell, Formula) else cell for cell in cells))
                for number, cells in sheet.rows
            ],
            list(sheet.merged),
        )
        for sheet in book.sheets
    ]


def _failure(error: Exception) -> tuple[object, ...]:
    if _is_memory(error) or _is_memory(error.__cause__):
        return ("memory",)
    if isinstance(error, Problem):
        return ("fault", error.where, error.what, error.cure)
    return ("fault", say("workbook"), say("The file is truncated or damaged."), "")


def _written(job: dict[str, Any], words: tuple[Catalogue, str]) -> tuple[bytes, bool]:
    """Write a revision into people's file: openpyxl, too, can hang on a foreign one."""
    done = refresh(
        job["data"],
        job["sheets"],
        job["marks"],
        *words,
        job["kind"],
        categories=job["categories"],
        known=Known(claims=job["claims"]),
    )
    return done.data, done.is_rewritten


def _is_memory(error: BaseException | None) -> bool:
    return isinstance(error, MemoryError) or (
        isinstance(error, etree.LxmlError)
        and (getattr(error, "code", 0) == _XML_NO_MEMORY or "llocation" in str(error))
    )


def plain(found: ReadBack) -> tuple[object, ...]:
    """Return a read file as tuples and dicts of plain values, for the way back."""
    marks = found.marks
    # Most rows have the same columns: the same tuple is written once.
    shapes: dict[tuple[str, ...], tuple[str, ...]] = {}
    return (
        None if marks is None else (marks.activation_id, marks.revision, marks.fingerprint),
        {
            sheet: [
                (
                    row.row_number,
                    row.key,
                    shapes.setdefault(codes := tuple(row.values), codes),
                    tuple(row.values.values()),
                )
                for row in rows
            ]
            for sheet, rows in found.sheets.items()
        },
        dict(found.missing_columns),
        found.modified_at,
        found.modified_by,
        found.form,
    )


if __name__ == "__main__":
    sys.exit(main())
