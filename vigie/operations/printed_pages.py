"""The style of pages that are made to be printed: the common sheet, a page's own, its margins.

Called by what renders points de situation and debriefs. Reads style sheets, a user's own before the
shipped ones; writes nothing.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass

from markupsafe import Markup

from vigie.operations.runtime import TEMPLATES, Runtime

_COMMON = "printed"
"""What every printed page of Vigie looks like."""


@dataclass(frozen=True, slots=True)
class PrintedStyle:
    """A page's whole style, and what its own policy needs to let it be.

    Attributes:
        style: The text between ``<style>`` and ``</style>``.
        style_hash: SHA-256 of exactly that text, in base64.
    """

    style: Markup
    style_hash: str


def printed_style(runtime: Runtime, name: str, *, foot: str, head: str) -> PrintedStyle:
    """Return the style of a page.

    Args:
        runtime: Of the house whose own style sheets come first.
        name: Of the page's folder and file below ``templates/``.
        foot: At the bottom of each printed page, beside its number.
        head: At the top of each page but the first; empty for none.
    """
    sheets = [_sheet(runtime, _COMMON), _sheet(runtime, name), _page_marks(foot, head)]
    text = "\n" + "\n".join(sheets)
    return PrintedStyle(
        style=Markup(text),  # noqa: S704 - our own style sheets, texts in them as CSS strings
        style_hash=base64.b64encode(hashlib.sha256(text.encode()).digest()).decode(),
    )


def _sheet(runtime: Runtime, name: str) -> str:
    own = runtime.house.settings.home / "templates" / name / f"{name}.css"
    path = own if own.is_file() else TEMPLATES / name / f"{name}.css"
    return path.read_text(encoding="utf-8").strip()


def _page_marks(foot: str, head: str) -> str:
    """Return the style of the printed pages' margins: whose page this is, on every one."""
    pages = f"@bottom-left {{ content: {_css_text(foot)}; }}"
    if head:
        pages += f" @top-center {{ content: {_css_text(head)}; }}"
    return f"@page {{ {pages} }}\n@page :first {{ @top-center {{ content: none; }} }}\n"


def _css_text(text: str) -> str:
    """Return a text as a CSS string; whatever could end it is written by its number."""
    written = (mark if mark.isalnum() or mark in " .°·-" else f"\\{ord(mark):x} " for mark in text)
    return '"' + "".join(written) + '"'
