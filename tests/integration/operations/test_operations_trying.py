"""``vigie source try``: what would be collected, over real HTTP; nothing is stored."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from vigie.cli.main import app
from vigie.operations.trying import run_trial, source_of_convention, source_of_words
from vigie.problem import ConventionError, Problem
from vigie.settings import Settings

ROOT = Path(__file__).resolve().parents[3]
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
FEED = (
    "<rss version='2.0'><channel><title>t</title><item><title>La D10 est coupée</title>"
    "<link>https://x.test/1</link></item></channel></rss>"
)


@pytest.fixture
def here(tmp_path, monkeypatch):
    """An empty home, this machine allowed."""
    monkeypatch.setenv("VIGIE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("VIGIE_ALLOW_LOOPBACK", "true")
    monkeypatch.setenv("VIGIE_CONVENTIONS", str(ROOT / "conventions"))
    return tmp_path / "home"


def test_a_kind_and_an_address_show_what_comes(here, httpserver):
    """State, timing and first items are printed; no house is made."""
    httpserver.expect_request("/feed").respond_with_data(FEED, content_type="text/xml")
    arguments = ["source", "try", "rss", "--address", httpserver.url_for("/feed?key=s3cret")]
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 0, done.output
    assert "La D10 est coupée" in done.output
    assert "200" in done.output
    assert " ms" in done.output
    assert "s3cret" not in done.output
    assert not here.exists()


def test_faults_are_told_and_end_with_one(here, httpserver):
    """A refusal is told in words, with exit code 1."""
    httpserver.expect_request("/feed").respond_with_data("no", status=403)
    done = CliRunner().invoke(
        app, ["source", "try", "rss", "--address", httpserver.url_for("/feed")]
    )
    assert done.exit_code == 1
    assert "HTTP 403" in done.output


def test_words_of_the_command_line_get_the_types_of_the_kind():
    """Lists by repetition, truth values and numbers by what the kind wants."""
    source = source_of_words(
        "mastodon",
        "https://m.test",
        ["hashtags=Crue21", "hashtags=Ouche", "local_only=true"],
        ["token=MASTODON_TOKEN"],
    )
    assert source.queries == {"hashtags": ["Crue21", "Ouche"], "local_only": True}
    assert source.secrets == {"token": "${env:MASTODON_TOKEN}"}


@pytest.mark.parametrize(
    ("kind", "address", "queries", "secrets"),
    [
        ("twitter", "https://x.test", [], []),
        ("rss", "", [], []),
        ("rss", "https://u:p@x.test/", [], []),
        ("mastodon", "https://x.test", ["hashtag=x"], []),
        ("mastodon", "https://x.test", ["hashtags"], []),
        ("mastodon", "https://x.test", [], []),
        ("rss", "https://x.test", [], ["token=the secret itself"]),
    ],
)
def test_mistakes_are_one_sentence(kind, address, queries, secrets):
    """What does not describe a source is refused in words, without the secret."""
    with pytest.raises(Problem) as told:
        source_of_words(kind, address, queries, secrets)
    assert "the secret itself" not in str(told.value)


def test_a_source_of_a_convention_is_found_or_the_others_are_named(here):
    """By convention and id; a missing key refuses it without asking anybody."""
    settings = Settings()
    source = source_of_convention(settings, "cote-dor", "vigilance")
    trial = run_trial(source, settings, {}, NOW, 1)
    assert (trial.collected.state, trial.asked) == ("refused", ())
    with pytest.raises(ConventionError, match="piaille"):
        source_of_convention(settings, "cote-dor", "nulle-part")
