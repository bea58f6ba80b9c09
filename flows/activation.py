"""The activation: deployments, first sweep at once, workbook, briefings.

Started by ``vigie activate`` with the id of an activation it has just opened, or from Prefect's
UI with a convention, an event and the name of who decides.
"""

from __future__ import annotations

import asyncio
from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.runtime import flow_run
from prefect.states import Completed

from flows.service.deployments import align_deployments
from flows.sweep import sweep
from tasks.runtime import runtime, runtime_of
from vigie.operations.briefing import write_briefings
from vigie.operations.opening import Opening, open_activation


@flow(name="activation", persist_result=False)
async def activation(
    activation_id: str = "", convention_id: str = "", event: str = "", by: str = ""
) -> State[Any]:
    """Open an activation's schedules and run its first sweep.

    Args:
        activation_id: An activation that is already open; else one is opened here.
        convention_id: Convention to activate (from Prefect's UI).
        event: What happened, in a few words.
        by: Name of the person who decides.

    Raises:
        ValueError: If neither an activation nor convention, event and name are given.
    """
    if not activation_id:
        if not (convention_id and event and by):
            message = "Give the event and the name of the person who decides (event, by)."
            raise ValueError(message)
        opening = Opening(convention_id=convention_id, event=event, by=by, channel="prefect-ui")
        opened = await asyncio.to_thread(open_activation, runtime("real"), opening, "activate")
        activation_id = opened.id
    house = runtime_of(activation_id)
    await asyncio.to_thread(write_briefings, house, activation_id)
    await sweep(activation_id, everything=True)
    await align_deployments(house)
    return Completed(message=f"{activation_id} ({flow_run.name}) is open.")
