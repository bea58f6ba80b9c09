"""Prefect tasks, thin, one file per stage. Each calls one use case of ``vigie.operations``."""
