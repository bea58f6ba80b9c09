"""Trainers' verdicts in the store: one a subject, each change in the journal."""

from __future__ import annotations

from dataclasses import replace

from tests.unit.store.store_samples import NOW, make_activation, make_entry
from vigie.records.overrule import Overrule
from vigie.store.repository import Store

FOUND = Overrule(
    kind="fact", subject="toit", verdict="found", reason="dit au téléphone", by="D. Rey",
    decided_at=NOW,
)  # fmt: skip


def test_the_later_verdict_stands_and_each_is_journalled(store: Store) -> None:
    """Another activation has none; a withdrawn one is gone, what was not there says so."""
    one = store.create_activation(make_activation(), make_entry()).id
    other = store.create_activation(make_activation(), make_entry()).id
    store.keep_overrule(one, FOUND, make_entry("overrule"))
    later = replace(FOUND, verdict="missed", reason="« en fait non »\n😀")
    store.keep_overrule(one, later, make_entry("overrule"))
    row = replace(FOUND, kind="row", subject="toit", verdict="false_row")
    store.keep_overrule(one, row, make_entry("overrule"))
    assert store.overrules(one) == [later, row]
    assert store.overrules(other) == []
    assert store.withdraw_overrule(one, "fact", "toit", make_entry("overrule_withdrawn"))
    assert not store.withdraw_overrule(one, "fact", "toit", make_entry("overrule_withdrawn"))
    assert store.overrules(one) == [row]
    actions = [entry.action for _, entry in store.journal(one) if "overrule" in entry.action]
    assert actions == ["overrule"] * 3 + ["overrule_withdrawn"]
