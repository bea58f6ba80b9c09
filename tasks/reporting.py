"""Points de situation: one task that issues what the cadence asks for."""

from __future__ import annotations

import asyncio
from typing import Any

from prefect import task
from prefect.artifacts import acreate_link_artifact
from prefect.cache_policies import NO_CACHE

from tasks.runtime import runtime_of
from vigie.operations.reporting import issue_due_report


@task(name="report", cache_policy=NO_CACHE, persist_result=False)
async def issue_due(activation_id: str) -> dict[str, Any]:
    """Issue the report that is due; number 0 if none is. The artifact holds a link, no words."""
    issued = await asyncio.to_thread(issue_due_report, runtime_of(activation_id), activation_id)
    if issued is None:
        return {"number": 0, "note_count": 0}
    if issued.paths:
        await acreate_link_artifact(
            link=issued.paths[0].as_uri(),
            link_text=f"{activation_id} n° {issued.report.number}",
            key=f"report-{activation_id}",
        )
    return {"number": issued.report.number, "note_count": len(issued.notes)}
