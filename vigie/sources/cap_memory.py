"""What is remembered of a CAP feed from sweep to sweep: files read, alerts in force, ends. Pure.

Called by the connector of CAP; written as its chain's mark. Must not know the connector.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any

from vigie.records.post import Post
from vigie.sources.ends import is_over
from vigie.sources.instants import parse_instant

_MOST_REMEMBERED = 2_000


@dataclass(slots=True)
class CapMemory:
    """The mark of a feed.

    Attributes:
        live: Alert in force to its end (ISO 8601), or to nothing.
        files: Address of a file that was read to the alerts that it holds.
        tried: Files that were asked for and have not been read: they wait behind the others, so
            that one dead link keeps nobody waiting.
        over: Alerts that have ended, in the order of their ends.
        resumed: Alert that is in force again to the time at which it was found so.
        is_list_whole: The index that named the files now being read had no holes: what none of
            them holds has ended.
    """

    live: dict[str, str] = field(default_factory=dict)
    files: dict[str, list[str]] = field(default_factory=dict)
    tried: list[str] = field(default_factory=list)
    over: list[str] = field(default_factory=list)
    resumed: dict[str, str] = field(default_factory=dict)
    is_list_whole: bool = False

    @classmethod
    def read(cls, mark: str) -> CapMemory:
        """Return what a mark holds; nothing where it is empty or damaged."""
        try:
            plain: Any = json.loads(mark) if mark else {}
            return cls(
                live={str(name): str(end) for name, end in plain.get("live", {}).items()},
                files={
                    str(name): [str(one) for one in held]
                    for name, held in plain.get("files", {}).items()
                },
                tried=[str(name) for name in plain.get("tried", [])],
                over=[str(name) for name in plain.get("over", [])],
                resumed={str(name): str(at) for name, at in plain.get("resumed", {}).items()},
                is_list_whole=plain.get("is_list_whole") is True,
            )
        except (ValueError, TypeError, AttributeError):
            return cls()

    def write(self) -> str:
        """Return the mark: of each part the latest two thousand."""
        plain = {
            name: _latest(part) if isinstance(part, dict | list) else part
            for name, part in asdict(self).items()
            if name != "is_list_whole" or part
        }
        return json.dumps(plain, ensure_ascii=False, separators=(",", ":"))

    def awaits_an_end(self) -> bool:
        """Tell whether an alert in force has a stated end: time alone can then bring news."""
        return any(self.live.values())

    def keep(self, post: Post, end: str, now: datetime) -> Post:
        """Note an alert that was read, and return it as it is to be told.

        What it supersedes or ends is in force no longer. An alert that had ended and is listed
        again is told as of now, so that it opens its row again.

        Args:
            post: The alert.
            end: Its end, ISO 8601, or nothing.
            now: Aware UTC.
        """
        name = post.native_id
        if post.repost_of:
            self.live.pop(post.repost_of, None)
        if post.is_ended:
            return post
        self.live[name] = end
        if name in self.over:
            self.over.remove(name)
            self.resumed[name] = now.isoformat()
        moment = parse_instant(self.resumed.get(name))
        return replace(post, edited_at=moment) if moment else post

    def end(self, listed: Collection[str], now: datetime, *, vanished_too: bool) -> list[str]:
        """Note and return what has ended: what is past its end, and what is gone from the list.

        Args:
            listed: Alerts that the feed lists now.
            now: Aware UTC.
            vanished_too: The feed lists only what is in force, and was read whole.
        """
        ended = sorted(
            name
            for name, end in self.live.items()
            if is_over(end, now) or (vanished_too and name not in listed)
        )
        for name in ended:
            del self.live[name]
        self.over += ended
        return ended

    def took_file(self, address: str, names: Iterable[str], *, is_whole: bool) -> None:
        """Note that a file was read; a torn one is read again next time."""
        if address in self.tried:
            self.tried.remove(address)
        if is_whole:
            self.files[address] = list(names)

    def due_files(self, addresses: Collection[str]) -> list[str]:
        """Forget files that are no longer listed; return those to be read, tried ones last.

        Args:
            addresses: Files that the index lists now, in its order.
        """
        self.files = {one: held for one, held in self.files.items() if one in addresses}
        self.tried = [one for one in self.tried if one in addresses]
        due = [one for one in addresses if one not in self.files]
        return sorted(due, key=lambda one: one in self.tried)

    def asks(self, address: str) -> None:
        """Note that a file is about to be asked for."""
        if address not in self.tried:
            self.tried.append(address)

    def held_by(self, addresses: Iterable[str]) -> set[str]:
        """Return the alerts that the files of some addresses hold."""
        return {name for address in addresses for name in self.files.get(address, [])}


def _latest(part: dict[str, Any] | list[str]) -> dict[str, Any] | list[str]:
    if isinstance(part, dict):
        return dict(list(part.items())[-_MOST_REMEMBERED:])
    return part[-_MOST_REMEMBERED:]
