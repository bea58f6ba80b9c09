"""Channel, source, title, text, reference and parameters of one row: the content of an inject.

Called by ``chronogramme_injects``. Pure. ``Mastodon`` or the id of a source may stand for the
channel; where but one source of the convention can carry it, it need not be named.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, get_args

from vigie.convention.document import Path
from vigie.convention.model import Convention
from vigie.convention.wording import choose_among, shown
from vigie.exercise.chronogramme_cells import Wrong, meaning, text_of
from vigie.exercise.chronogramme_draft import Draft
from vigie.exercise.chronogramme_faults import Spot
from vigie.exercise.chronogramme_locating import Located, Row
from vigie.exercise.chronogramme_words import (
    COLUMNS,
    INJECTS,
    REFERS_FIELD,
    TITLE_FIELD,
    code_of,
    codes_of,
    column_title,
    fold,
    label,
    parameter_name,
)
from vigie.exercise.inject_channels import AnyContent, Content
from vigie.exercise.scenario_rules import KINDS_OF_CHANNEL
from vigie.language import say

CONTENT_CODES = (
    "content.channel",
    "content.source",
    "content.title",
    "content.text",
    "content.refers",
)
"""Columns whose meaning depends on the channel."""
MODELS: Mapping[str, type[Content]] = {
    get_args(model.model_fields["channel"].annotation)[0]: model
    for model in get_args(get_args(AnyContent)[0])
}
"""Channel to its model."""
COLUMN_FIELDS = frozenset(
    {"channel", "source", "text", *TITLE_FIELD.values(), *REFERS_FIELD.values()}
)
"""Fields of contents that stand in columns of the chronogramme; the others are parameters."""
Parameters = Sequence[tuple[str, Any, Spot]]


def field_at(channel: str, code: str) -> str | None:
    """Return the field of a channel that a column fills, or None where the channel has none."""
    column = code.partition(".")[2]
    name = {"title": TITLE_FIELD.get(channel), "refers": REFERS_FIELD.get(channel)}.get(
        column, column
    )
    return name if name in MODELS[channel].model_fields else None


def parameters_of(channel: str) -> list[str]:
    """Return the fields of a channel that stand on the sheet of parameters."""
    return [name for name in MODELS[channel].model_fields if name not in COLUMN_FIELDS]


def put_content(
    sheet: Located,
    row: Row,
    path: Path,
    item: dict[str, Any],
    convention: Convention | None,
    parameters: Parameters | None,
    draft: Draft,
) -> None:
    """Put the content of one row into its item.

    Args:
        sheet: The chronogramme.
        row: The row.
        path: Of the item.
        item: What the inject was before, if it was.
        convention: Of the scenario, if it is known.
        parameters: What the sheet of parameters says; None where the file has none.
        draft: Is told what is wrong.
    """
    old = item.pop("content", {})
    channel, source = _channel(sheet, row, path, old, convention, draft)
    here = (*path, "content")
    if channel is None:
        draft.wrong.add(here)
        item["content"] = old
        return
    content = {**old} if old.get("channel") == channel else {}
    content["channel"] = channel
    item["content"] = content
    for code in CONTENT_CODES[1:]:
        _put_column(sheet, row, code, here, content, draft)
    if source is not None and not text_of(row.cells.get("content.source")):
        content["source"] = source
    _choose_source(here, content, convention, draft)
    if parameters is not None:
        _put_parameters(here, content, parameters, draft)


def _channel(
    sheet: Located,
    row: Row,
    path: Path,
    old: Mapping[str, Any],
    convention: Convention | None,
    draft: Draft,
) -> tuple[str | None, str | None]:
    """Return the channel, and the source where the word for the channel names one."""
    code = "content.channel"
    here = (*path, "content", "channel")
    spot = sheet.spot(row.number, code, INJECTS)
    draft.spots[here] = spot
    if code not in sheet.titles and old:
        return str(old["channel"]), None
    said = text_of(row.cells.get(code))
    channel = code_of("inject_channel", said)
    if channel is not None:
        return channel, None
    for source in convention.sources if convention else ():
        found = _channel_of(source.kind)
        if found is not None and fold(said) in (fold(source.id), fold(source.kind)):
            return found, source.id if fold(said) == fold(source.id) else _only(
                convention, source.kind
            )
    found = _channel_of(said.strip().casefold())
    if found is not None:
        return found, None
    words = [label("inject_channel", one) for one in codes_of("inject_channel")]
    what = (
        say("“{text}” is no channel.", text=shown(said))
        if said
        else say("Nothing is written here.")
    )
    draft.blame(here, what, choose_among(said, words), spot)
    return None, None


def _channel_of(kind: str) -> str | None:
    return next((channel for channel, kinds in KINDS_OF_CHANNEL.items() if kind in kinds), None)


def _only(convention: Convention | None, kind: str) -> str | None:
    ids = [source.id for source in convention.sources if source.kind == kind] if convention else []
    return ids[0] if len(ids) == 1 else None


def _put_column(
    sheet: Located, row: Row, code: str, here: Path, content: dict[str, Any], draft: Draft
) -> None:
    channel = content["channel"]
    name = field_at(channel, code)
    spot = sheet.spot(row.number, code, INJECTS)
    if name is not None:
        draft.spots[(*here, name)] = spot
    if code not in sheet.titles:
        return
    field = next(one for one in COLUMNS[INJECTS] if one.code == code)
    value = meaning(row.cells.get(code), field)
    if isinstance(value, Wrong):
        draft.blame((*here, name or code), value.what, value.cure, spot)
    elif name is not None:
        content.pop(name, None)
        if value is not None:
            content[name] = value
    elif value is not None:
        what = say(
            "The channel {channel} has no “{column}”.",
            channel=label("inject_channel", channel),
            column=column_title(INJECTS, code),
        )
        cure = say("Empty the cell (what the animators should know goes to the remarks).")
        draft.blame((*here, code), what, cure, spot)


def _choose_source(
    here: Path, content: dict[str, Any], convention: Convention | None, draft: Draft
) -> None:
    """Fill in the source where but one can carry the channel; ask where several can."""
    field = MODELS[content["channel"]].model_fields.get("source")
    if field is None or not field.is_required() or content.get("source") or convention is None:
        return
    kinds = KINDS_OF_CHANNEL[content["channel"]]
    fitting = [source.id for source in convention.sources if source.kind in kinds]
    if len(fitting) == 1:
        content["source"] = fitting[0]
        return
    what = say("The source is missing.")
    draft.blame((*here, "source"), what, choose_among("", fitting))


def _put_parameters(
    here: Path, content: dict[str, Any], parameters: Parameters, draft: Draft
) -> None:
    known = parameters_of(content["channel"])
    for name in known:
        content.pop(name, None)
    if any(not name for name, _, _ in parameters):
        # A row that is wrong is told; what it should have said is not asked for once more.
        said = {name for name, _, _ in parameters}
        draft.wrong.update((*here, name) for name in known if name not in said)
    for name, value, spot in parameters:
        if not name:
            continue
        path = (*here, name)
        draft.spots[path] = spot
        if name not in known:
            what = say(
                "The channel {channel} has no parameter “{name}”.",
                channel=label("inject_channel", content["channel"]),
                name=parameter_name(name),
            )
            cure = choose_among(parameter_name(name), [parameter_name(one) for one in known])
            draft.blame(path, what, cure, spot)
        elif name == "areas":
            content.setdefault(name, []).append(value)
        elif name in content:
            what = say("“{name}” stands there twice.", name=parameter_name(name))
            draft.blame(path, what, say("Keep one of the two rows."), spot)
        else:
            content[name] = value
