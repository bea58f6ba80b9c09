"""Sources: one file per connector, one way out, one loop that pages.

Called by ``vigie.operations``. Connectors are pure; only ``transport*.py`` touches the network.
Must not know the store, the signals or Prefect.
"""
