"""The exercise's time for whoever works on a played activation without conducting it.

Called by the worker's tasks and by the command line: a sweep, a point de situation or a map of an
exercise at T+01:20 belongs to that minute, whatever the wall's clock says.
The clock stands in the store; whoever conducts moves it there.
"""

from __future__ import annotations

from datetime import datetime

from vigie.operations.runtime import Runtime


def by_play_clock(runtime: Runtime, activation_id: str) -> Runtime:
    """Return a runtime on the clock of an activation's play; the same one if it follows none.

    Args:
        runtime: Of the activation's house, on the wall's clock.
        activation_id: Whose clock.
    """
    if runtime.house.kind != "exercise" or runtime.store.play(activation_id) is None:
        return runtime

    def now() -> datetime:
        # Read anew each time: a minute that is a moment old could miss what is due by now.
        play = runtime.store.play(activation_id)
        wall_at = runtime.wall_clock()
        return play.clock.now(wall_at) if play is not None else wall_at

    return runtime.by_clock(now)
