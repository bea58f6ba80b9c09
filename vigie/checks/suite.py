"""Runs the convention's checks over a table of posts with Great Expectations.

Called by the analysis of a sweep, off the event loop. The only file that imports Great
Expectations, and only inside functions: it costs seconds and 200 MB. Must not decide about lives:
a text that says one is at risk is kept whatever is wrong with it.
"""

from __future__ import annotations

import functools
import logging
import os
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from vigie.checks.contract import CheckFile, CheckParams, ExpectationSpec
from vigie.checks.registry import checks as registered
from vigie.checks.table import Columns, columns_of
from vigie.convention.model import Check
from vigie.language import Catalogue, catalogue, say
from vigie.problem import ConventionError, Problem
from vigie.records.finding import Finding
from vigie.records.post import Post
from vigie.records.sweep import PostKey

_LOCK = threading.RLock()
_SHOWN_CHARACTERS = 120


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What the checks say of a table of posts.

    Attributes:
        kept: Posts that go on, in their order; marked ones among them.
        quarantined: Keys of the posts that a ``stop`` check holds back.
        findings: One for each rule broken by each post, in the order of checks and posts.
    """

    kept: tuple[Post, ...]
    quarantined: frozenset[PostKey]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class _Planned:
    file: CheckFile
    params: CheckParams
    spec: ExpectationSpec
    is_stop: bool


def warm_up() -> None:
    """Import Great Expectations and build its context, so that the first sweep does not wait."""
    with _LOCK:
        _batch_definition()


def run_checks(
    posts: Sequence[Post],
    checks: Sequence[Check],
    now: datetime,
    language: str,
    is_life_at_risk: Callable[[Post], bool],
) -> CheckResult:
    """Return which posts go on, which are held back, and why.

    Args:
        posts: Posts as they arrived.
        checks: The convention's checks with severities and thresholds.
        now: Aware UTC; ages are judged against it.
        language: Of the findings' sentences.
        is_life_at_risk: Tells of a post whether its text must be shown; asked only of posts that
            would be held back.

    Raises:
        ConventionError: If a check is not known or its parameters do not fit.
        Problem: If Great Expectations cannot run a check.
    """
    planned = [_plan(check, now) for check in checks]
    if not posts or not planned:
        return CheckResult(tuple(posts), frozenset(), ())
    columns = columns_of(posts)
    findings: list[Finding] = []
    quarantined: set[PostKey] = set()
    words = catalogue(language)
    for plan, indexes in zip(planned, _broken(planned, columns), strict=True):
        for index in indexes:
            post = posts[index]
            held = plan.is_stop and not is_life_at_risk(post)
            if held:
                quarantined.add((post.source_key, post.native_id))
            finding = _finding(plan, post, columns[plan.spec.columns[0]][index], words, now, held)
            findings.append(finding)
    kept = tuple(p for p in posts if (p.source_key, p.native_id) not in quarantined)
    return CheckResult(kept, frozenset(quarantined), tuple(findings))


def _plan(check: Check, now: datetime) -> _Planned:
    file = registered().get(check.check)
    if file is None:
        raise ConventionError(
            check.check,
            say("There is no check of this name."),
            say("Known checks: {names}.", names=", ".join(sorted(registered()))),
        )
    try:
        params = file.Params.model_validate(dict(check.params))
    except ValueError as error:
        raise ConventionError(
            check.check, say("The parameters do not fit: {error}.", error=error)
        ) from error
    return _Planned(file, params, file.expectation(params, now), check.severity == "stop")


def _finding(
    plan: _Planned, post: Post, raw: object, words: Catalogue, now: datetime, is_held: bool
) -> Finding:
    value = _shown(raw, plan.spec.columns[0])
    sentence = plan.file.message(value, plan.params, words)
    if plan.is_stop and not is_held:
        sentence = f"{sentence} {words.say('Kept all the same: a life may be at risk.')}"
    return Finding(
        check=plan.file.NAME,
        severity="stop" if is_held else "warn",
        message=sentence,
        found_at=now,
        post=(post.source_key, post.native_id),
        value=value,
    )


def _shown(raw: object, column: str) -> str:
    """Return a value as a person reads it, shortened."""
    if raw is None:
        return ""
    if isinstance(raw, float):
        if column.endswith("_seconds"):
            return datetime.fromtimestamp(raw, UTC).strftime("%Y-%m-%d %H:%M UTC")
        return str(int(raw))
    text = str(raw)
    return text if len(text) <= _SHOWN_CHARACTERS else text[: _SHOWN_CHARACTERS - 1] + "…"


def _broken(planned: Sequence[_Planned], columns: Columns) -> list[list[int]]:
    """Return for each planned check the numbers of the rows that break it."""
    with _LOCK:
        definition = _batch_definition()
        import pandas as pd  # noqa: PLC0415 - costs as much as the context; see the module's head
        from great_expectations import ExpectationSuite  # noqa: PLC0415
        from great_expectations.expectations.expectation_configuration import (  # noqa: PLC0415
            ExpectationConfiguration,
        )

        frame = pd.DataFrame(
            {name: pd.Series(values, dtype=object) for name, values in columns.items()}
        )
        expectations = [
            ExpectationConfiguration(
                type=plan.spec.type,
                kwargs={"column": plan.spec.columns[0], **plan.spec.kwargs},
                meta={"position": position},
            )
            for position, plan in enumerate(planned)
        ]
        suite = ExpectationSuite(name="vigie", expectations=expectations)
        batch = definition.get_batch(batch_parameters={"dataframe": frame})
        results = batch.validate(suite, result_format="COMPLETE").results
    return _rows(results, planned)


def _rows(results: Sequence[Any], planned: Sequence[_Planned]) -> list[list[int]]:
    found: dict[int, list[int]] = {}
    for result in results:
        position = result.expectation_config.meta["position"]
        if result.exception_info.get("raised_exception", False):
            raise Problem(
                planned[position].file.NAME,
                say("The check could not run: {error}.", error=result.exception_info),
            )
        found[position] = sorted(int(i) for i in result.result.get("unexpected_index_list") or ())
    return [found[position] for position in range(len(planned))]


@functools.cache
def _batch_definition() -> Any:
    """Return the one whole-frame batch definition of this process.

    Source: Great Expectations 1.24, ``get_context(mode="ephemeral")``; analytics off before its
    import, because this is crisis data.
    """
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    logging.getLogger("great_expectations").setLevel(logging.ERROR)
    import great_expectations as gx  # noqa: PLC0415
    from great_expectations.data_context.types.base import ProgressBarsConfig  # noqa: PLC0415

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False, metric_calculations=False)
    source = context.data_sources.add_pandas("vigie")
    return source.add_dataframe_asset("posts").add_batch_definition_whole_dataframe("all")
