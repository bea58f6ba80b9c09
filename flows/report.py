"""The report: the point de situation at the convention's cadence.

Scheduled by each activation's own deployment. What people typed is read back first, so that it is
in the report, and the workbook is written again after, so that Synthèse leads to it.
"""

from __future__ import annotations

import asyncio
import contextlib

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.runtime import flow_run
from prefect.states import Completed

from tasks.publication import publish_workbook
from tasks.reporting import issue_due
from tasks.runtime import runtime_of
from vigie.operations.turns import due_turn
from vigie.problem import Problem
from vigie.records.turn import TurnMaker


@flow(name="report", flow_run_name="report-{activation_id}", persist_result=False)
async def report(activation_id: str) -> State[None]:
    """Issue the point de situation that is due."""
    runtime = runtime_of(activation_id)
    activation = await asyncio.to_thread(runtime.store.activation, activation_id)
    if activation.state != "active":
        return Completed(message=f"{activation.state}: nothing to report.")
    made_by: TurnMaker = "flow" if flow_run.parent_flow_run_id else "schedule"
    async with due_turn(runtime, activation_id, "report", made_by) as refusal:
        return Completed(message=refusal or await _issued(activation_id))


async def _issued(activation_id: str) -> str:
    # A workbook that cannot be read back now must not keep the crisis cell waiting; the task's
    # state says so.
    with contextlib.suppress(Problem):
        await publish_workbook(activation_id)
    issued = await issue_due(activation_id)
    if not issued["number"]:
        return "Not due."
    await publish_workbook(activation_id)
    return f"Report no. {issued['number']} issued."
