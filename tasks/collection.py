"""Collection: one task per source and sweep. The only stage that is tried again."""

from __future__ import annotations

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.context import TaskRunContext

from tasks.runtime import runtime_of
from vigie.operations.collecting import collect_source
from vigie.records.health import SourceState
from vigie.sources.collection import is_worth_retrying

_RETRIES = 1


class TransientSourceError(Exception):
    """The source could not be reached this time; asking again may help."""


@task(
    name="collect",
    task_run_name="collect-{source_id}",
    retries=_RETRIES,
    retry_delay_seconds=2,
    retry_jitter_factor=0.5,
    cache_policy=NO_CACHE,
    persist_result=False,
)
async def collect(activation_id: str, source_id: str, sweep_id: str) -> SourceState | None:
    """Ask one source and stage what it gave; return its state, None if another sweep has it.

    Raises:
        TransientSourceError: If the source is unreachable and a try is left.
    """
    collected = await collect_source(runtime_of(activation_id), activation_id, source_id, sweep_id)
    if collected is None:
        return None
    context = TaskRunContext.get()
    tries_count = context.task_run.run_count if context else _RETRIES + 1
    if is_worth_retrying(collected) and tries_count <= _RETRIES:
        raise TransientSourceError(f"{source_id}: {collected.detail}")
    return collected.state
