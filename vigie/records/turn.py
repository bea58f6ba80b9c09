"""Turns of a play: what is due at a minute where its clock stands, and who conducts it.

Kept by the store; opened by who conducts (``vigie.operations.driving``), taken by the scheduled
runs (``vigie.operations.turns``). Plain records.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Job = Literal["sweep", "report"]
"""What the clock waits for. Publications only bring words to people: it passes them."""
TurnMaker = Literal["schedule", "flow", "walk"]
"""Who did it: a run of Prefect's schedule, the exercise flow in its stead, or a walk."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One job that is due at one minute.

    Attributes:
        job: What is due.
        minute: Minutes of exercise since its start; the clock stands there until it is done.
        done_by: Who did it; None while it is open.
    """

    job: Job
    minute: float
    done_by: TurnMaker | None = None


@dataclass(frozen=True, slots=True)
class Commission:
    """A play that the service shall conduct; it takes it up again after a kill.

    Attributes:
        until_minute: Where to stop, in minutes of exercise; None: at the end.
        is_team_played: Whether a played team reacts, where nobody real takes part.
    """

    activation_id: str
    until_minute: float | None = None
    is_team_played: bool = False
