"""Alembic's scripts; run by ``vigie.store.migrate`` inside its transaction."""
