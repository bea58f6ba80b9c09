"""Which language the command line speaks: ``VIGIE_LANG``, French by default."""

from __future__ import annotations

import os

from vigie.language import use_language


def choose_language() -> None:
    """Set the process's language; called before help texts are made."""
    use_language(os.environ.get("VIGIE_LANG", "fr"))
