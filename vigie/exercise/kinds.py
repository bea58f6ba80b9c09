"""What a post of a play is for. Called by the expectation and the comparison. Pure."""

from typing import Literal

ExpectedKind = Literal[
    "original", "repeat", "noise", "look-alike", "official", "measurement", "end"
]
"""``end``: its service says that it is over, so that its row must stand as lifted;
``look-alike`` resembles another post and must stay apart; ``noise`` tells the crisis nothing."""
