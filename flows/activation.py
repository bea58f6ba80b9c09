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
from tasks.runtime import own_runtime, runtime_of
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
    """
    if not activation_id:
        activation_id = await asyncio.to_thread(_open, convention_id, event, by)
    house = runtime_of(activation_id)
    await asyncio.to_thread(write_briefings, house, activation_id)
    try:
        await sweep(activation_id, everything=True)
    finally:
        # Whatever befell the first sweep, the next ones must come.
        await align_deployments(house)
    return Completed(message=f"{activation_id} ({flow_run.name}) is open.")


def _open(convention_id: str, event: str, by: str) -> str:
    house = own_runtime()
    if not (convention_id and event and by):
        message = "Give the convention, the event and the name of who decides (event, by)."
        raise ValueError(message)
    opening = Opening(convention_id=convention_id, event=event, by=by, channel="prefect-ui")
    return open_activation(house, opening, "activate").id
