"""The work pool's job template: nothing to template, our worker runs flows in its own process."""

from __future__ import annotations

from typing import Any

BASE_JOB_TEMPLATE: dict[str, Any] = {
    "job_configuration": {
        "command": "{{ command }}",
        "env": "{{ env }}",
        "labels": "{{ labels }}",
        "name": "{{ name }}",
    },
    "variables": {
        "type": "object",
        "properties": {
            "name": {"type": "string", "title": "Name"},
            "env": {"type": "object", "title": "Environment", "default": {}},
            "labels": {"type": "object", "title": "Labels", "default": {}},
            "command": {"type": "string", "title": "Command"},
        },
    },
}
"""Source: ``BaseVariables`` and ``BaseJobConfiguration`` of prefect 3.8 (workers/base.py)."""
