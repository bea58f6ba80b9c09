"""The kinds of shares: a further one is a file with ``KIND``, ``NEEDS``, ``ALLOWS``, an opener.

Called by ``vigie.operations.placing`` and, for what a convention may name, by the loader's rules.
"""

from __future__ import annotations

from collections.abc import Callable

from vigie.convention.registry import ShareKeys
from vigie.workbook.shares import shared_folder, webdav
from vigie.workbook.shares.contract import Share, Wanted


def share_kinds() -> dict[str, ShareKeys]:
    """Return each kind of share with the keys that its mapping in a convention has."""
    return {
        shared_folder.KIND: ShareKeys(needs=shared_folder.NEEDS, allows=shared_folder.ALLOWS),
        webdav.KIND: ShareKeys(needs=webdav.NEEDS, allows=webdav.ALLOWS),
    }


def open_share(kind: str, wanted: Wanted) -> Share:
    """Return a share of a kind that ``share_kinds`` names; nothing is asked or written yet.

    Raises:
        WorkbookError: What the convention or the settings say of it cannot be used.
    """
    openers: dict[str, Callable[[Wanted], Share]] = {
        shared_folder.KIND: shared_folder.open_share,
        webdav.KIND: webdav.open_share,
    }
    return openers[kind](wanted)
