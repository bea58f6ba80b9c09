"""Where an activation's files lie, and the share on which people open its workbook."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

from vigie.convention.model import Share as ShareChoice
from vigie.language import say
from vigie.operations.runtime import Runtime
from vigie.records.activation import Activation
from vigie.workbook.shares import registry
from vigie.workbook.shares.contract import Access, LeadsAwayError, Share, Wanted
from vigie.workbook.shares.keeping import KeptVersions

_UNSAFE = re.compile(r'[<>:"/\\|?*\x00-\x1f]+')
_EVENT_CHARACTERS = 60


def workbook_path(runtime: Runtime, activation: Activation) -> Path:
    """Return the path of an activation's workbook: on its share, else in its restricted folder.

    Of a workbook on a server it is the name under which the house knows it; nothing lies there.
    An exercise never writes to the convention's real share, only to ``exercise.share``.
    """
    share = _choice(runtime, activation)
    folder = runtime.house.restricted(activation.id)
    if share is not None and share.path is not None:
        folder = Path(share.path)
    return folder / _file_name(activation)


def workbook_share(runtime: Runtime, activation: Activation) -> Share:
    """Return the share on which people open an activation's workbook.

    Raises:
        LeadsAwayError: An exercise's folder leads to the real one, or into the real house.
        WorkbookError: What the convention or the settings say of it cannot be used.
    """
    _require_apart(runtime, activation)
    share = _choice(runtime, activation) or ShareChoice(kind="folder")
    settings = runtime.house.settings
    password = settings.webdav_password
    return registry.open_share(
        share.kind,
        Wanted(
            name=_file_name(activation),
            folder=runtime.house.restricted(activation.id),
            path=share.path,
            address=share.address,
            access=Access(
                address=settings.webdav_address,
                user=settings.webdav_user,
                password="" if password is None else password.get_secret_value(),
                lock_limit=timedelta(hours=settings.lock_hours),
                timeout_seconds=settings.request_timeout_seconds,
            ),
        ),
    )


def workbook_place(runtime: Runtime, activation: Activation) -> str:
    """Return where people open the workbook, path or address, as they are told it."""
    share = _choice(runtime, activation)
    if share is None or share.address is None:
        return str(workbook_path(runtime, activation))
    return f"{share.address.rstrip('/')}/{_file_name(activation)}"


def kept_versions(runtime: Runtime, activation: Activation) -> KeptVersions:
    """Return the versions of an activation's workbook that people saved."""
    return KeptVersions(
        workbook_path(runtime, activation),
        runtime.house.restricted(activation.id),
        runtime.house.settings.kept_versions,
    )


def _choice(runtime: Runtime, activation: Activation) -> ShareChoice | None:
    convention = runtime.convention_of(activation)
    if activation.kind == "exercise":
        return convention.exercise.share
    return convention.workbook.share


def _require_apart(runtime: Runtime, activation: Activation) -> None:
    """Refuse a folder of exercises that links or dots lead to real workbooks.

    Two places that are written alike are the loader's to refuse.

    Raises:
        LeadsAwayError: It does.
    """
    share = _choice(runtime, activation)
    if activation.kind == "real" or share is None or share.path is None:
        return
    folder, house = Path(share.path).resolve(), runtime.house.root.resolve()
    real = runtime.convention_of(activation).workbook.share.path
    is_real_house = folder.is_relative_to(house.parent) and not folder.is_relative_to(house)
    if is_real_house or (real is not None and folder == Path(real).resolve()):
        raise LeadsAwayError(
            share.path,
            say("This folder of exercises leads to where real workbooks lie."),
            say("Give exercise.share a folder of its own."),
            target=str(folder),
        )


def _file_name(activation: Activation) -> str:
    event = _UNSAFE.sub(" ", activation.event).strip(" .")[:_EVENT_CHARACTERS].strip()
    banner = "EXERCICE " if activation.kind == "exercise" else ""
    return f"{banner}Vigie {activation.id} {event}.xlsx"
