"""Injects over real HTTP are played as animators moved them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.exercise.short_play import BY, IDENTITY, conducted, house
from tests.integration.exercise.short_play import opened as short_play_opened
from vigie.cli.status_commands import unattended
from vigie.exercise.scenario import Inject
from vigie.operations.moving import change_inject, jump, put_inject
from vigie.operations.playing import PlayError
from vigie.operations.runtime import Runtime
from vigie.operations.scoring import score_play

FAST = 3600.0


def test_injects_are_played_as_animators_moved_them(tmp_path: Path) -> None:
    """Held ones are shown to nobody, fired ones at once, edited and added ones as they are now.

    What was shown stays shown, each decision is in the journal, and another process that takes the
    play up goes on with all of it.
    """
    with house(tmp_path) as runtime:
        conductor = short_play_opened(runtime, FAST)
        injects = {one.id: one for one in conductor.scenario.injects}
        conducted(runtime, 10, has_team=False)
        change_inject(runtime, IDENTITY, "i05", "held", BY)
        change_inject(runtime, IDENTITY, "i07", "fired", BY)
        put_inject(runtime, IDENTITY, reworded(injects["i06"], "i06", "gymnase"), BY)
        put_inject(runtime, IDENTITY, reworded(injects["i06"], "i09", "école"), BY)
        with pytest.raises(PlayError):
            jump(runtime, IDENTITY, "T+00:05", BY)
        with pytest.raises(PlayError):
            change_inject(runtime, IDENTITY, "i01", "held", BY)
        with pytest.raises(PlayError):
            put_inject(runtime, IDENTITY, injects["i02"], BY)
        # Left in the middle, and not for want of the service.
        (alarm,) = unattended(runtime, [IDENTITY])
        assert f"vigie exercise resume {IDENTITY}" in alarm
        conducted(runtime, 12, has_team=False)
        seen_early = told(runtime)
        jump(runtime, IDENTITY, "i06", BY)
        conducted(runtime, 24, has_team=False)
        seen = told(runtime)
        moved = [
            (entry.action, entry.actor, entry.after)
            for _, entry in runtime.store.journal(IDENTITY)
            if entry.action.startswith("inject_") or entry.action == "play_jump"
        ]
    assert "i07" in seen_early
    assert "i05" not in seen
    assert {"i01", "i04", "i06", "i07", "i09"} <= seen.keys()
    assert "gymnase" in seen["i06"]
    assert moved == [
        ("inject_held", BY, "i05"),
        ("inject_fired", BY, "i07"),
        ("inject_put", BY, "i06"),
        ("inject_put", BY, "i09"),
        ("play_jump", BY, "T+00:17"),
    ]


def reworded(inject: Inject, name: str, place: str) -> Inject:
    """Return an inject of another id that tells of another place."""
    text = f"il y a du monde devant le {place} de Talant, qui sait pourquoi ? #Ouche21"
    content = inject.content.model_copy(update={"text": text})
    return inject.model_copy(update={"id": name, "content": content})


def told(runtime: Runtime) -> dict[str, str]:
    """Return the injects that the log holds, each with its text as it was collected."""
    found = {}
    for row in score_play(runtime, IDENTITY).rows:
        texts = [post.text for post in runtime.store.posts_of(IDENTITY, [row.ref])[row.ref]]
        found |= {name: " / ".join(texts) for name in row.inject_ids}
    return found
