"""The debrief: one task that makes the next run."""

from __future__ import annotations

import asyncio
from typing import Any

from prefect import task
from prefect.artifacts import acreate_link_artifact
from prefect.cache_policies import NO_CACHE

from tasks.runtime import runtime_of
from vigie.operations.debriefing import make_debrief


@task(name="debrief", cache_policy=NO_CACHE, persist_result=False)
async def write_debrief(activation_id: str) -> dict[str, Any]:
    """Make the next run of a debrief. The artifact holds a link, no words."""
    made = await asyncio.to_thread(make_debrief, runtime_of(activation_id), activation_id)
    await acreate_link_artifact(
        link=made.paths[0].as_uri(),
        link_text=f"{activation_id} n° {made.run.number}",
        key=f"debrief-{activation_id}",
    )
    return {"number": made.run.number}
