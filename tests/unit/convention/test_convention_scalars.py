"""What unquoted values mean, against YAML readers that guess."""

from __future__ import annotations

from datetime import date

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from vigie.convention.scalars import Doubtful, read_plain


@pytest.mark.parametrize(
    "text",
    [
        "01",
        "08",
        "010",
        "-07",
        "12:30",
        "1:02:03",
        "no",
        "Yes",
        "ON",
        "off",
        "TRUE",
        "False",
        "1e3",
        "1_000",
        "0x1F",
        "0b1",
        "0o7",
        ".inf",
        ".NaN",
        "1.",
        ".5",
        "+.5e3",
        "08.5",
        "2026-02-30",
        "2026-13-01",
        "2026-1-5 08:00",
        "2026-01-05T08:00:00Z",
        "12345678901234567890",
    ],
)
def test_double_meanings_are_refused(text: str) -> None:
    """Whatever YAML readers read differently is refused with a cure."""
    found = read_plain(text)
    assert isinstance(found, Doubtful)
    assert found.what
    assert found.cure


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("0", 0),
        ("-12", -12),
        ("180", 180),
        ("true", True),
        ("false", False),
        ("", None),
        ("~", None),
        ("null", None),
        ("3.5", 3.5),
        ("2026-12-31", date(2026, 12, 31)),
        ("2A", "2A"),
        ("D974", "D974"),
        ("Dijon", "Dijon"),
        ("non", "non"),
        ("01/01/2026", "01/01/2026"),
        ("+33 0 00", "+33 0 00"),
    ],
)
def test_single_meanings_are_read(text: str, meaning: object) -> None:
    """Plain numbers, dates, true, false and words mean what they look like."""
    found = read_plain(text)
    assert found == meaning
    assert type(found) is type(meaning)


@given(st.from_regex(r"[-+0-9a-fxobeE_.:TZ ]{1,12}", fullmatch=True).map(str.strip))
def test_a_text_is_never_a_value_to_another_reader(text: str) -> None:
    """What is taken for text here is text to PyYAML too, so nothing changes meaning elsewhere."""
    if isinstance(read_plain(text), str):
        resolver = yaml.SafeLoader("")
        tag = resolver.resolve(yaml.ScalarNode, text, (True, False))
        assert tag == "tag:yaml.org,2002:str"
