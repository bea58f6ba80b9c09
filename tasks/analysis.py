"""Analysis: one task per sweep. CPU work runs in a thread, off the worker's event loop."""

from __future__ import annotations

import asyncio
from typing import Any

from prefect import task
from prefect.cache_policies import NO_CACHE

from tasks.runtime import runtime_of
from vigie.operations.sweeping import analyse_in_turn


@task(name="analyse", cache_policy=NO_CACHE, persist_result=False)
async def analyse_sweep(activation_id: str, sweep_id: str) -> dict[str, Any]:
    """Commit what the sweep staged; return counts for people and the states of the sources."""
    result = await asyncio.to_thread(
        analyse_in_turn, runtime_of(activation_id), activation_id, sweep_id
    )
    return {
        "states": result.states,
        "new_post_count": result.new_post_count,
        "new_row_count": len(result.new_refs),
        "updated_count": result.updated_count,
        "quarantined_count": result.quarantined_count,
        "is_changed": result.is_changed,
    }
