"""The share that is a WebDAV folder (Nextcloud, ownCloud, Apache, …).

Opened through ``registry``. Replaces only what was seen: by a strong ETag with ``If-Match``, under
a lock where the server has locks, and where it has neither by moving the old file out first.
Before each replacement the server lays a hidden copy of the old file beside it, so that a stopped
upload leaves a whole file.
"""

from __future__ import annotations

import contextlib
import hashlib
import secrets
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from vigie.language import say
from vigie.problem import WorkbookError
from vigie.workbook.shares.contract import Access, HeldError, Hold, Placed, Seen, Wanted
from vigie.workbook.shares.lock_files import lock_names, lock_owner, shown_owner
from vigie.workbook.shares.naming import aside_name, is_copy
from vigie.workbook.shares.webdav_listing import PROPERTIES, Entry, instant_of, read_listing

if TYPE_CHECKING:
    from vigie.workbook.shares.webdav_connection import Answer

KIND = "webdav"
NEEDS = frozenset({"address"})
ALLOWS = frozenset({"address"})

_READ_TRIES = 5
_STRONG_TRIES = 5
_POLL_SECONDS = 0.6
"""Apache makes a tag strong one second after a write. Measured; see docs/workbook.md."""
_SAME_TAG_SECONDS = 1
"""Two saves of one size within a second bear one tag on servers that count seconds."""
_QUIET_POLLS = 5
_LOCK_SECONDS = 60
"""A lock that a killed process leaves is gone after a minute."""
_LOCK_BODY = (
    '<?xml version="1.0" encoding="utf-8"?><lockinfo xmlns="DAV:"><lockscope><exclusive/>'
    "</lockscope><locktype><write/></locktype><owner>{owner}</owner></lockinfo>"
)
"""Source: RFC 4918, 9.10 and 14.11."""
_WRITTEN = frozenset({200, 201, 204})
_CHANGED, _LOCKED = 412, 423
_FORBIDDEN = frozenset({403, 405})
_GONE = frozenset({404, 410})
_ASIDE_TRIES = 20


def open_share(wanted: Wanted) -> WebdavShare:
    """Return the WebDAV folder that a convention names.

    Raises:
        WorkbookError: The address cannot be used with the settings' credentials.
    """
    return WebdavShare(wanted.address or "", wanted.name, wanted.access)


