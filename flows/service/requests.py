"""Asking Prefect for a run over its REST API, without importing prefect (which costs 1.7 s).

Called by the command line. Source: Prefect 3.8's ``/api/docs`` (deployments, flow runs).
"""

from __future__ import annotations

import time
import uuid
from typing import Any
from urllib.parse import quote

import httpx

from vigie.language import say
from vigie.problem import ServiceError

_BUSY = frozenset({429, 503})
"""A server that has just started answers 503 while its SQLite is locked.

Source: ``is_client_retryable_exception`` in prefect 3.8 (server/api/server.py); Prefect's own
client sends such requests again.
"""
_BUSY_SECONDS = 30.0
_AGAIN_SECONDS = 0.5


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
            created = post_until_taken(
                client,
                f"/deployments/{found.json()['id']}/create_flow_run",
                # With it a request that is sent again makes no second run.
                {"parameters": parameters, "idempotency_key": uuid.uuid4().hex},
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


def post_until_taken(client: httpx.Client, path: str, body: dict[str, Any]) -> httpx.Response:
    """Send a request again while the server says that it is only busy; return its last answer.

    Args:
        client: Of ``api_client``.
        path: Below the API's address.
        body: Small and serialisable; it must bear being sent twice (an idempotency key).
    """
    deadline = time.monotonic() + _BUSY_SECONDS
    while True:
        answer = client.post(path, json=body)
        if answer.status_code not in _BUSY or time.monotonic() > deadline:
            return answer
        time.sleep(_AGAIN_SECONDS)


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
