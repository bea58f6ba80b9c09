"""The map's page: template, script, styles and data in one file that asks for nothing.

Called by ``mapping``. Scripts and styles are named by their hashes in the page's own policy, so
that nothing else can run in it, whatever the data holds.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any

from jinja2 import TemplateError
from markupsafe import Markup

from vigie.language import say
from vigie.operations.briefing import template_environment
from vigie.operations.runtime import TEMPLATES, Runtime
from vigie.problem import SettingsError
from vigie.situation.map_page import content_policy, embedded

_FOLDER = TEMPLATES / "map"
_SOURCE_MAP = "\n//# sourceMappingURL="
TEMPLATE = "map.html.j2"


@dataclass(frozen=True, slots=True)
class Assets:
    """What a page carries besides words and data: the library with its licence, our own script."""

    scripts: tuple[str, ...]
    styles: tuple[str, ...]

    @property
    def policy(self) -> str:
        """The page's Content-Security-Policy."""
        return content_policy(self.scripts, self.styles)


def render_page(
    runtime: Runtime, language: str, data: dict[str, Any] | None, ground: str, **words: object
) -> str:
    """Return a page.

    Args:
        runtime: Whose templates (a user's own come first).
        language: Of the template.
        data: As ``page_data`` returns it; None = a page that says that the map is closed.
        ground: As ``ground_of`` returns it.
        words: What the template shows besides.

    Raises:
        SettingsError: If a file of the page is missing, or a user's own template is wrong.
    """
    try:
        return _rendered(runtime, language, data, ground, words)
    except TemplateError as error:
        raise SettingsError(
            TEMPLATE,
            say("The template of the map is wrong: {error}.", error=error),
            say("Mend it, or take it away from templates/ of the house: ours is used then."),
        ) from error


def _rendered(
    runtime: Runtime,
    language: str,
    data: dict[str, Any] | None,
    ground: str,
    words: dict[str, object],
) -> str:
    assets = _assets() if data is not None else Assets((), _assets().styles[-1:])
    template = template_environment(runtime, language).get_template(TEMPLATE)
    return template.render(
        policy=assets.policy if assets.scripts else _closed_policy(assets),
        # Ours or escaped for where they stand: these four are not escaped a second time.
        scripts=[Markup(text) for text in assets.scripts],  # noqa: S704
        styles=[Markup(text) for text in assets.styles],  # noqa: S704
        data=Markup(embedded(data)) if data is not None else None,  # noqa: S704
        ground=Markup(ground),  # noqa: S704
        language=language,
        **words,
    )


def _closed_policy(assets: Assets) -> str:
    return content_policy((), assets.styles).replace("script-src ; ", "")


@functools.cache
def _assets() -> Assets:
    library = _read("vendor/leaflet.js").split(_SOURCE_MAP)[0]
    licence = _read("vendor/LICENSE").replace("*/", "* /")
    scripts = (f"/*\n{licence}*/\n{library}\n", _read("map.js"))
    return Assets(scripts, (_read("vendor/leaflet.css"), _read("map.css")))


def _read(name: str) -> str:
    path = _FOLDER / name
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise SettingsError(
            str(path),
            say("A file of the map's page cannot be read: {error}.", error=error.strerror),
            say("Put the file back from the repository."),
        ) from error
    # Browsers read line ends so; the hash must be of what they read.
    return text.replace("\r\n", "\n")
