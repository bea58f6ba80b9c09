"""Posts that tell the same fact become one observation; in doubt they stay apart.

Called by the analysis of a sweep with the new posts and the leaders of what is known. Each post
is compared with the earliest post of each candidate (its leader), found through an index of
hashed word pairs, never with all. Pure; must not give references or write rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from vigie.records.post import Post
from vigie.records.sweep import Leader, PostKey
from vigie.signals.hashtags import tag_keys
from vigie.signals.leader_index import LeaderIndex
from vigie.signals.likeness import likeness
from vigie.signals.normalisation import addresses_in
from vigie.signals.signature import NamesIn, Signature, headline, signature

SAME_FACT_WINDOW = timedelta(hours=72)
"""The same sentence later than this is news again: a road floods twice in a week."""
_MOST_FOR_ONE_ADDRESS = 24
_LEAST_SURE = 0.8
_MOST_VARIANTS = 4
"""Different wordings of one fact with which later posts are compared, its leader's not counted."""


@dataclass(frozen=True, slots=True)
class Gathering:
    """Where each post belongs.

    Attributes:
        known: Post to the ``Réf`` of the known observation that it joins.
        new: Post to the number of its group in ``groups``.
        groups: New observations, each with its leader (earliest post) first.
    """

    known: Mapping[PostKey, str] = field(default_factory=dict)
    new: Mapping[PostKey, int] = field(default_factory=dict)
    groups: tuple[tuple[PostKey, ...], ...] = ()

    def place_of(self, key: PostKey) -> str | int:
        """Return the ``Réf`` of a known observation, or the number of a new group.

        Raises:
            KeyError: If the post was not gathered (unknown, or a measurement).
        """
        if key in self.known:
            return self.known[key]
        if key in self.new:
            return self.new[key]
        raise KeyError(key)


@dataclass(slots=True)
class Candidate:
    """A leader in the making or a known one: what the index holds."""

    home: str | int
    key: PostKey
    happened_at: datetime
    signature: Signature


def no_names(_words: tuple[str, ...]) -> frozenset[str]:
    """Return no place names: gathering without a gazetteer."""
    return frozenset()


def repost_keys(post: Post) -> tuple[str, ...]:
    """Return the identities under which reposts of this post, or of what it repeats, name it.

    Only addresses count beyond one source: a plain number means something else in another one.
    """
    named = (post.native_id, post.repost_of or "", post.url if post.kind == "message" else "")
    return tuple(dict.fromkeys(name for name in named if name and _is_global(name)))


def article_address(post: Post) -> str | None:
    """Return the address by which people share an article: with its headline, it is the article."""
    return post.url if post.kind == "article" else None


def canonical_order(post: Post) -> tuple[datetime, str, str]:
    """Return the order in which posts are judged, whatever the order of their arrival."""
    return (post.happened_at, post.source_key, post.native_id)


def gather(
    posts: Sequence[Post],
    leaders: Sequence[Leader],
    *,
    distinguishing: NamesIn = no_names,
    ignored_tags: Iterable[str] = (),
) -> Gathering:
    """Return for each post the known observation that it joins or its new group.

    The result does not depend on the order of ``posts`` or ``leaders``. Measurements and second
    copies of one key are left out.

    Args:
        posts: New posts of people, articles and alerts.
        leaders: The earliest post of each known observation.
        distinguishing: Gives the place names among folded words (``Gazetteer.names_in``).
        ignored_tags: The watched hashtags: they say why we found a post, not what it says.
    """
    work = _Work(distinguishing, tag_keys(ignored_tags))
    unique = {(p.source_key, p.native_id): p for p in posts if p.kind != "measurement"}
    if not unique:
        return Gathering()
    oldest_at = min(post.happened_at for post in unique.values()) - SAME_FACT_WINDOW
    for leader in sorted(leaders, key=lambda one: (one.happened_at, one.post_key)):
        work.know(leader, is_comparable=leader.happened_at >= oldest_at)
    for post in sorted(unique.values(), key=canonical_order):
        work.place(post)
    return Gathering(
        known=work.known,
        new={key: number for number, group in enumerate(work.groups) for key in group},
        groups=tuple(tuple(group) for group in work.groups),
    )


