"""A process of its own that issues points de situation, for tests of several at once.

Says ``ready``, waits for a line on its input, issues, prints the numbers it got as JSON.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from vigie.operations.reporting import issue_report
from vigie.operations.runtime import Runtime
from vigie.settings import Settings, house_of
from vigie.store.repository import Store

START = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def main(home: str, conventions: str, url: str, activation_id: str, by: str, count: str) -> None:
    """Issue some reports of one activation."""
    settings = Settings(home=Path(home), conventions=Path(conventions), database_url=url)
    house = house_of(settings, "real")
    with Store.open(house.database_url) as store:
        moments = iter(range(10_000))
        runtime = Runtime(house, store, lambda: START + timedelta(seconds=next(moments)), {})
        print("ready", flush=True)
        sys.stdin.readline()
        numbers = [
            issue_report(runtime, activation_id, by=by, situation=f"{by} {turn}").report.number
            for turn in range(int(count))
        ]
    print(json.dumps(numbers), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
