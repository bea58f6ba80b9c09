"""Looks at an exercise again and again, for the trainer's view. Reads the store, writes nothing.

Called by ``vigie exercise watch`` and by the conduct in a terminal, also from another thread.
"""

from __future__ import annotations

from vigie.exercise.inject_words import held_injects
from vigie.exercise.live import Heard, LiveState, LiveView, Seen, live_view
from vigie.exercise.scenario import Scenario
from vigie.language import say
from vigie.operations.runtime import Runtime
from vigie.operations.scoring import Staged, score_staged, staged_play
from vigie.operations.turns import is_conducted
from vigie.problem import Problem
from vigie.records.play import ExerciseClock, Play


class Watch:
    """A trainer's eye on one play; the scenario is read once, and again when injects change.

    Args:
        runtime: Of the exercise house, on the wall's clock.
        activation_id: An activation that follows a scenario; ``staged_play`` raises what is wrong.
    """

    def __init__(self, runtime: Runtime, activation_id: str) -> None:
        self._runtime = runtime
        self._id = activation_id
        self._staged: Staged = staged_play(runtime, activation_id)

    @property
    def scenario(self) -> Scenario:
        """The scenario that is played."""
        return self._staged.scenario

    def look(self) -> LiveView:
        """Return what there is to be seen now.

        Raises:
            Problem: The play is gone.
        """
        store = self._runtime.store
        play = store.play(self._id)
        if play is None:
            raise Problem(self._id, say("It follows no scenario."))
        if play.changes != self._staged.play.changes:
            self._staged = staged_play(self._runtime, self._id)
        staged = self._staged
        end = float(staged.scenario.duration_minutes)
        minute = min(play.clock.minute(self._runtime.wall_clock()), end)
        scored = score_staged(self._runtime, staged, play, minute)
        return live_view(
            Seen(
                identity=self._id,
                scenario=staged.scenario,
                convention=staged.convention,
                state=self._state(play),
                minute=minute,
                now=play.clock.at_minute(minute),
                speed=play.wanted_speed,
                shown=staged.shown,
                held=held_injects(staged.scenario, play.changes),
                score=scored.score,
                rows=scored.rows,
                heard=self._heard(play.clock),
                judged={one.subject for one in store.overrules(self._id) if one.kind == "inject"},
                sweep_count=len(store.sweep_times(self._id)),
            )
        )

    def _state(self, play: Play) -> LiveState:
        if play.state == "running" and not is_conducted(self._runtime, self._id):
            return "left"
        return play.state

    def _heard(self, clock: ExerciseClock) -> dict[str, Heard]:
        return {
            name: Heard(
                state=health.state,
                answered_minute=(
                    None
                    if health.last_answer_at is None
                    else (health.last_answer_at - clock.started_at).total_seconds() / 60
                ),
            )
            for name, health in self._runtime.store.healths(self._id).items()
        }
