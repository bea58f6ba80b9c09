"""Names under which Prefect knows us. Read by the command line too: must not import prefect."""

WORK_POOL = "vigie"
WORKER_TYPE = "vigie-in-process"

ACTIVATION_FLOW = "activation"
SWEEP_FLOW = "sweep"
PUBLICATION_FLOW = "publication"
REPORT_FLOW = "report"
CLOSING_FLOW = "closing"
ALIGNMENT_FLOW = "alignment"
EXERCISE_FLOW = "exercise"

ENTRYPOINTS = {
    ACTIVATION_FLOW: "flows.activation.activation",
    SWEEP_FLOW: "flows.sweep.sweep",
    PUBLICATION_FLOW: "flows.publication.publication",
    REPORT_FLOW: "flows.report.report",
    CLOSING_FLOW: "flows.closing.closing",
    ALIGNMENT_FLOW: "flows.alignment.alignment",
    EXERCISE_FLOW: "flows.exercise.exercise",
}
"""Flow name to module path (a file path would load a second copy of the module)."""

SYSTEM_DEPLOYMENT = "vigie"
"""Name of the deployments that belong to no activation: ``closing/vigie``, ``alignment/vigie``."""

PLAY_TAG = "vigie-play"
"""Runs of a played activation bear it: they mostly wait for its clock, and take no place."""

ENDED_STATES = frozenset({"COMPLETED", "FAILED", "CRASHED", "CANCELLED"})
"""State types of a run that has ended. Source: ``TERMINAL_STATES`` of prefect 3.8."""
