"""The closing: deployments gone, last revision written. The store's side is done before."""

from __future__ import annotations

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed

from flows.service.deployments import align_deployments
from tasks.publication import publish_workbook
from tasks.runtime import runtime_of


@flow(name="closing", flow_run_name="closing-{activation_id}", persist_result=False)
async def closing(activation_id: str) -> State[None]:
    """Delete a closed activation's deployments and write the last revision of its workbook."""
    await align_deployments(runtime_of(activation_id))
    published = await publish_workbook(activation_id, is_final=True)
    return Completed(message=f"Last revision: {published['revision']}.")
