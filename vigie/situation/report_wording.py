"""The sentences of a point de situation that need counting or choosing, in the reader's language.

Called by the templates (``report.html.j2``, ``report.txt.j2``), to which
``vigie.operations.reporting`` gives it. Pure. Fixed words stand in the templates.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from vigie.language import Catalogue
from vigie.records.observation import URGENCIES
from vigie.situation.report import Situation
from vigie.situation.report_news import TREND_HOURS, Change, News, Trend
from vigie.situation.report_rows import Item
from vigie.situation.report_team import Request, Team
from vigie.situation.report_watch import Watched


@dataclass(frozen=True, kw_only=True)
class ReportWording:
    """Words for one report.

    Args:
        catalogue: The convention's language.
        zone: Whose clock people read.
        now: When the report is issued: the day that need not be named.
        categories: The convention's own names of categories.
    """

    catalogue: Catalogue
    zone: ZoneInfo
    now: datetime
    categories: Mapping[str, str] = field(default_factory=dict)

    def label(self, context: str, code: str) -> str:
        """Return the word for a code."""
        return self.catalogue.label(context, code) if code else ""

    def category(self, code: str) -> str:
        """Return the word for a category; the convention's own names come first."""
        return self.categories.get(code) or self.label("category", code)

    def moment(self, at: datetime | None, *, full: bool = False) -> str:
        """Return a time on people's clock: ``14:05``, with its day if that is another one."""
        if at is None:
            return ""
        local, today = at.astimezone(self.zone), self.now.astimezone(self.zone)
        if full:
            return local.strftime("%d/%m/%Y %H:%M")
        return local.strftime("%H:%M" if local.date() == today.date() else "%d/%m %H:%M")

    def count_open(self, situation: Situation) -> str:
        """Say how much is open, verified and not."""
        return self.catalogue.say(
            "{verified} confirmed and {unverified} unverified reports are open.",
            verified=situation.verified_count,
            unverified=situation.unverified_count,
        )

    def urgencies(self, situation: Situation) -> str:
        """Say how many open rows there are of each urgency; all four, zeros too."""
        return ", ".join(
            f"{self.label('urgency', code)} {situation.counts.get(code, 0)}" for code in URGENCIES
        )

    def named(self, items: Iterable[Item]) -> str:
        """Name rows without telling them again: reference, commune, category."""
        parts = []
        for item in items:
            about = ", ".join(part for part in (item.commune, self.category(item.category)) if part)
            parts.append(f"{item.ref} ({about})" if about else item.ref)
        return "\u00a0; ".join(parts)

    def gaps(self, item: Item) -> str:
        """Say what a typed status lacks to count."""
        return ", ".join(self.label("status_gap", code) for code in item.gaps)

    def changed(self, change: Change) -> str:
        """Say what of a row is another than in the last report."""
        parts = []
        if change.urgency != change.urgency_before:
            parts.append(self._step("urgency", change.urgency_before, change.urgency))
        if change.status != change.status_before:
            parts.append(self._step("status", change.status_before, change.status))
        return "\u00a0; ".join(parts)

    def trend(self, trend: Trend) -> str:
        """Say how many rows came and about what."""
        say = self.catalogue.say
        sentences = [
            say(
                "New reports: {last} in the last hour, {before} in the hour before, {all} over "
                "{hours} hours.",
                last=trend.hours[-1],
                before=trend.hours[-2],
                all=sum(trend.hours),
                hours=TREND_HOURS,
            )
        ]
        if trend.communes:
            named = ", ".join(f"{name} {count}" for name, count in trend.communes)
            sentences.append(say("Communes named most over 3 hours: {named}.", named=named))
        if trend.categories:
            named = ", ".join(f"{self.category(code)} {n}" for code, n in trend.categories)
            sentences.append(say("Subjects named most over 3 hours: {named}.", named=named))
        return " ".join(sentences)

    def unwatched(self, source: Watched) -> str:
        """Say why and since when a source could not be watched."""
        why = self.label("watch_gap", source.gap)
        if source.gap == "failing":
            why = f"{why} ({self.label('source_state', source.state)})"
        if source.since_at is not None:
            since = self.catalogue.say("last answer {time}", time=self.moment(source.since_at))
            why = f"{why}, {since}"
        return f"{why}. {source.detail}".strip() if source.detail else f"{why}."

    def heard_names(self, heard: Iterable[Watched]) -> str:
        """Name the sources that answered, with the time of their last answer."""
        return "\u00a0; ".join(
            f"{item.name} ({self.moment(item.last_answer_at)})" for item in heard
        )

    def team(self, team: Team, news: News) -> list[str]:
        """Say what the team did, one sentence each."""
        say = self.catalogue.say
        done = say("since the beginning") if news.is_first else say("since the last report")
        sentences = [
            say(
                "{done}: {edited} reports worked on, {added} entered, {verified} verified; "
                "{people} people on duty.",
                done=f"{done[:1].upper()}{done[1:]}",
                edited=team.edited_count,
                added=team.added_count,
                verified=team.verified_count,
                people=team.on_duty_count,
            ),
            say(
                "Passed on: {sent}; acknowledged: {heard}.",
                sent=team.transmitted_count,
                heard=team.acknowledged_count,
            ),
        ]
        sentences += self._delays(team)
        if team.held_count:
            sentences.append(
                say(
                    "{count} messages are held by the checks and await a decision.",
                    count=team.held_count,
                )
            )
        return sentences

    def _delays(self, team: Team) -> list[str]:
        say = self.catalogue.say
        sent, heard = team.to_transmission, team.to_acknowledgement
        sentences = []
        if sent.count:
            sentences.append(
                say(
                    "From receipt to passing on: {median} min in the median, {longest} min at "
                    "most.",
                    median=sent.median_minutes,
                    longest=sent.longest_minutes,
                )
            )
        if heard.count:
            sentences.append(
                say(
                    "From passing on to acknowledgement: {median} min in the median, {longest} min "
                    "at most.",
                    median=heard.median_minutes,
                    longest=heard.longest_minutes,
                )
            )
        return sentences

    def progress(self, request: Request) -> str:
        """Say how far a request came."""
        say = self.catalogue.say
        if request.acknowledged_at is not None:
            return say("acknowledged {time}", time=self.moment(request.acknowledged_at))
        if request.transmitted_at is not None:
            return say(
                "passed on {time}, not acknowledged", time=self.moment(request.transmitted_at)
            )
        return say("not passed on yet")

    def next_report(self, situation: Situation) -> str:
        """Say when the next report is due."""
        say = self.catalogue.say
        if situation.next_at is not None:
            return say("At {time}.", time=self.moment(situation.next_at, full=True))
        if situation.state == "standby":
            return say("When the watch is taken up again.")
        return say("None: the activation has ended.")

    def _step(self, context: str, before: str, after: str) -> str:
        old, new = (self.label(_context(context, code), code) for code in (before, after))
        return self.catalogue.say("{before} becomes {after}", before=old or "-", after=new or "-")


def _context(context: str, code: str) -> str:
    """A row that people took away has no status of its own any more."""
    return "row_state" if code == "withdrawn" else context


def bars(
    hours: Sequence[int], *, width: int, height: int
) -> list[tuple[float, float, float, float]]:
    """Return the bars of a small chart as (x, y, width, height), the oldest hour first.

    Args:
        hours: Counts.
        width: Of the whole chart.
        height: Of the highest bar.
    """
    highest, step = max([*hours, 1]), width / max(len(hours), 1)
    return [
        (
            round(index * step + step * 0.1, 2),
            round(height - height * count / highest, 2),
            round(step * 0.8, 2),
            round(height * count / highest, 2),
        )
        for index, count in enumerate(hours)
    ]
