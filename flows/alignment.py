"""The alignment: deployments follow the store after standby, resume, watch or cancel."""

from __future__ import annotations

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed

from flows.service.deployments import align_deployments
from tasks.runtime import own_runtime


@flow(name="alignment", persist_result=False)
async def alignment() -> State[None]:
    """Bring the deployments in line with the activations of the worker's own house."""
    await align_deployments(own_runtime())
    return Completed(message="Deployments follow the store.")
