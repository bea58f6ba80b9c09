"""Turns played articles into RSS 2.0 or Atom 1.0. Called by ``networks``. Pure."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import format_datetime
from xml.sax.saxutils import escape

from vigie.exercise.script import Article, FeedSource, Play, resolve


def _shown(source: FeedSource, play: Play, wave: int) -> list[tuple[Article, int, str, str]]:
    """Return (article, minutes of its version, title, text), newest first, at a wave."""
    versions = []
    for item in source.items:
        if play.wave_of(item.at) > wave:
            continue
        revised = item.revised
        if revised is not None and play.wave_of(revised.at) <= wave:
            versions.append((item, revised.at, revised.title, revised.text))
        else:
            versions.append((item, item.at, item.title, item.text))
    versions.sort(key=lambda version: version[0].at, reverse=True)
    return versions[: source.window]


def changed_at(source: FeedSource, play: Play, wave: int, started_at: datetime) -> datetime:
    """Return when the feed last changed (aware UTC); the start for an empty feed."""
    latest = max((version[1] for version in _shown(source, play, wave)), default=0)
    return resolve(latest, started_at).astimezone(UTC).replace(microsecond=0)


def feed_xml(source: FeedSource, play: Play, wave: int, started_at: datetime) -> bytes:
    """Return the feed as it stands at a wave, UTF-8.

    Source: RSS 2.0 specification; RFC 4287 (Atom).
    """
    shown = _shown(source, play, wave)
    home = f"https://{source.host}/"
    if source.form == "rss":
        items = "".join(_rss_item(source, *version, started_at) for version in shown)
        body = (
            '<rss version="2.0"><channel>'
            f"<title>{escape(source.title)}</title><link>{home}</link>"
            f"<description>{escape(source.title)}</description><language>fr</language>"
            f"{items}</channel></rss>"
        )
    else:
        entries = "".join(_atom_entry(source, *version, started_at) for version in shown)
        updated = changed_at(source, play, wave, started_at).isoformat()
        body = (
            '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="fr">'
            f"<id>{home}</id><title>{escape(source.title)}</title>"
            f'<link href="{home}"/><updated>{updated}</updated>'
            f"<author><name>{escape(source.title)}</name></author>{entries}</feed>"
        )
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n'.encode()


def _rss_item(
    source: FeedSource, item: Article, _at: int, title: str, text: str, started_at: datetime
) -> str:
    address = source.native_id(item)
    published = format_datetime(resolve(item.at, started_at).astimezone(UTC), usegmt=True)
    return (
        f'<item><title>{escape(title)}</title><link>{address}</link><guid isPermaLink="true">'
        f"{address}</guid><pubDate>{published}</pubDate>"
        f"<description>{escape(f'<p>{escape(text)}</p>')}</description></item>"
    )


def _atom_entry(
    source: FeedSource, item: Article, at: int, title: str, text: str, started_at: datetime
) -> str:
    address = source.native_id(item)
    published = resolve(item.at, started_at).astimezone(UTC).isoformat(timespec="seconds")
    updated = resolve(at, started_at).astimezone(UTC).isoformat(timespec="seconds")
    return (
        f'<entry><id>{address}</id><title>{escape(title)}</title><link href="{address}"/>'
        f"<published>{published}</published><updated>{updated}</updated>"
        f'<summary type="text">{escape(text)}</summary></entry>'
    )
