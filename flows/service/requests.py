"""Asking Prefect for a run over its REST API, without importing prefect (which costs 1.7 s).

Called by the command line. Source: Prefect 3.8's ``/api/docs`` (deployments, flow runs).
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import httpx

from vigie.language import say
from vigie.problem import ServiceError


def request_run(api_url: str, flow: str, deployment: str, parameters: dict[str, Any]) -> str:
    """Create a run of a deployment to be started at once; return its id.

    Args:
        api_url: Prefect's API, e.g. ``http://127.0.0.1:4200/api``.
        flow: Flow name.
        deployment: Deployment name.
        parameters: Small and serialisable.

    Raises:
        ServiceError: If the server does not answer or does not know the deployment.
    """
    name = f"{quote(flow)}/{quote(deployment)}"
    try:
        with api_client(api_url) as client:
            found = client.get(f"/deployments/name/{name}")
            found.raise_for_status()
            created = client.post(
                f"/deployments/{found.json()['id']}/create_flow_run",
                json={"parameters": parameters},
            )
            created.raise_for_status()
    except httpx.HTTPStatusError as error:
        raise ServiceError(
            "Prefect",
            say(
                "The deployment {name} could not be run (answer {status}).",
                name=f"{flow}/{deployment}",
                status=error.response.status_code,
            ),
            say("Restart the service: vigie down, then vigie up."),
        ) from error
    except httpx.HTTPError as error:
        raise ServiceError(
            "Prefect",
            say("The server does not answer."),
            say("Restart the service: vigie down, then vigie up."),
        ) from error
    return str(created.json()["id"])


def api_client(api_url: str) -> httpx.Client:
    """Return a client of Prefect's API; on plain loopback it builds no TLS context (30 ms)."""
    is_plain = api_url.startswith("http://127.0.0.1:")
    return httpx.Client(base_url=api_url, timeout=20.0, trust_env=False, verify=not is_plain)


def run_state(client: httpx.Client, run_id: str) -> str:
    """Return the state type of a run (``RUNNING``, ``COMPLETED`` …), or ``""`` if unknown."""
    try:
        answer = client.get(f"/flow_runs/{run_id}")
        answer.raise_for_status()
    except httpx.HTTPError:
        return ""
    return str(answer.json().get("state_type") or "")
