"""The closing: deployments gone, last revision and debrief written; the store was closed before."""

from __future__ import annotations

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed

from flows.debrief import debrief
from flows.service.deployments import align_deployments
from tasks.publication import publish_workbook
from tasks.runtime import runtime_of


@flow(name="closing", flow_run_name="closing-{activation_id}", persist_result=False)
async def closing(activation_id: str) -> State[None]:
    """Delete a closed activation's deployments, write its last revision and its debrief."""
    await align_deployments(runtime_of(activation_id))
    published = await publish_workbook(activation_id, is_final=True)
    # A debrief that fails is no closing that failed: its own run says so.
    await debrief(activation_id, return_state=True)
    return Completed(message=f"Last revision: {published['revision']}.")
