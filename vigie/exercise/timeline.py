"""What is shown when: the injects of a scenario with what animators changed.

Called by staging, the conduct of a play and the scores. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from vigie.exercise.inject_channels import SPOKEN_CHANNELS, MailContent
from vigie.exercise.scenario import Inject, Scenario
from vigie.records.play import InjectChange


@dataclass(frozen=True, slots=True)
class ShownInject:
    """An inject and the minute of exercise at which it is shown."""

    inject: Inject
    minute: float

    @property
    def is_swept(self) -> bool:
        """Whether it stands on a network that connectors ask; the others are spoken."""
        content = self.inject.content
        return content.channel not in SPOKEN_CHANNELS and not (
            isinstance(content, MailContent) and content.source is None
        )


def shown_injects(scenario: Scenario, changes: Iterable[InjectChange] = ()) -> list[ShownInject]:
    """Return what is shown, by time; what is held back is left out.

    Args:
        scenario: As it was when the play opened.
        changes: Held, fired by hand, moved, edited or added while running.
    """
    by_id = {change.inject_id: change for change in changes}
    injects = {inject.id: inject for inject in scenario.injects}
    for change in by_id.values():
        if change.text:
            injects[change.inject_id] = Inject.model_validate_json(change.text)
    shown = []
    for inject in injects.values():
        found = by_id.get(inject.id)
        if found is not None and found.state == "held":
            continue
        minute = found.minute if found is not None and found.minute is not None else None
        shown.append(ShownInject(inject, inject.shown_minute if minute is None else minute))
    return sorted(shown, key=lambda one: (one.minute, one.inject.id))
