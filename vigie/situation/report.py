"""The content of a point de situation, from everything that is known at one moment.

Called by ``vigie.operations.reporting``, which gives it words through a template and freezes it.
Pure: the time, the rows, the journal, the health of the sources come in as arguments.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from vigie.convention.model import Source
from vigie.records.activation import Activation, JournalEntry
from vigie.records.grouping import grouping_of
from vigie.records.health import Health
from vigie.records.observation import Observation
from vigie.records.sheet import PeopleRow
from vigie.situation.report_news import News, Trend, last_mark, news_of, states_of, trend_of
from vigie.situation.report_rows import (
    Ended,
    Item,
    RowWords,
    Section,
    ended_rows,
    open_rows,
    sections_of,
)
from vigie.situation.report_team import Solidarity, Team, solidarity_of, team_of
from vigie.situation.report_watch import Watched, watch_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """The coordinator's words on the general situation.

    Attributes:
        from_number: The report for which they were written; later ones keep them.
    """

    text: str
    by: str
    at: datetime
    from_number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Everything that a report is made from. Times are aware UTC.

    Attributes:
        silent: Ids of sources that are silent beyond their limit.
        measured: Rows of measured levels that hold now.
        held_count: Posts held by the checks without a decision.
        previous: Data of the last report, None before the first.
    """

    activation: Activation
    observations: Sequence[Observation]
    journal: Sequence[tuple[int, JournalEntry]] = ()
    sources: Sequence[Source] = ()
    healths: Mapping[str, Health] = field(default_factory=dict)
    people_rows: Sequence[PeopleRow] = ()
    silent: Collection[str] = ()
    measured: Collection[str] = ()
    held_count: int = 0
    previous: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What a report says, before it has words. Times are aware UTC.

    Attributes:
        states: Ref to [urgency, effective status] of every row, for the next report.
        counts: Open rows by urgency code.
        next_at: When the next report is due; None where none comes by itself.
    """

    number: int
    issued_at: datetime
    issued_by: str
    activation_id: str
    kind: str
    state: str
    event: str
    corrects: int | None
    journal_mark: int
    paragraph: Paragraph | None
    counts: Mapping[str, int]
    verified_count: int
    unverified_count: int
    news: News
    sections: tuple[Section, ...]
    denied: tuple[Ended, ...]
    lifted: tuple[Ended, ...]
    trend: Trend
    solidarity: tuple[Solidarity, ...]
    watched: tuple[Watched, ...]
    team: Team
    states: Mapping[str, list[str]]
    next_at: datetime | None = None

    @property
    def items(self) -> list[Item]:
        """Every open row that is told, once."""
        return [item for part in self.sections for item in (*part.verified, *part.unverified)]

    @property
    def unwatched(self) -> tuple[Watched, ...]:
        """The sources that could not be watched."""
        return tuple(source for source in self.watched if source.gap)

    def section(self, code: str) -> Section:
        """Return the section of a code of ``report_rows.SECTION_CODES``."""
        return next(part for part in self.sections if part.code == code)


def compose(
    known: Known,
    *,
    now: datetime,
    by: str,
    paragraph: Paragraph | None = None,
    corrects: int | None = None,
    next_at: datetime | None = None,
) -> Situation:
    """Return what the next report says.

    Args:
        known: Everything known.
        now: When it is issued, aware UTC.
        by: Who issues it: a person's name, or ``vigie``.
        paragraph: The coordinator's words; kept ones come in again.
        corrects: Number of the report that it corrects.
        next_at: When the next one is due.
    """
    rows, previous = known.observations, known.previous
    news = news_of(rows, known.journal, previous)
    fresh = _fresh(news)
    sections = sections_of(open_rows(rows), _row_words(known, news))
    verified_count = sum(len(part.verified) for part in sections)
    told = [item for part in sections for item in (*part.verified, *part.unverified)]
    is_active = known.activation.state == "active"
    return Situation(
        number=news.since_number + 1,
        issued_at=now,
        issued_by=by,
        activation_id=known.activation.id,
        kind=known.activation.kind,
        state=known.activation.state,
        event=known.activation.event,
        corrects=corrects,
        journal_mark=last_mark(known.journal),
        paragraph=paragraph,
        counts=Counter(item.urgency for item in told),
        verified_count=verified_count,
        unverified_count=len(told) - verified_count,
        news=news,
        sections=sections,
        denied=ended_rows(rows, fresh, status="refuted"),
        lifted=ended_rows(rows, fresh, status="lifted"),
        trend=trend_of(rows, now),
        solidarity=solidarity_of(known.people_rows, now),
        watched=watch_of(known.sources, known.healths, known.silent, now, is_active=is_active),
        team=team_of(
            rows,
            known.journal,
            known.people_rows,
            mark=int(previous["journal_mark"]) if previous else 0,
            held_count=known.held_count,
        ),
        states=states_of(rows),
        next_at=next_at,
    )


def _row_words(known: Known, news: News) -> RowWords:
    return RowWords(
        new=frozenset((*news.verified, *news.unverified)),
        changed=frozenset(change.ref for change in news.changes),
        measured=frozenset(known.measured),
        members=grouping_of(known.observations).members,
    )


def _fresh(news: News) -> frozenset[str]:
    """Return the rows to be marked as new among those that ended; in a first report all are new."""
    changed = (change.ref for change in news.changes)
    return frozenset() if news.is_first else frozenset((*news.verified, *news.unverified, *changed))


def plain_data(situation: Situation) -> dict[str, Any]:
    """Return a situation as plain JSON values; times become ISO 8601, UTC."""
    found = _plain(dataclasses.asdict(situation))
    assert isinstance(found, dict)
    return found


def kept_paragraph(previous: Mapping[str, Any] | None) -> Paragraph | None:
    """Return the coordinator's paragraph of the last report, for the next one."""
    kept = previous.get("paragraph") if previous else None
    if not kept:
        return None
    return Paragraph(
        text=str(kept["text"]),
        by=str(kept["by"]),
        at=datetime.fromisoformat(kept["at"]),
        from_number=int(kept["from_number"]),
    )


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value
