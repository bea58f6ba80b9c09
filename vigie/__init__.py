"""Vigie: the domain and its adapters. Knows nothing of Prefect."""
