"""Every check file found keeps the contract and tells its good table from its bad one."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from vigie.checks.registry import checks, params_by_check
from vigie.checks.suite import run_checks
from vigie.checks.table import columns_of
from vigie.convention.model import Check
from vigie.language import catalogue
from vigie.records.post import Post

TABLES = Path(__file__).parent / "tables"


def _posts(rows: list[dict[str, Any]], make_post: Callable[..., Post]) -> list[Post]:
    posts = []
    for number, row in enumerate(rows):
        values = dict(row)
        if values.get("posted_at"):
            values["posted_at"] = datetime.fromisoformat(values["posted_at"])
        posts.append(make_post(values.pop("native_id", str(number)), **values))
    return posts


@pytest.mark.parametrize("name", sorted(checks()))
@pytest.mark.parametrize("severity", ["stop", "warn"])
def test_good_table_passes_and_each_bad_row_is_found(
    name: str, severity: str, make_post: Callable[..., Post], now: datetime
) -> None:
    """A good table gives no finding; each row of the bad one gives one, held back on stop."""
    table = json.loads((TABLES / f"{name}.json").read_text("utf-8"))
    check = Check(check=name, severity=severity, params=table["params"])  # type: ignore[arg-type]
    good = _posts(table["good"], make_post)
    bad = _posts(table["bad"], make_post)
    passed = run_checks(good, [check], now, "fr", lambda _post: False)
    assert passed.kept == tuple(good)
    assert not passed.findings
    failed = run_checks(bad, [check], now, "fr", lambda _post: False)
    assert len(failed.findings) == len(bad)
    assert {finding.severity for finding in failed.findings} == {severity}
    assert len(failed.kept) == (0 if severity == "stop" else len(bad))
    assert all("{" not in finding.message for finding in failed.findings)


@pytest.mark.parametrize("name", sorted(checks()))
def test_check_file_keeps_the_contract(
    name: str, make_post: Callable[..., Post], now: datetime
) -> None:
    """A check has strict parameters, reads one known column and speaks French."""
    file = checks()[name]
    params = json.loads((TABLES / f"{name}.json").read_text("utf-8"))["params"]
    spec = file.expectation(file.Params.model_validate(params), now)
    assert len(spec.columns) == 1
    assert spec.columns[0] in columns_of([make_post("1")])
    made = file.Params.model_validate(params)
    assert file.message("x", made, catalogue("fr")) != file.message("x", made, catalogue("en"))
    with pytest.raises(ValidationError):
        file.Params.model_validate({**params, "unknown_thing": 1})


def test_registry_names_every_check_of_the_folder() -> None:
    """Each check has a table beside this test, each table a check."""
    assert {path.stem for path in TABLES.glob("*.json")} == set(params_by_check())


def test_registry_imports_neither_great_expectations_nor_pandas() -> None:
    """Reading the parameters of all checks stays light."""
    code = (
        "import sys; from vigie.checks.registry import params_by_check; params_by_check();"
        "import vigie.checks.suite;"
        "assert not {'great_expectations', 'pandas', 'prefect'} & set(sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
