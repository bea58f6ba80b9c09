"""The alignment: deployments follow the store after standby, resume, watch or cancel."""

from __future__ import annotations

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed

from flows.service.deployments import align_deployments
from tasks.runtime import runtime
from vigie.records.activation import Kind


@flow(name="alignment", persist_result=False)
async def alignment(kind: Kind = "real") -> State[None]:
    """Bring the deployments in line with the activations of a house."""
    await align_deployments(runtime(kind))
    return Completed(message="Deployments follow the store.")
