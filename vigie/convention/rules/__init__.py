"""What a convention must obey beyond its model, one file a subject.

A rule reads the file's plain values tolerantly, so that it also speaks when other parts of the file
are wrong. Called by the loader through ``RULES``; pure but for the time-zone database.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from vigie.convention.document import Breach, Document
from vigie.convention.registry import Registry
from vigie.convention.rules import (
    identity,
    language,
    missions,
    people,
    repetition,
    secrets_out,
    shares,
    sources,
    territory,
)

Rule = Callable[[Document, Registry], Iterable[Breach]]

SECRECY_RULES: tuple[Rule, ...] = (secrets_out.no_literal_secret, secrets_out.references_in_place)
"""Told before everything else about the same value, because the others may show the value."""

RULES: tuple[Rule, ...] = (
    identity.version_is_number,
    identity.dates_in_order,
    identity.prefix_not_reserved,
    identity.id_not_reserved,
    people.coordinator_reachable,
    people.volunteers_signed,
    territory.not_empty,
    territory.departments_exist,
    territory.communes_belong,
    missions.map_with_mapping,
    missions.sheets_with_missions,
    shares.kinds_and_keys,
    shares.exercises_apart,
    language.time_zones_exist,
    language.lexicons_exist,
    repetition.nothing_twice,
    sources.kinds_and_queries,
    sources.checks_and_params,
    sources.addresses_fit_kinds,
    sources.allowances_carry_cadences,
    sources.silence_after_cadence,
    sources.budgets_carry_cadences,
)
