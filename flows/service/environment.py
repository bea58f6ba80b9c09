"""The environment in which Prefect's server and our worker run. Pure; used by ``control``.

Must not import prefect: the command line reads this file.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

from vigie.settings import House

QUIET = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "GX_ANALYTICS_ENABLED": "false",
}
"""Crisis data tells nobody anything."""

SERVER = {
    # Measured: with the defaults ten activations opened at once lock SQLite 380 times and wait up
    # to 82 s; with these 0 times and 7.5 s. See docs/architecture.md.
    "PREFECT_SERVER_SERVICES_SCHEDULER_LOOP_SECONDS": "5",
    "PREFECT_SERVER_SERVICES_SCHEDULER_MIN_RUNS": "2",
    "PREFECT_SERVER_SERVICES_SCHEDULER_MAX_RUNS": "3",
    "PREFECT_SERVER_SERVICES_SCHEDULER_MIN_SCHEDULED_TIME": "PT1M",
    "PREFECT_SERVER_SERVICES_SCHEDULER_MAX_SCHEDULED_TIME": "PT10M",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_BATCH_SIZE": "100",
    "PREFECT_SERVER_SERVICES_TRIGGERS_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_ENABLED": "false",
    "PREFECT_SERVER_LOGGING_LEVEL": "WARNING",
}

_PROXIES = frozenset({"http_proxy", "https_proxy", "all_proxy", "ftp_proxy"})
_HERE = "127.0.0.1,localhost,::1"

WORKER = {
    "PREFECT_WORKER_QUERY_SECONDS": "1",
    "PREFECT_WORKER_PREFETCH_SECONDS": "1",
    "PREFECT_LOGGING_TO_API_ENABLED": "false",
    "PREFECT_LOGGING_LEVEL": "WARNING",
    "PREFECT_RESULTS_PERSIST_BY_DEFAULT": "false",
}


def service_environment(house: House, port: int, inherited: Mapping[str, str]) -> dict[str, str]:
    """Return the whole environment of the service's processes.

    Args:
        house: Whose service it is.
        port: Port of Prefect's server on 127.0.0.1; 0 where a remote server is set.
        inherited: The environment to start from; a PREFECT_API_URL set there points the worker
            at a shared Prefect server and is kept.
    """
    clean = {
        key: value
        for key, value in inherited.items()
        if not key.startswith("PREFECT_") or key in ("PREFECT_API_URL", "PREFECT_API_KEY")
    }
    if house.kind == "exercise":
        # Prefect's client would send even what is meant for this machine through a proxy.
        clean = {key: value for key, value in clean.items() if key.lower() not in _PROXIES}
        clean.pop("PREFECT_API_KEY", None)
    for name in ("NO_PROXY", "no_proxy"):
        clean[name] = ",".join(filter(None, (clean.get(name), _HERE)))
    if port:
        clean["PREFECT_API_URL"] = f"http://127.0.0.1:{port}/api"
        # Plain HTTP on loopback: building TLS contexts costs two thirds of a short run.
        clean["PREFECT_API_TLS_INSECURE_SKIP_VERIFY"] = "true"
    database = house.settings.prefect_database_url
    if database is not None and house.kind == "real":
        clean["PREFECT_API_DATABASE_CONNECTION_URL"] = database.get_secret_value()
    own = {
        "PREFECT_HOME": str(house.prefect_home),
        "PREFECT_PROFILES_PATH": str(house.prefect_home / "profiles.toml"),
        "VIGIE_HOME": str(house.settings.home.absolute()),
        "VIGIE_CONVENTIONS": str(house.settings.conventions.absolute()),
        "PYTHONUNBUFFERED": "1",
    }
    return clean | QUIET | SERVER | WORKER | own


def apply_quiet() -> None:
    """Keep this process's libraries silent towards the outside; called before they are imported."""
    os.environ.update(QUIET)
