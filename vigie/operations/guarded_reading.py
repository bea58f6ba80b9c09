"""Files from outside are opened in a process of their own, with limits of time and memory.

Called by ``returning`` and ``importing``. One child serves all files of a process, so that the
ordinary read-back stays cheap; a file that kills it takes nobody with it. What comes back is
plain values: nothing of it is ever executed.
"""

from __future__ import annotations

import atexit
import contextlib
import functools
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from vigie.convention.model import Convention
from vigie.language import catalogue, current_language, say
from vigie.operations.reader_answers import plain_answer, rebuilt, rebuilt_book
from vigie.operations.reader_child import receive, send
from vigie.problem import ServiceError, WorkbookError
from vigie.records.activation import Kind
from vigie.records.table import RawBook
from vigie.workbook.layout import Sheet
from vigie.workbook.rendering import cells_of
from vigie.workbook.revisions import Marks, ReadBack, Refreshed
from vigie.workbook.wording import Wording

_START_SECONDS = 60.0
"""A busy machine may take that long to start a process that imports our code."""
_WATCH_SECONDS = 0.2
_WAITS_FOR_PROCESSOR = 3
"""On a busy machine one second of the processor's time may take three."""
_PASSED_ON = ("PATH", "LANG", "LC_ALL", "TZ", "SYSTEMROOT", "VIRTUAL_ENV", "TMPDIR")
"""All of our environment that the child sees: no secret is among it."""
_ANSWERED = ("read", "written")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one file may cost.

    Attributes:
        seconds: Of the processor; three times as long by the clock.
        megabytes: Of the child's address space, its own code included.
    """

    seconds: int = 10
    megabytes: int = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """In which words and zone a workbook is written."""

    language: str
    time_zone: str
    categories: Mapping[str, str]


def words_of(convention: Convention) -> Words:
    """Return the words in which a convention's workbook is written."""
    workbook = convention.workbook
    return Words(
        language=workbook.language,
        time_zone=workbook.time_zones[0],
        categories=convention.categories,
    )