class _Work:
    """One run of the gathering: the index and what was decided so far."""

    def __init__(self, names_in: NamesIn, ignored_tags: frozenset[str]) -> None:
        self.known: dict[PostKey, str] = {}
        self.groups: list[list[PostKey]] = []
        self._names_in = names_in
        self._ignored_tags = ignored_tags
        self._articles: dict[str, list[Candidate]] = {}
        self._sharers: dict[str, list[Candidate]] = {}
        self._index = LeaderIndex[Candidate]()
        self._variants: dict[str | int, list[Signature]] = {}
        self._homes: dict[str | PostKey, str | int] = {}

    def know(self, leader: Leader, *, is_comparable: bool = True) -> None:
        """Take in the leader of a known observation.

        One too old to tell the same fact in like words costs no place in the index: after days the
        work of a sweep depends on the last three of them only.
        """
        if not leader.is_gatherable:
            return
        self._remember(leader.ref, leader.post_key, (*leader.repost_keys, leader.post_key[1]))
        for alert in leader.alert_keys:
            self._homes.setdefault(alert, leader.ref)
        if not is_comparable:
            return
        self._add(
            leader.ref,
            leader.post_key,
            leader.happened_at,
            leader.grouping_text,
            leader.article_address,
        )
        for text in leader.variants[:_MOST_VARIANTS]:
            self._vary(leader.ref, leader.post_key, leader.happened_at, self._signature(text))

    def place(self, post: Post) -> None:
        """Put a post where it belongs: what it repeats, what it resembles, or on its own."""
        key = (post.source_key, post.native_id)
        home = self._repeated(post)
        if home is None:
            home = self._resembled(post)
            if home is not None:
                self._vary(home, key, post.happened_at, self._signature(post.text))
        if home is None:
            home = len(self.groups)
            self.groups.append([])
            self._add(home, key, post.happened_at, post.text, article_address(post))
        if isinstance(home, str):
            self.known[key] = home
        else:
            self.groups[home].append(key)
        self._remember(home, key, repost_keys(post))
        if post.repost_of:
            self._homes.setdefault((post.source_key, post.repost_of), home)

    def _remember(self, home: str | int, key: PostKey, names: Sequence[str]) -> None:
        self._homes.setdefault(key, home)
        for name in names:
            if _is_global(name):
                self._homes.setdefault(name, home)

    def _add(
        self,
        home: str | int,
        key: PostKey,
        happened_at: datetime,
        text: str,
        address: str | None,
    ) -> None:
        made = self._signature(text)
        one = Candidate(home, key, happened_at, made)
        self._index.add(made, one)
        for shared in addresses_in(text):
            _note(self._sharers, shared, one)
        for own in addresses_in(address or ""):
            title = self._signature(headline(text))
            _note(self._articles, own, replace(one, signature=title))

    def _vary(self, home: str | int, key: PostKey, happened_at: datetime, made: Signature) -> None:
        """Remember another wording of a fact, if it says it with other words."""
        known = self._variants.setdefault(home, [])
        if len(known) >= _MOST_VARIANTS or any(one.content == made.content for one in known):
            return
        known.append(made)
        self._index.add(made, Candidate(home, key, happened_at, made))

    def _signature(self, text: str) -> Signature:
        return signature(text, self._names_in, self._ignored_tags)

    def _repeated(self, post: Post) -> str | int | None:
        """Return the home of the very post, or of the one that it says it repeats."""
        for native in (post.native_id, post.repost_of):
            if not native:
                continue
            home = self._homes.get((post.source_key, native))
            if home is None and _is_global(native):
                home = self._homes.get(native)
            if home is not None:
                return home
        return None

    def _resembled(self, post: Post) -> str | int | None:
        made = self._signature(post.text)
        pairs = [(one, made) for one in self._index.candidates(made)]
        for address in addresses_in(post.text):
            pairs += [(one, made) for one in self._articles.get(address, ())]
        for address in addresses_in(article_address(post) or ""):
            title = self._signature(headline(post.text))
            pairs += [(one, title) for one in self._sharers.get(address, ())]
        if post.kind == "alert":
            # A service numbers its alerts: two numbers of one service are two things, however
            # alike its forms read.
            pairs = [(one, said) for one, said in pairs if one.key[0] != post.source_key]
        found = [
            (likeness(one.signature, said), one)
            for one, said in pairs
            if abs(one.happened_at - post.happened_at) <= SAME_FACT_WINDOW
        ]
        apart = {one.home for score, one in found if score < 0}
        alike = [
            (-score, one.happened_at, one.key, one)
            for score, one in found
            if score > 0
            and (
                _says_nothing_new(made, one.signature)
                or _adds_no_fact(made, one.signature, score)
                or not (one.home in apart or self._is_contradicted(one.home, made))
            )
        ]
        if not alike:
            return None
        best = min(alike, key=lambda entry: entry[:3])
        if -best[0] < 1.0 and _is_ambiguous(made, [entry[3] for entry in alike], best[3]):
            return (
                None  # Two different facts begin with these words: which one is meant is unknown.
            )
        return best[3].home

    def _is_contradicted(self, home: str | int, made: Signature) -> bool:
        """Tell whether a wording that a fact already has names another place or figure."""
        return any(likeness(known, made) < 0 for known in self._variants.get(home, ()))


def _says_nothing_new(made: Signature, known: Signature) -> bool:
    """Tell whether all words of a text are those of the one that it is like, but for a remark.

    What a third text says of the same fact, in a remark or a label, cannot keep it out then.
    """
    if made.label_hours or not made.filed_facts <= known.all_facts:
        return False
    held = {*known.content}
    first = next((at for at, word in enumerate(made.content) if word not in held), None)
    if first is None:
        return made.polarity <= known.polarity
    is_remark = bool(made.breaks[first]) and all(made.voiced[first:])
    return is_remark and made.stated_facts | made.told_places <= known.all_facts


def _adds_no_fact(made: Signature, known: Signature, score: float) -> bool:
    """Tell whether a text much like another adds no figure, place, name or denial to it."""
    if score < _LEAST_SURE or made.label_hours or made.quoted or known.quoted:
        return False
    stated = made.typed_facts | made.told_places | made.filed_facts
    is_named = made.names <= known.names.union(known.content)
    return stated <= known.all_facts and is_named and made.polarity <= known.polarity


def _is_ambiguous(made: Signature, alike: Sequence[Candidate], best: Candidate) -> bool:
    """Tell whether a text that lacks facts could have been cut from two different ones."""
    known = best.signature
    stated = known.typed_facts | known.told_places | known.filed_facts
    lacks = stated - made.all_facts
    others = [one for one in alike if one.home != best.home]
    return any(
        one.signature.all_facts != known.all_facts and (made.is_cut_anywhere or lacks)
        for one in others
    )


def _note(known: dict[str, list[Candidate]], address: str, one: Candidate) -> None:
    """Remember who carries an address; one that many carry tells nothing about any of them."""
    held = known.setdefault(address, [])
    if len(held) < _MOST_FOR_ONE_ADDRESS:
        held.append(one)


def _is_global(name: str) -> bool:
    """Tell whether an identity means the same thing in every source (a URI)."""
    return "://" in name or name.startswith(("tag:", "urn:", "at:"))
