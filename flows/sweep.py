"""The sweep: collect per source side by side, analyse, publish what changed.

Scheduled by each activation's own deployment; the first one is a run created at once. In a play the
run waits for the minute at which the exercise's clock stands for it.
"""

from __future__ import annotations

import asyncio
from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.runtime import flow_run
from prefect.states import Completed

from tasks.analysis import analyse_sweep
from tasks.collection import collect
from tasks.publication import publish_workbook
from tasks.runtime import runtime_of
from vigie.operations.runtime import Runtime
from vigie.operations.sweeping import begin_sweep, end_sweep
from vigie.operations.turns import due_turn
from vigie.records.turn import TurnMaker


@flow(name="sweep", flow_run_name="sweep-{activation_id}", log_prints=False, persist_result=False)
async def sweep(activation_id: str, everything: bool = False) -> State[Any]:
    """Ask the sources that are due and bring what they gave into the workbook.

    Args:
        activation_id: Whose sweep.
        everything: Ask every source, due or not (the first sweep, or a person's wish).
    """
    runtime = runtime_of(activation_id)
    made_by: TurnMaker = "flow" if flow_run.parent_flow_run_id else "schedule"
    async with due_turn(runtime, activation_id, "sweep", made_by, is_asked=everything) as refusal:
        if refusal:
            return Completed(message=refusal)
        return Completed(message=await _swept(runtime, activation_id, everything))


async def _swept(runtime: Runtime, activation_id: str, everything: bool) -> str:
    started = await asyncio.to_thread(begin_sweep, runtime, activation_id, everything=everything)
    if not started.source_ids:
        return started.reason or "Nothing due."
    try:
        # A source's failure is in its health and its task's state; the others go on.
        await asyncio.gather(
            *(collect(activation_id, source, started.sweep_id) for source in started.source_ids),
            return_exceptions=True,
        )
        result = await analyse_sweep(activation_id, started.sweep_id)
    finally:
        await asyncio.to_thread(end_sweep, runtime, activation_id, started)
    if result["is_changed"] or everything:
        await publish_workbook(activation_id)
    return _sentence(result)


def _sentence(result: dict[str, Any]) -> str:
    bad = [f"{name} {state}" for name, state in result["states"].items() if state != "ok"]
    counts = (
        f"{result['new_post_count']} posts, {result['new_row_count']} rows, "
        f"{result['updated_count']} updated, {result['quarantined_count']} quarantined"
    )
    return f"{counts}; {', '.join(bad)}" if bad else counts
