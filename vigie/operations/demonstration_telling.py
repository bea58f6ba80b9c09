"""What the demonstration prints of its outcome: counts, where everything lies, differences.

Called by ``demonstration``. Reads the store and the files, changes nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from pathlib import Path

from vigie.exercise.comparison import Comparison, compare
from vigie.language import say
from vigie.operations.alarms import alarms_of
from vigie.operations.demonstration_hands import Hands
from vigie.operations.intake import IntakeAccount
from vigie.operations.mapping import MapsWritten
from vigie.operations.reporting import Issued


def tell_alarms(hands: Hands, refs: Collection[str] = ()) -> None:
    """Print how much rings now, and the alarms of the rows that are named."""
    store = hands.runtime.store
    activation = store.activation(hands.identity)
    observations = store.observations(hands.identity)
    alarms = alarms_of(hands.runtime, activation, observations, store.healths(hands.identity))
    for alarm in alarms:
        if alarm.key.partition(":")[2] in refs:
            print(say("ALARM  {alarm}", alarm=alarm.text))
    print(say("{count} alarm(s) ring now.", count=len(alarms)))


def tell_intake(account: IntakeAccount, origin: str) -> None:
    """Print what became of what was entered by hand."""
    print(
        say(
            "{origin}: {count} entered by hand, new rows {refs}.",
            origin=origin,
            count=account.new_count,
            refs=", ".join(account.refs) or "-",
        )
    )


def tell_typing(hands: Hands) -> None:
    """Print what the volunteer typed, and the alarm that it ended."""
    wording = hands.wording
    for (ref, column), value in hands.written.items():
        shown = value
        if isinstance(value, datetime):
            shown = f"{value.astimezone(wording.zone):%d/%m/%Y %H:%M:%S}"
        print(f"  {ref} {wording.column_name('log', column)}: {shown}")
    print("  + " + str(hands.volunteer.added_row["summary"]))
    if (found := hands.acknowledged()) is not None:
        ref, delay = found
        seconds = round(delay.total_seconds())
        print(
            say(
                "{ref}, life at risk: acknowledged after {minutes} min ({seconds} s).",
                ref=ref,
                minutes=seconds // 60,
                seconds=seconds,
            )
        )


def tell_report(issued: Issued) -> None:
    """Print a report's counts and files."""
    data = issued.report.data
    print(
        say(
            "Situation report no. {number}: {verified} verified, {unverified} unverified facts.",
            number=issued.report.number,
            verified=data["verified_count"],
            unverified=data["unverified_count"],
        )
    )
    tell_paths(issued.paths)


def tell_maps(written: MapsWritten, kept: Iterable[Path], delay_minutes: int) -> None:
    """Print how much each map shows and where they lie."""
    print(
        say(
            "Restricted map: {shown} facts; public map: {public}. (In the play the public delay of "
            "{minutes} min is left out.)",
            shown=written.shown_count,
            public=written.public_count,
            minutes=delay_minutes,
        )
    )
    tell_paths([*(path for path in written.paths if path.parent.name != "public"), *kept])


def tell_paths(paths: Iterable[Path]) -> None:
    """Print files, one a line."""
    for path in paths:
        print(f"  {path}")


def tell_kept(hands: Hands, typed_revision: int) -> None:
    """Print that what was merged by hand stands, revisions later."""
    revision = hands.runtime.store.last_revision_number(hands.identity)
    for ref, named, count in hands.merged():
        print(
            say(
                "{ref} stands with {named} since revision {typed} (now {revision}): {count} "
                "independent voices together.",
                ref=ref,
                named=named,
                typed=typed_revision,
                revision=revision,
                count=count,
            )
        )


def compared(hands: Hands) -> Comparison:
    """Compare what is held with the table written by hand."""
    codes = {row.commune for row in hands.expected if row.commune}
    gazetteer = hands.runtime.gazetteer
    return compare(
        hands.expected,
        native_ids=hands.native_ids(),
        posts_of=hands.runtime.store.posts_of(hands.identity),
        observations=hands.runtime.store.observations(hands.identity),
        commune_names={code: gazetteer.commune(code).name for code in codes},
    )


def tell_comparison(found: Comparison) -> None:
    """Print the counts and every difference."""
    print(
        say(
            "{posts} posts from {sources} sources, {repeats} repeats ({gathered} gathered), "
            "{noise} noise ({marked} marked), {alike} look-alikes ({apart} kept apart), "
            "{levels} changes of level, {ends} ends ({lifted} lifted): {rows} observations.",
            posts=found.post_count,
            sources=found.source_count,
            repeats=found.repeat_count,
            gathered=found.repeats_gathered_count,
            noise=found.noise_count,
            marked=found.noise_marked_count,
            alike=found.look_alike_count,
            apart=found.look_alikes_apart_count,
            levels=found.measurement_count,
            ends=found.end_count,
            lifted=found.ends_lifted_count,
            rows=found.observation_count,
        )
    )
    print(say("{count} difference(s) from the table:", count=len(found.differences)))
    for difference in found.differences:
        print(f"  - {difference.sentence()}")
