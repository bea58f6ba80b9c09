"""The house, the shared folder and the machine's own news. Called by the driver and the account.

Runs the real commands; replaces nothing of what is proved.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.bench.stream import pages, statuses
from vigie.operations.analysis import analyse
from vigie.operations.leases import release_dead_leases
from vigie.operations.opening import Opening, open_activation
from vigie.operations.placing import workbook_path
from vigie.operations.runtime import Runtime
from vigie.records.collected import Collected
from vigie.settings import Settings, house_of
from vigie.sources.contract import Answer, SourceContext
from vigie.sources.registry import connectors
from vigie.store.repository import Store

ROOT = Path(__file__).resolve().parents[2]
COMMUNES = ("Dijon", "Genlis", "Longvic", "Auxonne", "Pluvet", "Is-sur-Tille", "Beaune", "Talant")
_POSTS = 400
COMMAND_SECONDS = 180.0


class Place:
    """One ``VIGIE_HOME`` with an exercise whose workbook lies in a shared folder.

    Args:
        root: Empty folder of its own.
        seed: Of the posts.
    """

    def __init__(self, root: Path, seed: int) -> None:
        self.root = root
        self.share = root / "partage"
        self.share.mkdir(parents=True)
        conventions = root / "conventions"
        shutil.copytree(ROOT / "conventions", conventions)
        path = conventions / "cote-dor.yml"
        text = path.read_text(encoding="utf-8")
        told = f"  allowed: true\n  share: {{kind: folder, path: {self.share}}}\n"
        path.write_text(text.replace("  allowed: true\n", told), encoding="utf-8")
        self.settings = Settings(home=root / "home", conventions=conventions)
        self.house = house_of(self.settings, "exercise")
        self.environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("VIGIE_", "PREFECT_"))
        } | {
            "VIGIE_HOME": str(self.settings.home),
            "VIGIE_CONVENTIONS": str(conventions),
            "VIGIE_LANG": "fr",
        }
        self._made = statuses(_POSTS, COMMUNES, datetime.now(UTC) - timedelta(minutes=2), seed)
        self.shown_count = 0
        self.id = ""
        self.workbook = Path()

    def open(self, post_count: int) -> None:
        """Open the activation with its first posts and write its workbook."""
        with self.runtime() as runtime:
            opening = Opening(
                convention_id="cote-dor",
                event="Crue de l'Ouche",
                by="Preuve",
                network="http://127.0.0.1:9",
            )
            activation = open_activation(runtime, opening, "activate")
            self.id = activation.id
            self.workbook = workbook_path(runtime, activation)
        self.news(post_count)
        done = subprocess.run(
            self.command(),
            cwd=ROOT,
            env=self.environment,
            check=True,
            timeout=COMMAND_SECONDS,
            capture_output=True,
        )
        assert self.workbook.is_file(), done.stdout

    @contextmanager
    def runtime(self) -> Iterator[Runtime]:
        """Open the house beside whoever else works in it."""
        with Store.open(self.house.database_url) as store:
            yield Runtime(self.house, store)

    def news(self, count: int) -> None:
        """Let the machine collect and analyse the next posts, as a sweep does."""
        chosen = self._made[self.shown_count : self.shown_count + count]
        self.shown_count += len(chosen)
        with self.runtime() as runtime:
            # Whoever was killed a moment ago holds the turn of the analysis no longer.
            release_dead_leases(runtime)
            activation = runtime.store.activation(self.id)
            source = next(
                item for item in runtime.sources_of(activation) if item.kind == "mastodon"
            )
            connector = connectors()[source.kind]
            context = SourceContext.of(source, {})
            params = connector.Params(**source.queries)
            now = datetime.now(UTC)
            request = connector.first(params, {}, context, now - timedelta(hours=6))[0]
            posts = []
            for body in pages(chosen):
                answer = Answer(status=200, headers={}, body=body, url=request.url, received_at=now)
                posts += connector.read(request, answer, params, context).posts
            sweep = f"preuve-{self.shown_count}"
            runtime.store.stage(
                self.id,
                Collected(
                    sweep_id=sweep,
                    source_id=source.id,
                    source_key=source.key,
                    started_at=now,
                    finished_at=now,
                    state="ok",
                    seen_count=len(posts),
                    posts=tuple(posts),
                ),
            )
            analyse(runtime, self.id, sweep)

    def command(self, *more: str) -> list[str]:
        """Return the command line of a pass over the share."""
        return [str(Path(sys.executable).parent / "vigie"), "workbook", "sync", self.id, *more]

    @property
    def kept_index(self) -> Path:
        """Where the house notes what it has taken in."""
        return self.house.restricted(self.id) / "versions" / "versions.jsonl"

    @property
    def database(self) -> Path:
        """File of the store."""
        return Path(self.house.database_url.removeprefix("sqlite:///"))
