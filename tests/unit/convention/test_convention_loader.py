"""The strict loader on good files, shared names, hostile files and secrets."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field

from tests.unit.convention.faults import FILE_NAME, GOOD
from vigie.convention.loader import (
    ConventionErrors,
    Registry,
    convention_files,
    load_convention,
    load_conventions,
    parse_convention,
    read_convention_text,
)
from vigie.convention.secrets import missing_secrets
from vigie.problem import ConventionError


class _Queries(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class _Tags(_Queries):
    hashtags: list[str] = Field(min_length=1)
    local_only: bool = False

    @property
    def request_count(self) -> int:
        """One request a hashtag."""
        return len(self.hashtags)


class _Domains(_Queries):
    domains: list[str]


class _Age(_Queries):
    max_age_hours: int
    max_future_minutes: int = 10


REGISTRY = Registry(
    {"mastodon": _Tags, "vigilance": _Domains},
    {"text_present": _Queries, "posted_at_plausible": _Age},
    ["flood", "storm"],
)


def _faults(text: str, name: str = FILE_NAME) -> list[str]:
    try:
        parse_convention(text, name, REGISTRY)
    except ConventionErrors as errors:
        return [str(fault) for fault in errors.faults]
    return []


def test_a_good_file_loads_whole() -> None:
    """A right file gives the convention it writes, with dates as dates and codes as text."""
    convention = parse_convention(GOOD, FILE_NAME, REGISTRY)
    assert convention.territory.departments == ["21"]
    assert convention.valid_until.isoformat() == "2028-12-31"
    assert convention.sources[0].key == "mastodon:https://piaille.fr"
    assert convention.sources[0].queries == {"hashtags": ["Crue21", "Ouche"]}


def test_a_frozen_text_needs_no_file_name() -> None:
    """A text that is no file (an activation's frozen one) is not bound to a name."""
    assert parse_convention(GOOD, "cote-dor-2", REGISTRY).id == "essai"


def test_line_endings_do_not_matter() -> None:
    """Files saved on Windows or an old Mac load alike, and lines are counted alike."""
    for ending in ("\r\n", "\r"):
        assert not _faults(GOOD.replace("\n", ending))
        broken = GOOD.replace("retention_days: 180", "retention_days: 0").replace("\n", ending)
        assert _faults(broken)[0].startswith("essai.yml:56: retention_days: ")


def test_prefix_and_id_are_shared_by_no_two_files(tmp_path: Path) -> None:
    """Two files with one prefix or one id are refused, at the later one's line."""
    first, second = tmp_path / "a" / FILE_NAME, tmp_path / "b" / FILE_NAME
    for file in (first, second):
        file.parent.mkdir()
        file.write_text(GOOD, encoding="utf-8")
    with pytest.raises(ConventionErrors) as raised:
        load_conventions([first, second], REGISTRY)
    assert [(fault.file, fault.line, fault.path) for fault in raised.value.faults] == [
        (str(second), 3, "id"),
        (str(second), 4, "prefix"),
    ]


def test_one_broken_file_stops_the_good_ones(tmp_path: Path) -> None:
    """Nothing is half-used: with one wrong file no convention at all is returned."""
    good, bad = tmp_path / FILE_NAME, tmp_path / "casse.yml"
    good.write_text(GOOD, encoding="utf-8")
    bad.write_text("id: [", encoding="utf-8")
    with pytest.raises(ConventionErrors) as raised:
        load_conventions([good, bad], REGISTRY)
    assert {fault.file for fault in raised.value.faults} == {str(bad)}
    assert isinstance(raised.value, ConventionError)


def test_files_that_cannot_be_opened_are_told(tmp_path: Path) -> None:
    """A missing file and a folder are faults with a line, not tracebacks."""
    for path in (tmp_path / "rien.yml", tmp_path):
        with pytest.raises(ConventionErrors) as raised:
            load_convention(path, REGISTRY)
        assert str(raised.value).startswith(f"{path}:1: fichier: ")
        with pytest.raises(ConventionErrors):
            read_convention_text(path)


def test_yaml_suffix_is_seen_and_refused(tmp_path: Path) -> None:
    """A file called .yaml is not silently passed over."""
    file = tmp_path / "essai.yaml"
    file.write_text(GOOD, encoding="utf-8")
    assert convention_files(tmp_path) == [file]
    with pytest.raises(ConventionErrors, match=r"essai\.yml"):
        load_convention(file, REGISTRY)


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        "{a: " * 40_000,
        "- " * 60_000,
        "a: 1\na: " + "[" * 100_000,
        "a: &a [x]\nb: &b [" + "*a, " * 200 + "]\nc: [" + "*b, " * 50_000 + "]",
        "? " * 50_000,
        "a: " + "9" * 100_000,
        "".join(f"k{number}: 1\n" for number in range(20_000)),
        "a: \ud800",
    ],
    ids=["flow", "braces", "dashes", "twice", "laughs", "keys", "digits", "long", "surrogate"],
)
def test_hostile_texts_are_refused_in_time(text: str) -> None:
    """Bombs and nonsense end in faults within seconds, without recursion or expansion."""
    begun = time.monotonic()
    assert _faults(text)
    assert time.monotonic() - begun < 20


