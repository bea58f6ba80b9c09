"""Prefect flows, one file each, and the local service. With ``tasks`` the only Prefect place."""
