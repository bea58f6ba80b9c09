"""``python -m vigie.cli``: the command line where ``vigie`` is not on the path."""

from vigie.cli.main import run

run()