class WebdavShare:
    """One workbook in a WebDAV folder; see ``contract.Share``.

    Args:
        address: Of the folder.
        name: File name of the workbook.
        access: Credentials and limits.

    Raises:
        WorkbookError: The address cannot be used with these credentials.
    """

    is_shared = True

    def __init__(self, address: str, name: str, access: Access) -> None:
        # Late: who only checks a convention need not load an HTTP client.
        from vigie.workbook.shares.webdav_connection import Connection  # noqa: PLC0415

        self.name = name
        self._http = Connection(address, access)
        self.place = self._http.address + name
        self._limit = access.lock_limit
        self._mark = f".vigie-{hashlib.sha256(name.encode()).hexdigest()[:12]}-"
        self._owner = f"Vigie {self._mark.strip('.-')}"

    def read(self, name: str) -> Seen | None:
        """Return a file whole, as it lies there; None if there is none.

        Raises:
            TooLargeError: It is so large that it was not read.
            WorkbookError: It cannot be read, or it goes on changing.
        """
        for _ in range(_READ_TRIES):
            answer = self._http.ask("GET", name)
            if answer.status in _GONE:
                return None
            if answer.status != 200:
                raise self._http.refused(answer.status)
            after = self._entry(name)
            tag = answer.headers.get("etag", "")
            # While somebody uploads, the server shows half a file under a new tag.
            if after is not None and _is_whole(answer, after):
                sure = _strong(tag) if _is_settled_tag(answer, after) else ""
                return Seen(name=name, data=answer.body, tag=sure)
            time.sleep(_POLL_SECONDS)
        raise WorkbookError(
            self._http.url(name),
            say("The file goes on changing while it is read."),
            say("Vigie reads it again at its next pass."),
        )

    def settled(self, name: str) -> bool:
        """Wait some seconds whether somebody is still writing a file; True if nobody is."""
        before = self._entry(name)
        for _ in range(_QUIET_POLLS):
            time.sleep(_POLL_SECONDS)
            after = self._entry(name)
            if before is None or after is None or _state(before) != _state(after):
                return False
        return True

    def copies(self) -> list[str]:
        """Return the names of the workbook's copies."""
        return sorted(entry.name for entry in self._list() if is_copy(entry.name, self.name))

    def leftovers(self, *, is_clearing: bool = True) -> list[str]:
        """Return what a stopped replacement left, the oldest first; a server has no half files."""
        start = datetime.min.replace(tzinfo=UTC)
        found = [entry for entry in self._list() if entry.name.startswith(self._mark)]
        found.sort(key=lambda entry: (entry.modified_at or start, entry.name))
        return [entry.name for entry in found]

    def hold(self, name: str, now: datetime) -> Hold | None:
        """Return who holds a file: by a lock of the server, else by an editor's lock file."""
        entries = {entry.name: entry for entry in self._list()}
        held = self._lock_of(entries.get(name))
        if held is not None:
            return held
        for how, lock in lock_names(name):
            entry = entries.get(lock)
            since = entry.modified_at if entry is not None else None
            if entry is None or (since is not None and now - since > self._limit):
                continue
            answer = self._http.ask("GET", lock)
            body = answer.body if answer.status == 200 else b""
            return Hold(how=how, by=lock_owner(how, body), since=since)
        return None

    def put(self, data: bytes, seen: Seen | None) -> Placed:
        """Replace the workbook if it still is what was seen.

        Raises:
            HeldError: It is locked, or the server does not let it be replaced.
        """
        if seen is None:
            return Placed(is_placed=self.put_beside(self.name, data))
        with self._lock() as token:
            tag = seen.tag or self._tag_of(seen)
            if tag is None:
                return Placed(is_placed=False)
            if not tag and not token:
                return self._move_out(data)
            return self._replace(data, seen, tag, token)

    def put_beside(self, name: str, data: bytes) -> bool:
        """Write a new file beside the workbook; False if one of this name lies there."""
        answer = self._http.ask("PUT", name, {"If-None-Match": "*"}, data)
        if answer.status == _CHANGED:
            return False
        self._demand_written(answer, name)
        return True

    def remove(self, seen: Seen) -> bool:
        """Delete a file if it still is what was seen; without a strong tag it stays."""
        tag = seen.tag or self._tag_of(seen)
        if not tag:
            return False
        return self._http.ask("DELETE", seen.name, {"If-Match": tag}).status in _WRITTEN

    def drop(self, name: str) -> None:
        """Delete what came out of a replacement; what cannot be deleted is read again later."""
        self._http.ask("DELETE", name)

    def set_aside(self, name: str, reason: str, now: datetime) -> str:
        """Rename a file that cannot be used to a dated name; returns that name.

        Raises:
            WorkbookError: The server does not allow it.
        """
        stamp = f"{now.astimezone(UTC):%Y-%m-%d %H%M%S}Z"
        for number in range(1, _ASIDE_TRIES):
            target = aside_name(self.name, reason, stamp, number)
            answer = self._carry("MOVE", name, target)
            if answer.status in _WRITTEN:
                return target
            if answer.status != _CHANGED:
                break
        raise self._http.refused(answer.status)

    def _replace(self, data: bytes, seen: Seen, tag: str, token: str) -> Placed:
        out = self._lay_copy(seen)
        headers = {"If-Match": tag} if tag else {}
        if token:
            headers["If"] = f"(<{token}>)"
        answer = self._http.ask("PUT", self.name, headers, data)
        if answer.status not in _WRITTEN:
            self.drop(out)
        if answer.status == _CHANGED:
            return Placed(is_placed=False)
        self._demand_written(answer, self.name)
        return Placed(is_placed=True, came_out=out)

    def _lay_copy(self, seen: Seen) -> str:
        """Lay the old file beside, hidden: by the server itself, else from what was read."""
        out = self._hidden()
        if self._carry("COPY", seen.name, out).status not in _WRITTEN:
            self._demand_written(self._http.ask("PUT", out, None, seen.data), out)
        return out

    def _move_out(self, data: bytes) -> Placed:
        """No locks and no strong tag: the old file out, the new one in if none came since."""
        out = self._hidden()
        moved = self._carry("MOVE", self.name, out)
        if moved.status in _GONE:
            return Placed(is_placed=False)
        self._demand_written(moved, self.name)
        return Placed(is_placed=self.put_beside(self.name, data), came_out=out)

    def _tag_of(self, seen: Seen) -> str | None:
        """Return a strong tag of what was seen, empty if there comes none, None if it changed."""
        for _ in range(_STRONG_TRIES):
            now = self.read(seen.name)
            if now is None or now.data != seen.data:
                return None
            if now.tag:
                return now.tag
            time.sleep(_POLL_SECONDS)
        return ""

    @contextlib.contextmanager
    def _lock(self) -> Iterator[str]:
        """Hold the workbook's lock for the length of a block; yields no token without locks.

        Raises:
            HeldError: Somebody else has it.
        """
        token = self._take_lock()
        try:
            yield token
        finally:
            if token:
                with contextlib.suppress(WorkbookError):
                    self._unlock(token)

    def _take_lock(self) -> str:
        body = _LOCK_BODY.format(owner=self._owner).encode()
        headers = {
            "Timeout": f"Second-{_LOCK_SECONDS}",
            "Depth": "0",
            "Content-Type": "application/xml; charset=utf-8",
        }
        answer = self._http.ask("LOCK", self.name, headers, body)
        if answer.status == _LOCKED and self._give_back_dead_lock():
            answer = self._http.ask("LOCK", self.name, headers, body)
        if answer.status == _LOCKED:
            raise self._held()
        token = answer.headers.get("lock-token", "").strip().strip("<>")
        if answer.status == 201 and token:
            # It was deleted since it was seen: the lock made an empty file, which must not stay.
            self._http.ask("DELETE", self.name, {"If": f"(<{token}>)"})
            return ""
        return token if answer.status == 200 else ""

    def _give_back_dead_lock(self) -> bool:
        """Give back a lock of ours: we have the workbook's turn, so its taker was killed."""
        entry = self._entry(self.name)
        tokens = [lock.token for lock in entry.locks if lock.owner == self._owner] if entry else []
        return any(self._unlock(token) for token in tokens)

    def _unlock(self, token: str) -> bool:
        answer = self._http.ask("UNLOCK", self.name, {"Lock-Token": f"<{token}>"})
        return answer.status in _WRITTEN

    def _demand_written(self, answer: Answer, name: str) -> None:
        if answer.status in _WRITTEN:
            return
        if answer.status == _LOCKED or answer.status in _FORBIDDEN:
            raise self._held() if name == self.name else self._http.refused(answer.status)
        raise self._http.refused(answer.status)

    def _held(self) -> HeldError:
        hold = self._lock_of(self._entry(self.name)) or Hold(how="refused")
        return HeldError(
            self.place,
            say("The share does not let the workbook be replaced now."),
            say("Nothing is lost; Vigie tries again at its next pass."),
            hold=hold,
        )

    def _lock_of(self, entry: Entry | None) -> Hold | None:
        for lock in entry.locks if entry is not None else ():
            if lock.owner != self._owner:
                return Hold(how="webdav", by=shown_owner(lock.owner))
        return None

    def _carry(self, method: str, name: str, target: str) -> Answer:
        return self._http.ask(
            method, name, {"Destination": self._http.url(target), "Overwrite": "F", "Depth": "0"}
        )

    def _list(self) -> list[Entry]:
        return self._properties("", "1") or []

    def _entry(self, name: str) -> Entry | None:
        found = self._properties(name, "0")
        return found[0] if found else None

    def _properties(self, name: str, depth: str) -> list[Entry] | None:
        headers = {"Depth": depth, "Content-Type": "application/xml; charset=utf-8"}
        answer = self._http.ask("PROPFIND", name, headers, PROPERTIES)
        if answer.status in _GONE and name:
            return None
        found = read_listing(answer.body) if answer.status == 207 else None
        if found is None:
            raise self._http.refused(answer.status)
        return found

    def _hidden(self) -> str:
        return f"{self._mark}{secrets.token_hex(6)}.swap"


def _is_whole(answer: Answer, entry: Entry) -> bool:
    """Tell whether what was read is what lies there afterwards; not every server says both tags."""
    tags = {_bare(answer.headers.get("etag", "")), _bare(entry.tag)} - {""}
    return len(tags) <= 1 and entry.size in ("", str(len(answer.body)))


def _is_settled_tag(answer: Answer, entry: Entry) -> bool:
    """Tell whether a tag can be relied on: many servers make it of the second and the size."""
    now = instant_of(answer.headers.get("date", ""))
    if now is None or entry.modified_at is None:
        return True
    return abs((now - entry.modified_at).total_seconds()) > _SAME_TAG_SECONDS


def _strong(tag: str) -> str:
    return tag if tag.startswith('"') and len(tag) > 2 else ""


def _bare(tag: str) -> str:
    """Return a tag without its weakness: which bytes it names is the same."""
    return tag.removeprefix("W/").strip('"')


def _state(entry: Entry) -> tuple[str, str, datetime | None]:
    return _bare(entry.tag), entry.size, entry.modified_at
