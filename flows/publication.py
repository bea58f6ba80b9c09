"""The publication: read people's edits back and refresh the workbook, at its own cadence."""

from __future__ import annotations

import asyncio

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed

from tasks.publication import publish_workbook
from tasks.runtime import runtime_of


@flow(name="publication", flow_run_name="publication-{activation_id}", persist_result=False)
async def publication(activation_id: str) -> State[None]:
    """Bring what people wrote into the store and what the machine found into the workbook."""
    store = runtime_of(activation_id).store
    activation = await asyncio.to_thread(store.activation, activation_id)
    if activation.state != "active":
        return Completed(message=f"{activation.state}: nothing to publish.")
    published = await publish_workbook(activation_id)
    word = "written" if published["is_written"] else "unchanged"
    return Completed(message=f"Revision {published['revision']} {word}.")
