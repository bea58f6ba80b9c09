"""The local service: Prefect's server, the in-process worker, the deployments."""
