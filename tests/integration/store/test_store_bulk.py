"""A large sweep is committed whole."""

from __future__ import annotations

from pathlib import Path

from tests.unit.store.store_samples import (
    key,
    make_activation,
    make_draft,
    make_entry,
    make_outcome,
    make_post,
)
from vigie.records.sweep import Update
from vigie.store.repository import Store


def test_ten_thousand_posts_are_committed_whole(tmp_path: Path) -> None:
    """10 000 posts, half of them joining known rows, lose none on the way."""
    with Store.open(f"sqlite:///{tmp_path / 'vigie.db'}") as store:
        name = store.create_activation(make_activation(), make_entry()).id
        known = [make_post(number) for number in range(1000)]
        refs = store.commit_sweep(name, "CO21", make_outcome("s0", known))
        posts = [make_post(number, payload="x" * 800) for number in range(1000, 11_000)]
        updates = tuple(
            Update(
                ref=ref,
                machine={"corroboration_count": 5},
                posts=tuple(key(post) for post in posts[5000 + at :: 1000]),
            )
            for at, ref in enumerate(refs)
        )
        drafts = tuple(make_draft(post) for post in posts[:5000])
        outcome = make_outcome("s1", posts, drafts=drafts, updates=updates)
        store.commit_sweep(name, "CO21", outcome)
        assert store.counts(name).posts == 11_000
