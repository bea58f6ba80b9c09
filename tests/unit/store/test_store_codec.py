"""The codec loses nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vigie.store.codec import decode, encode, escape_text, pack, restore_text, unpack

# Every code point, lone surrogates, NUL and the escape itself included.
_ANY_TEXT = st.text(st.characters(categories=None)) | st.text("\x00\x1a\ud83d\ude00$a0f")
_ZONES = st.integers(-14 * 60, 14 * 60).map(lambda m: timezone(timedelta(minutes=m)))
_TIMES = st.datetimes(
    min_value=datetime(2, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
    max_value=datetime(9998, 12, 31),  # noqa: DTZ001
    timezones=_ZONES,
)
_LEAVES = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | _ANY_TEXT | _TIMES
)
_VALUES: st.SearchStrategy[Any] = st.recursive(
    _LEAVES,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(_ANY_TEXT | st.sampled_from(["$at", "$tuple", "$$at"]), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(_VALUES)
def test_values_come_back(value: Any) -> None:
    """Whatever is encoded or packed is decoded to an equal value."""
    assert decode(encode(value)) == value
    assert unpack(pack(value)) == value


@given(_ANY_TEXT)
def test_text_comes_back(text: str) -> None:
    """Escaped text is what UTF-8 and PostgreSQL take, and restoring gives the text back."""
    escaped = escape_text(text)
    assert "\x00" not in escaped
    escaped.encode("utf-8")
    assert restore_text(escaped) == text


def test_times_come_back_in_utc() -> None:
    """A time in any zone comes back as the same instant in UTC."""
    paris = datetime(2026, 11, 21, 4, tzinfo=timezone(timedelta(hours=1)))
    assert decode(encode(paris)) == paris
    assert decode(encode(paris)).tzinfo == UTC


def test_plain_text_is_left_alone() -> None:
    """What needs no escape is stored as it is, so that the database stays readable."""
    assert escape_text("Crue à Dijon 🌊 +33 1") == "Crue à Dijon 🌊 +33 1"


@pytest.mark.parametrize(
    ("value", "error"),
    [(datetime(2026, 1, 1), ValueError), ({1: "a"}, TypeError), ({"a": {1}}, TypeError)],  # noqa: DTZ001
)
def test_what_cannot_be_kept_is_refused(value: object, error: type[Exception]) -> None:
    """Naive times, keys that are no text and unknown types are refused, not guessed."""
    with pytest.raises(error):
        encode(value)
