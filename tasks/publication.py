"""Publication: read people's workbook back, write the next revision, say where it lies."""

from __future__ import annotations

import asyncio
from typing import Any

from prefect import task
from prefect.artifacts import acreate_link_artifact, acreate_table_artifact
from prefect.cache_policies import NO_CACHE

from tasks.runtime import runtime_of
from vigie.operations.publication import publish
from vigie.operations.status import activation_status
from vigie.operations.sweeping import finish_workbook


@task(name="publish", cache_policy=NO_CACHE, persist_result=False)
async def publish_workbook(activation_id: str, *, is_final: bool = False) -> dict[str, Any]:
    """Merge and rewrite the workbook; artifacts show where it is and how the sources do."""
    write = finish_workbook if is_final else publish
    published = await asyncio.to_thread(write, runtime_of(activation_id), activation_id)
    if published.is_written:
        await _tell_artifacts(activation_id, published.link, published.revision)
    return {"revision": published.revision, "is_written": published.is_written}


async def _tell_artifacts(activation_id: str, link: str, revision: int) -> None:
    status = await asyncio.to_thread(activation_status, runtime_of(activation_id), activation_id)
    await acreate_link_artifact(
        link=link,
        link_text=f"{activation_id} r{revision}",
        key=f"workbook-{activation_id}",
        # Keys, not sentences: what people wrote stays in the restricted folder.
        description="; ".join(status.alarm_keys) or None,
    )
    await acreate_table_artifact(
        table=[
            {
                "source": line.source_id,
                "state": line.state,
                "since": line.since,
                "detail": line.detail,
            }
            for line in status.sources
        ],
        key=f"sources-{activation_id}",
    )
