"""Whether two texts tell the same fact in the same words. In doubt: no.

Called by the gathering on the few candidates that its index names. Two texts are one fact if they
share a core of words in the same order and differ only by dress around it: a greeting, a comment, a
signature, a label in front, an end that was dropped. Pure; must not know posts.
"""

from __future__ import annotations

from dataclasses import dataclass

from vigie.signals.clauses import COLON, COMMA, STOP
from vigie.signals.differences import Run, runs_between
from vigie.signals.distinguishing import CONTRARIES, ENDINGS, POLARITY
from vigie.signals.dress import is_head_harmless, is_inside_harmless, is_tail_harmless
from vigie.signals.headlines import is_reordered
from vigie.signals.sides import MOST_LABEL, Side
from vigie.signals.signature import Signature

APART = -1.0
"""The texts speak of two things in the same words: neither may ever share a row with the other."""
UNLIKE = 0.0

_LEAST_WORDS = 4
"""Shorter texts ("Inondations", "Au secours") are said by many about different things."""
_LEAST_SAME_WORDS = 3
_LEAST_CORE = 5
_LEAST_REPLACED_CORE = 6
_LEAST_SHARED = 0.85
"""Share of the shorter text's words that the longer one must hold."""
_LEAST_SHARED_REPLACED = 0.5
_MOST_ADDED = 1.6
"""Words around the core that the longer text may have, as a multiple of the core."""
_MOST_CUT = 3.0
_LEAST_APART_CORE = 3
_LEAST_CUT_CORE = 6
_LEAST_CUT_SHARE = 0.4
_LEAST_ASIDE = 3
"""A last sentence of fewer words (``Rouverte !``) speaks of what stands before it."""
_REORDERED = 0.8
_KINDS = ("hour", "height", "road", "mark", "phone")


def likeness(leader: Signature, post: Signature) -> float:
    """Return how alike two texts are (up to 1.0), ``UNLIKE`` or ``APART``.

    A quotation is compared by what it quotes: the comment around it may say anything but the
    contrary.
    """
    pairs = [(leader, post)]
    if post.quoted and post.denies == post.quoted.denies:
        pairs.append((leader, post.quoted))
    if leader.quoted and leader.denies == leader.quoted.denies:
        pairs.append((leader.quoted, post))
        if post.quoted and post.denies == post.quoted.denies:
            pairs.append((leader.quoted, post.quoted))
    found = [_likeness(one, other) for one, other in pairs]
    return max(found) if max(found) > UNLIKE else found[0]


def _likeness(leader: Signature, post: Signature) -> float:
    shorter = min(len(leader.content), len(post.content))
    if shorter < (_LEAST_SAME_WORDS if leader.content == post.content else _LEAST_WORDS):
        return UNLIKE
    if not _tags_agree(leader, post):
        return APART
    if not _hours_agree(leader, post):
        return UNLIKE
    if leader.content == post.content:
        return 1.0
    if _figures_differ(leader, post):
        # Each has a figure that the other has not: most look-alikes end here, before an alignment.
        return APART
    return _Comparison.of(leader, post).judge()


def _figures_differ(leader: Signature, post: Signature) -> bool:
    """Tell whether each states a figure of one kind that the other has not."""
    gone = leader.stated_facts - post.all_facts
    new = post.stated_facts - leader.all_facts
    return bool(gone and new) and not {_kind(fact) for fact in gone}.isdisjoint(map(_kind, new))


def _kind(fact: str) -> str:
    kind = fact.partition("_")[0]
    return kind if kind in _KINDS else "figure"


def _hours_agree(leader: Signature, post: Signature) -> bool:
    """Tell whether the hours in labels can be those of one fact."""
    for one, other in ((leader, post), (post, leader)):
        if not one.label_hours or one.label_hours == other.label_hours:
            continue
        if other.label_hours:
            return False
        hours = {fact for fact in other.stated_facts if fact.startswith("hour_")}
        if hours and hours.isdisjoint(one.facts):
            return False
    return True


def _tags_agree(leader: Signature, post: Signature) -> bool:
    """Tell whether the hashtags that file both texts can file one fact."""
    filed = (leader.filed_places, post.filed_places)
    if all(filed) and filed[0].isdisjoint(filed[1]):
        return False
    turned = (leader.polarity ^ post.polarity) & ENDINGS
    if not turned.issubset({*leader.content, *post.content}):
        return False
    only_leader = leader.filed_facts - post.all_facts
    only_post = post.filed_facts - leader.all_facts
    if only_leader and only_post:
        return False
    return all(fact in leader.places | post.places for fact in only_leader | only_post)


