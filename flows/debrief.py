"""The debrief: the sheets to fill in and the report to print, made when an activation ends."""

from __future__ import annotations

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed

from tasks.debrief import write_debrief


@flow(name="debrief", flow_run_name="debrief-{activation_id}", persist_result=False)
async def debrief(activation_id: str) -> State[None]:
    """Make the next run of an activation's debrief."""
    made = await write_debrief(activation_id)
    return Completed(message=f"Debrief no. {made['number']} made.")