@given(st.text(max_size=300))
def test_any_text_ends_in_faults(text: str) -> None:
    """Whatever the text, the loader answers with faults that have a line inside the file."""
    with pytest.raises(ConventionErrors) as raised:
        parse_convention(text, "x.yml", REGISTRY)
    assert all(fault.line >= 1 for fault in raised.value.faults)


@settings(max_examples=150, deadline=None)
@given(
    st.integers(0, len(GOOD) - 1),
    st.integers(0, 12),
    st.text(alphabet=" \t\n:-[]{}\"'&*!|>%@`#,?<~0123456789abcé€\x00\ufeff", max_size=6),
)
def test_any_edit_is_right_or_told(at: int, cut: int, put: str) -> None:
    """Any small edit of a good file either loads or is told with lines of that file."""
    text = GOOD[:at] + put + GOOD[at + cut :]
    for line in _faults(text):
        number = int(line.split(":")[1])
        assert 1 <= number <= text.count("\n") + 1


_TOKEN = "q7Zx9Lm2Kp4Rt8Wv3Yb6Nd1"


@pytest.mark.parametrize("number", range(2, GOOD.count("\n") + 1))
def test_a_secret_is_refused_and_never_repeated(number: int) -> None:
    """A key put behind any colon of the file is refused, and no message shows it."""
    lines = GOOD.split("\n")
    head, colon, _ = lines[number - 1].partition(": ")
    lines[number - 1] = f"{head}{colon or ' '}{_TOKEN}"
    told = _faults("\n".join(lines))
    assert told
    assert not any(_TOKEN in line for line in told)


@pytest.mark.parametrize(
    "name",
    [
        "Préfecture de la Côte-d'Or (actualités)",
        "https://www.vigicrues.gouv.fr/services/InfoVigiCru.geojson",
        "Crue du 21-11-2026, RD 974, PR 12+300",
        "https://www.google.com/alerts/feeds/12345678901234567890/9876543210",
        "CrueDeLaSaoneEtDeLOuche2026",
        "secretariat-general-du-departement",
    ],
)
def test_ordinary_words_are_no_secrets(name: str) -> None:
    """Names, addresses, dates and road numbers are not taken for keys."""
    assert not _faults(GOOD.replace("name: Mastodon\n", f'name: "{name}"\n'))


def test_budget_counts_what_the_kind_asks() -> None:
    """A kind that says how many requests a sweep needs is believed: two hashtags, three sweeps."""
    told = _faults(GOOD.replace("{requests: 60, per_minutes: 5}", "{requests: 5, per_minutes: 5}"))
    assert len(told) == 1
    assert "requests: 6 " in told[0]


def test_sources_of_one_host_share_its_budget() -> None:
    """Two sources on one host are counted together."""
    same = GOOD.replace(
        "https://public-api.meteofrance.fr/public/DPVigilance/v1/cartevigilance/encours",
        "https://piaille.fr/vigilance",
    )
    assert not _faults(same.replace("{requests: 6, per", "{requests: 60, per"))
    assert any("[vigilance].budget" in line for line in _faults(same))


def test_unset_variables_are_no_faults() -> None:
    """A secret's variable that is not set is named by the helper, and the file is still right."""
    source = parse_convention(GOOD, FILE_NAME, REGISTRY).sources[1]
    assert missing_secrets(source, {}) == ["METEOFRANCE_APIKEY"]
    assert missing_secrets(source, {"METEOFRANCE_APIKEY": ""}) == ["METEOFRANCE_APIKEY"]
    assert missing_secrets(source, {"METEOFRANCE_APIKEY": "x"}) == []
