"""Writes NAME.expected.json beside each payload: ``python -m tests.payloads.generate [--force]``.

What is given (address, queries, mark) is kept from an existing expected file, the page made anew.
An existing file is never overwritten without ``--force``: the difference is for people to read.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from vigie.records.post import Post
from vigie.sources.contract import Answer, Page, SourceContext
from vigie.sources.registry import connectors

FOLDER = Path(__file__).parent / "sources"
RECEIVED_AT = datetime(2026, 8, 26, 12, 0, tzinfo=UTC)
SINCE_AT = datetime(2026, 8, 17, 0, 0, tzinfo=UTC)
DEFAULTS: dict[str, dict[str, Any]] = {
    "bluesky": {"hashtags": ["Crue21"]},
    "mail": {},
    "telegram": {"channels": ["secours_exemple"]},
    "youtube": {"searches": ["crue Ouche"]},
    "cap": {},
    "datex": {},
    "gdacs": {},
    "geojson": {"identity": "id", "title": "titre"},
    "hubeau": {
        "stations": [
            {"code": "F447000302", "grandeur": "Q", "name": "Seine", "levels": [100, 200, 300]}
        ]
    },
    "mastodon": {"hashtags": ["Inondation"]},
    "rss": {},
    "vigicrues": {},
    "vigilance": {"domains": ["21", "17", "2A"]},
}


def payloads() -> list[Path]:
    """Every payload of every connector."""
    return sorted(
        path
        for path in FOLDER.glob("*/*")
        if path.is_file() and not path.name.endswith(".expected.json")
    )


def expected_file(payload: Path) -> Path:
    """The file that says what must be made of a payload."""
    return payload.with_name(payload.name.rsplit(".", 1)[0] + ".expected.json")


def given_by_default(payload: Path) -> dict[str, Any]:
    """What a new payload is read with until somebody writes it otherwise."""
    kind = payload.parent.name
    return {
        "address": f"https://{kind}.test",
        "queries": DEFAULTS[kind],
        "cursor": {},
        "content_type": "",
    }


def page_of(payload: Path, given: dict[str, Any]) -> Page:
    """Read a payload with its connector, as the collection would."""
    kind = payload.parent.name
    connector = connectors()[kind]
    address = given["address"]
    source = SourceContext(id=f"{kind}-test", key=f"{kind}:{address}", address=address)
    params = connector.Params.model_validate(given["queries"])
    request = connector.first(params, given["cursor"], source, SINCE_AT)[0]
    answer = Answer(
        status=200,
        headers={"content-type": given["content_type"]},
        body=payload.read_bytes(),
        url=request.url,
        received_at=RECEIVED_AT,
    )
    return connector.read(request, answer, params, source)


def as_json(page: Page) -> dict[str, Any]:
    """A page as plain data; payloads of posts as their hash."""
    return {
        "state": page.state,
        "seen_count": page.seen_count,
        "faults": [fault.sentence for fault in page.faults],
        "cursor": dict(page.cursor),
        "next": {"url": page.next.url, "params": dict(page.next.params)} if page.next else None,
        "posts": [_post(post) for post in page.posts],
    }


def _post(post: Post) -> dict[str, Any]:
    plain = dataclasses.asdict(post)
    payload = plain.pop("payload")
    plain["payload_sha256"] = hashlib.sha256(payload.encode()).hexdigest()[:16]
    return {
        key: value.isoformat() if isinstance(value, datetime) else value
        for key, value in plain.items()
        if value is not None and value is not False
    }


def main(arguments: list[str]) -> int:
    """Write what is missing, or with ``--force`` everything."""
    is_forced = "--force" in arguments
    for payload in payloads():
        target = expected_file(payload)
        if target.exists() and not is_forced:
            sys.stderr.write(f"kept: {target.relative_to(FOLDER)} (--force overwrites)\n")
            continue
        given = given_by_default(payload)
        if target.exists():
            given = json.loads(target.read_text("utf-8"))["given"]
        content = {"given": given, "page": as_json(page_of(payload, given))}
        target.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", "utf-8")
        sys.stderr.write(f"written: {target.relative_to(FOLDER)}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
