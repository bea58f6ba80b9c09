"""The channels of people in conventions: accepted when right, refused in words when not."""

from __future__ import annotations

from pathlib import Path

import pytest

from vigie.convention.loader import ConventionErrors, parse_convention
from vigie.operations.conventions import convention_registry

TEXT = (Path(__file__).resolve().parents[3] / "conventions" / "cote-dor.yml").read_text("utf-8")


def _with(source: str) -> str:
    """The convention with one more source."""
    return TEXT.replace("\nlexicons:", f"\n{source}\nlexicons:", 1)


def _source(kind, address, *, queries="", cadence=15, secrets=""):
    return "\n".join(
        line
        for line in (
            "  - id: essai",
            "    name: Essai",
            f"    kind: {kind}",
            f"    address: {address}",
            f"    queries: {{{queries}}}" if queries else "",
            f"    cadence_minutes: {cadence}",
            "    silence_minutes: 120",
            "    budget: {requests: 100, per_minutes: 60}",
            f"    secrets: {{{secrets}}}" if secrets else "",
        )
        if line
    )


RIGHT = [
    _source(
        "bluesky",
        "https://pds.example.org",
        queries="hashtags: [Crue21], searches: [inondation Dijon]",
        secrets='identifier: "${env:BLUESKY_NAME}", password: "${env:BLUESKY_APP_PASSWORD}"',
    ),
    _source("telegram", "https://t.me", queries="channels: [exemple_21]"),
    _source(
        "youtube",
        "https://www.googleapis.com",
        queries="searches: [crue Ouche]",
        secrets='key: "${env:YOUTUBE_KEY}"',
    ),
    _source(
        "mail",
        "imaps://imap.example.org",
        queries="folder: Alertes été",
        secrets='user: "${env:MAIL_USER}", password: "${env:MAIL_PASSWORD}"',
    ),
]


@pytest.mark.parametrize("source", RIGHT, ids=["bluesky", "telegram", "youtube", "mail"])
def test_right_sources_are_accepted(source):
    """Each kind can be written into a convention."""
    found = parse_convention(_with(source), "x", convention_registry())
    assert found.sources[-1].id == "essai"


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (_source("mail", "https://imap.example.org"), "imaps://"),
        (_source("rss", "imaps://imap.example.org"), "https://"),
        (_source("mail", "imaps://anne:s3cret@imap.example.org"), "adresse"),
        (_source("bluesky", "https://x.example.org", queries="language: fr"), "hashtags"),
        (_source("telegram", "https://t.me", queries='channels: ["@exemple"]'), "channels"),
        (
            _source(
                "youtube",
                "https://www.googleapis.com",
                queries="searches: [a b, c d, e f]",
                cadence=15,
            ),
            "44",
        ),
    ],
)
def test_wrong_sources_are_refused_in_words(source, words):
    """A wrong address, an empty search or a spent allowance is told with its cure."""
    with pytest.raises(ConventionErrors) as told:
        parse_convention(_with(source), "x", convention_registry())
    assert words in str(told.value)
    assert "s3cret" not in str(told.value)
