"""Rows that people merge by their Réf are counted together, and apart when it is emptied."""

from __future__ import annotations

import pytest

from tests.integration.operations.stage import CELLAR, NOW, ROAD, Editing, Stage
from tests.integration.operations.test_operations_alerts import row
from tests.integration.operations.test_operations_held import give
from vigie.records.post import Post

LOG = "Main courante"


def write_group(stage: Stage, ref: str, value: str | None) -> None:
    """Type into Regroupé avec as a person does, and publish."""
    with Editing(stage.path) as edited:
        log = edited.sheet(LOG)
        log.put(log.row_of(ref), "Regroupé avec", value)
    stage.clock.forward(1)
    stage.publish()


@pytest.fixture
def refs(running: Stage) -> tuple[str, str]:
    """The references of two rows told by two accounts."""
    running.publish()
    return running.observation(ROAD).ref, running.observation(CELLAR).ref


def test_merging_counts_voices_and_emptying_undoes_it(
    running: Stage, refs: tuple[str, str]
) -> None:
    """The named row counts both voices and is corroborated; emptied, it is as before."""
    root, member = refs
    before = row(running, root)
    write_group(running, member, root.lower())
    merged = row(running, root)
    assert merged.value("corroboration_count") == 2
    assert merged.value("status") == "corroborated"
    assert row(running, member).value("summary") == running.observation(CELLAR).value("summary")
    write_group(running, member, None)
    undone = row(running, root)
    for column in ("corroboration_count", "status", "information_grade"):
        assert undone.value(column) == before.value(column)


def test_a_merge_holds_when_new_posts_come(running: Stage, refs: tuple[str, str]) -> None:
    """A further post of the merged row is counted with all of the group."""
    root, member = refs
    write_group(running, member, root)
    copy = Post(
        source_key="rss:https://gazette.example",
        source_id="presse-locale",
        native_id="gazette-1",
        kind="message",
        text=f"{ROAD} #Crue21",
        captured_at=NOW,
        payload="{}",
        author="La Gazette",
        posted_at=NOW,
    )
    give(running, copy)
    running.publish()
    after = row(running, root)
    assert after.value("corroboration_count") == 2  # The same words by another hand: no voice.
    assert after.value("grouped_with") is None
    assert row(running, member).value("grouped_with") == root


@pytest.mark.parametrize("written", ["CO21-9999", "même rue, voir au-dessus", "itself"])
def test_what_names_no_other_row_merges_nothing(
    running: Stage, refs: tuple[str, str], written: str
) -> None:
    """Notes, unknown references and the row itself change no count and stay as typed."""
    root, member = refs
    value = member if written == "itself" else written
    before = row(running, root).machine
    write_group(running, member, value)
    assert row(running, root).machine == before
    assert row(running, member).value("grouped_with") == value


def test_publishing_again_changes_nothing(running: Stage, refs: tuple[str, str]) -> None:
    """A merge is counted once, not at every publication."""
    root, member = refs
    write_group(running, member, root)
    counted = len(running.store.journal(running.id))
    running.publish()
    running.publish()
    assert len(running.store.journal(running.id)) == counted