class GuardedReader:
    """One child process, started when it is needed and again when a file has killed it."""

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = 0
        self._turn = threading.Lock()

    def read(self, data: bytes, words: Words, *, is_any_form: bool = False) -> ReadBack:
        """Return what people left in a file.

        Args:
            data: The file.
            words: Of the workbook.
            is_any_form: An .ods or a .csv is read too.

        Raises:
            WorkbookError: The file cannot be read, or not within the limits.
            ServiceError: No child process can be started: the file is not to blame.
        """
        return rebuilt(self._answered(data, words, {"is_any_form": is_any_form}))

    def read_tables(self, data: bytes, titles: Sequence[str]) -> RawBook:
        """Return the plain cells of a file that is no workbook of ours.

        Args:
            data: An .xlsx, .xlsm, .ods or .csv file.
            titles: Of columns, by which the separator of a .csv is known.

        Raises:
            WorkbookError: The file cannot be read, or not within the limits.
            ServiceError: No child process can be started: the file is not to blame.
        """
        return rebuilt_book(self._answered(data, _no_words(), {"titles": list(titles)}), {})

    def read_book(self, data: bytes, name: str) -> RawBook:
        """Return the plain cells of an .xlsx file that ``vigie.tables`` wrote and people filled.

        Args:
            data: The file.
            name: How people know it, for what they are told.

        Raises:
            WorkbookError: The file cannot be read, or not within the limits.
            ServiceError: No child process can be started: the file is not to blame.
        """
        sheets, marks = self._answered(data, _no_words(), {"book_name": name})
        return rebuilt_book(sheets, {str(key): str(value) for key, value in marks.items()})

    def refresh(
        self,
        data: bytes,
        sheets: Sequence[Sheet],
        marks: Marks,
        words: Words,
        kind: Kind,
        claims: Mapping[str, Mapping[int, str]],
    ) -> Refreshed:
        """Return people's file with the sheets' current values in it; see ``package.refresh``.

        Raises:
            WorkbookError: The file cannot be written into, or not within the limits.
            ServiceError: No child process can be started: the file is not to blame.
        """
        job = {"sheets": list(sheets), "marks": marks, "kind": kind, "claims": dict(claims)}
        written, is_rewritten = self._answered(data, words, job)
        wording = Wording(catalogue(words.language), words.time_zone, words.categories)
        cells = cells_of(sheets, wording)
        return Refreshed(data=bytes(written), cells=cells, is_rewritten=bool(is_rewritten))

    def _answered(self, data: bytes, words: Words, more: Mapping[str, object]) -> Any:
        job = {
            "data": data,
            "said_in": current_language(),
            "language": words.language,
            "time_zone": words.time_zone,
            "categories": dict(words.categories),
            **more,
        }
        with self._turn:
            answer = self._asked(job)
            if answer is None:
                # Perhaps the system ended the child for want of memory elsewhere: once more.
                answer = self._asked(job)
        if "titles" in more or "book_name" in more:
            return self._content(answer, say("Copy its rows into the file that Vigie wrote."))
        return self._content(
            answer, say("Copy the rows into the workbook that lies in the shared folder.")
        )

    def warm_up(self) -> None:
        """Start the child now, so that the first file does not wait for it."""
        with self._turn:
            self._running()

    def close(self) -> None:
        """End the child; the next file starts another."""
        process, self._process = self._process, None
        if process is None:
            return
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()
        if self._owner == os.getpid():
            _kill(process)

    def _content(self, answer: tuple[Any, ...] | None, cure: str) -> Any:
        kind = answer[0] if answer else "gone"
        if kind in _ANSWERED and answer:
            return answer[1]
        if kind == "fault" and answer:
            raise WorkbookError(*(str(part) for part in answer[1:4]))
        if kind == "memory":
            what = say("Reading the file takes more than {limit} MB.", limit=self.limits.megabytes)
        elif kind == "time":
            what = say("Reading the file takes more than {limit} s.", limit=self.limits.seconds)
        else:
            what = say("The process that was reading the file broke down on it.")
        raise WorkbookError(say("workbook"), what, cure)

    def _asked(self, job: dict[str, Any]) -> tuple[Any, ...] | None:
        """Return the child's answer, or ("time",) or ("memory",); None if it has ended."""
        process = self._running()
        assert process.stdin is not None
        try:
            send(process.stdin, job)
        except (OSError, ValueError):
            self.close()
            return None
        answer = self._awaited(process, self.limits.seconds * _WAITS_FOR_PROCESSOR)
        if answer is not None and answer[0] in (*_ANSWERED, "fault"):
            return answer
        self.close()
        if answer is None and _is_processor_limit(process.returncode):
            return ("time",)
        return answer

    def _awaited(self, process: subprocess.Popen[bytes], seconds: float) -> tuple[Any, ...] | None:
        frames: list[bytes | None] = []
        stream = process.stdout
        assert stream is not None
        reading = threading.Thread(target=lambda: frames.append(_received(stream)), daemon=True)
        reading.start()
        deadline = time.monotonic() + seconds
        while reading.is_alive():
            reading.join(_WATCH_SECONDS)
            if not reading.is_alive():
                break
            if time.monotonic() > deadline:
                return self._stopped(process, reading, "time")
            if _resident(process) > self.limits.megabytes * 1_000_000:
                return self._stopped(process, reading, "memory")
        frame = frames[0] if frames else None
        if frame is None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(1.0)
            return None
        answer: tuple[Any, ...] = plain_answer(frame)
        return answer

    def _stopped(
        self, process: subprocess.Popen[bytes], reading: threading.Thread, why: str
    ) -> tuple[str]:
        _kill(process)
        reading.join()
        return (why,)

    def _running(self) -> subprocess.Popen[bytes]:
        if self._owner != os.getpid():
            self._process = None  # after a fork the child is our parent's
        if self._process is not None and self._process.poll() is None:
            return self._process
        self.close()
        try:
            process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                [
                    *(sys.executable, "-P", "-m", "vigie.operations.reader_child"),
                    str(self.limits.megabytes),
                    str(self.limits.seconds),
                ],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=_environment(),
                start_new_session=True,
            )
        except OSError as error:
            raise _not_started(error.strerror or str(error)) from error
        self._process, self._owner = process, os.getpid()
        if self._awaited(process, _START_SECONDS) != ("ready",):
            self.close()
            raise _not_started(say("it ended at once"))
        return process


@functools.cache
def reader() -> GuardedReader:
    """Return what reads files in this process."""
    return _kept(GuardedReader())


@functools.cache
def writer() -> GuardedReader:
    """Return what writes into people's files in this process: openpyxl needs more of both."""
    return _kept(GuardedReader(Limits(seconds=120, megabytes=3000)))


def _kept(guarded: GuardedReader) -> GuardedReader:
    atexit.register(guarded.close)
    return guarded


def _received(stream: Any) -> bytes | None:
    try:
        return receive(stream)
    except (OSError, ValueError, MemoryError):
        return None


def _no_words() -> Words:
    """Return words for a file of which only cells are wanted; faults are told in our language."""
    return Words(language=current_language(), time_zone="UTC", categories={})


def _environment() -> dict[str, str]:
    known = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    code = str(Path(__file__).resolve().parents[2])
    return {**known, "PYTHONPATH": code, "PYTHONUTF8": "1", "OPENBLAS_NUM_THREADS": "1"}


def _kill(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(OSError):
        if os.name == "posix":
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(5.0)


def _resident(process: subprocess.Popen[bytes]) -> int:
    try:
        return int(psutil.Process(process.pid).memory_info().rss)
    except psutil.Error:
        return 0


def _is_processor_limit(code: int | None) -> bool:
    limit = getattr(signal, "SIGXCPU", None)
    return limit is not None and code == -limit


def _not_started(reason: str) -> ServiceError:
    return ServiceError(
        say("workbook"),
        say("The process that reads workbooks cannot be started: {reason}.", reason=reason),
        say("Check the machine's memory and try again; no file was touched."),
    )