@dataclass(frozen=True, slots=True)
class _Comparison:
    """Two different texts, and the runs in which they differ."""

    leader: Signature
    post: Signature
    runs: tuple[Run, ...]

    @classmethod
    def of(cls, leader: Signature, post: Signature) -> _Comparison:
        return cls(leader, post, tuple(runs_between(leader, post)))

    def judge(self) -> float:
        gone = sum(len(run.gone) for run in self.runs)
        new = sum(len(run.new) for run in self.runs)
        core = min(len(self.leader.content) - gone, len(self.post.content) - new)
        if not self.runs:
            return 0.99  # Only slips, or a hashtag written as one word here and as several there.
        if core < _LEAST_APART_CORE:
            return UNLIKE
        if self._is_cut_short(core):
            return 2 * core / (2 * core + gone)
        if all(self._is_harmless(run, core) for run in self.runs):
            score = self._score(core, gone, new)
            if score > UNLIKE:
                return score
        if new and is_reordered(self.leader, self.post):
            return _REORDERED
        return APART if any(self._is_contrary(run) for run in self.runs) else UNLIKE

    def _is_cut_short(self, core: int) -> bool:
        """Tell whether the later text only breaks off within a clause of the earlier one.

        Such a copy says nothing that the other does not; what turns the sentence must not be lost.
        """
        run = self.runs[0]
        if len(self.runs) > 1 or run.new or not self._is_tail(run) or not run.gone_at:
            return False
        if self.leader.breaks[run.gone_at] >= COMMA:
            return False  # A whole clause left out: the dress judges it.
        is_half = run.new_end > run.new_at
        if not is_half and self._sides(run)[0].new_places():
            return False
        clause = next(
            (at for at, gap in enumerate(self.leader.breaks) if at > run.gone_at and gap >= STOP),
            len(self.leader.content),
        )
        is_turned = not (POLARITY | ENDINGS).isdisjoint(self.leader.content[run.gone_at : clause])
        if is_turned or not CONTRARIES.isdisjoint(run.gone):
            return False
        return core >= _LEAST_CUT_CORE and core >= _LEAST_CUT_SHARE * len(self.leader.content)

    def _score(self, core: int, gone: int, new: int) -> float:
        shorter = min(len(self.leader.content), len(self.post.content))
        is_replaced = gone > 0 and new > 0
        least = _LEAST_REPLACED_CORE if self._is_end_replaced() else _LEAST_CORE
        if core < least and core < shorter:
            return UNLIKE
        share = core / shorter
        if share < (_LEAST_SHARED_REPLACED if is_replaced else _LEAST_SHARED):
            return UNLIKE
        is_cut = self.leader.is_cut or self.post.is_cut
        if new > core * (_MOST_CUT if is_cut else _MOST_ADDED) or gone > core * _MOST_CUT:
            return UNLIKE
        return 2 * core / (2 * core + gone + new)

    def _is_end_replaced(self) -> bool:
        return any(run.gone and run.new for run in self.runs)

    def _is_head(self, run: Run) -> bool:
        return run.gone_at == 0 and run.new_at == 0

    def _is_tail(self, run: Run) -> bool:
        ends = (len(self.leader.content), len(self.post.content))
        return (run.gone_end, run.new_end) == ends

    def _sides(self, run: Run) -> tuple[Side, Side]:
        return (
            Side(run.gone, run.gone_at, run.gone_end, self.leader, self.post),
            Side(run.new, run.new_at, run.new_end, self.post, self.leader),
        )

    def _is_contrary(self, run: Run) -> bool:
        """Tell whether the texts say two things in the same place: other figures, other names."""
        gone, new = self._sides(run)
        if gone.is_ending() or new.is_ending():
            return True
        if not gone.words or not new.words:
            return False
        if not self._is_head(run) and not self._is_tail(run):
            return any(side.has_facts() or side.has_names() for side in (gone, new))
        if gone.stated_facts() and new.stated_facts():
            return True
        if gone.new_places() and new.new_places():
            return not (gone.is_remark() or new.is_remark())
        labels = (gone, new) if self._is_head(run) and len(self.runs) == 1 else ()
        return bool(labels) and all(
            side.break_after == COLON and len(side.words) < MOST_LABEL for side in labels
        )

    def _is_ended(self, run: Run, gone: Side, new: Side) -> bool:
        """Tell whether one text alone says that it is over or untrue.

        A last sentence that a later, shorter text leaves out may say so of something else.
        """
        is_left_out = self.post.is_cut or (
            gone.break_before >= STOP and len(gone.words) >= _LEAST_ASIDE
        )
        if self._is_tail(run) and not new.words and is_left_out:
            return not CONTRARIES.isdisjoint(gone.words)
        return any(side.is_ending() or side.denies_shared() for side in (gone, new))

    def _is_harmless(self, run: Run, core: int) -> bool:
        gone, new = self._sides(run)
        if self._is_ended(run, gone, new):
            return False
        if self._is_head(run):
            return is_head_harmless(gone, new)
        if self._is_tail(run):
            return is_tail_harmless(gone, new)
        return is_inside_harmless(gone, new, core)
