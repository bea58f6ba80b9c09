"""Lisez-moi: what this file is, who may see it, how to work in it. Written by the machine."""

from __future__ import annotations

from vigie.workbook.cell_values import local_text
from vigie.workbook.content import Content
from vigie.workbook.layout import BlockCell, BlockStyle, RowLink

CODE = "readme"
WIDTHS = (24.0, 92.0, 3.0, 3.0, 3.0, 3.0, 3.0, 3.0)

_RULES = (
    "Every observation is one row of “{log}”. Its reference ({ref}) never changes: say it on the "
    "telephone.",
    "White columns are yours: type, correct, empty them. What you write there is never "
    "overwritten.",
    "Grey columns are filled by Vigie. What you type there is kept on “{conflicts}” and Vigie's "
    "value returns.",
    "To add an observation: type under the last row and leave “{ref}” empty. Vigie gives the "
    "reference at its next pass.",
    "You may sort, filter, hide or move columns, add your own columns and sheets: they stay.",
    "Do not change a reference and do not delete rows: choose the status “{lifted}” or "
    "“{refuted}”.",
    "“{confirmed}” asks for an official source or two independent ones, and for a name in "
    "“{verified_by}” other than “{entered_by}”. “{refuted}” asks for a link in “{evidence}”.",
    "“{life_at_risk}” means: telephone the partner now, then fill “{acknowledged_at}”. The minutes "
    "run on “{summary}” until you do.",
    "Save often. If the file is locked or comes back by mail, nothing is lost: Vigie merges each "
    "copy.",
)
_LEGEND: tuple[tuple[str, str, BlockStyle], ...] = (
    ("urgency", "life_at_risk", "vital"),
    ("urgency", "high", "alarm"),
    ("status", "confirmed", "good"),
)


def blocks(content: Content) -> list[tuple[BlockCell, ...]]:
    """Return the lines of the sheet, the banner of an exercise first."""
    say = content.wording.catalogue.say
    lines: list[tuple[BlockCell, ...]] = []
    if content.activation.kind == "exercise":
        exercise = BlockCell(value=say("EXERCISE · EXERCISE · EXERCISE"), style="banner")
        lines.append((exercise, BlockCell(style="banner")))
    lines += [
        (BlockCell(value=content.activation.event, style="title"),),
        _line(
            say("Restricted"),
            say(
                "This file is for the volunteers and the crisis managers concerned only. It holds "
                "personal data: do not publish it, do not forward it."
            ),
        ),
        _line(
            say("In danger?"),
            say(
                "Anyone in danger calls 18 or 112 first; social networks only afterwards. "
                "Say it in every message to the public."
            ),
            "alarm",
        ),
        (),
        _heading(say("What this file is")),
        *_identity(content),
        (),
        _heading(say("How to work in it")),
        *_rules(content),
        (),
        _heading(say("Colours")),
        *_legend(content),
        (),
        _heading(say("Sheets")),
        *_sheets(content),
    ]
    return lines


def _identity(content: Content) -> list[tuple[BlockCell, ...]]:
    say = content.wording.catalogue.say
    activation = content.activation
    label = content.wording.label
    parties = " · ".join(party.name for party in content.convention.parties)
    opened = activation.activated_at or activation.created_at
    return [
        _line(say("Activation"), f"{activation.id} · {label('state', activation.state)}"),
        _line(say("Convention"), content.convention.name),
        _line(say("Parties"), parties),
        _line(
            say("Opened"),
            say(
                "{time} by {name}",
                time=local_text(opened, content.wording),
                name=activation.opened_by,
            ),
        ),
        _line(
            say("This revision"),
            say(
                "r{revision}, written {time} ({zone}). It is the current window on Vigie's store.",
                revision=content.revision,
                time=local_text(content.now, content.wording),
                zone=content.wording.time_zone,
            ),
        ),
    ]


def _rules(content: Content) -> list[tuple[BlockCell, ...]]:
    wording = content.wording
    words = {
        "log": wording.sheet_title("log"),
        "conflicts": wording.sheet_title("conflicts"),
        "summary": wording.sheet_title("summary"),
        "life_at_risk": wording.label("urgency", "life_at_risk"),
        **{code: wording.label("status", code) for code in ("confirmed", "refuted", "lifted")},
        **{
            code: wording.column_name("log", code)
            for code in ("ref", "verified_by", "entered_by", "evidence", "acknowledged_at")
        },
    }
    return [
        _line(str(number), wording.catalogue.say(rule, **words))
        for number, rule in enumerate(_RULES, start=1)
    ]


def _legend(content: Content) -> list[tuple[BlockCell, ...]]:
    say = content.wording.catalogue.say
    meanings = {
        "life_at_risk": say("A life is at risk: telephone, have it acknowledged, time it."),
        "high": say("To be handled before the rest."),
        "confirmed": say("Verified by a named person: can be relied upon."),
    }
    coloured = [
        (
            BlockCell(value=content.wording.label(context, code), style=style),
            BlockCell(value=meanings[code]),
        )
        for context, code, style in _LEGEND
    ]
    grey = say("Columns that Vigie fills; struck-through text: refuted or withdrawn.")
    return [*coloured, (BlockCell(value=say("grey"), style="label"), BlockCell(value=grey))]


def _sheets(content: Content) -> list[tuple[BlockCell, ...]]:
    label = content.wording.catalogue.label
    return [
        (
            BlockCell(
                value=content.wording.sheet_title(code),
                style="label",
                link=RowLink(sheet=code, key=""),
            ),
            BlockCell(value=label("sheet_note", code)),
        )
        for code in (
            "summary",
            "log",
            "solidarity",
            "team",
            "sources",
            "checks",
            "conflicts",
            "journal",
        )
        if code != "solidarity" or "solidarity_relay" in content.convention.missions
    ]


def _line(label: str, text: str, style: BlockStyle = "text") -> tuple[BlockCell, ...]:
    return (BlockCell(value=label, style="label"), BlockCell(value=text, style=style))


def _heading(text: str) -> tuple[BlockCell, ...]:
    return (BlockCell(value=text, style="heading"), BlockCell(style="heading"))
