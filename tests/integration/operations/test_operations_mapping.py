"""The map from the store to its files: opened, refreshed, closed, bound by missions."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from tests.integration.operations.stage import CELLAR, LIFE, ROAD, ROOT, Editing, Stage
from vigie.cli.main import app
from vigie.cli.rooms import opened_for
from vigie.operations.mapping import close_map, open_map, refresh_maps, write_maps
from vigie.operations.runtime import Runtime
from vigie.problem import ConventionError, SettingsError, TransitionError
from vigie.records.observation import Observation

RULE = "appelez d’abord le 18 ou le 112"
SUMMARY = "D10 fermée à la circulation à Genlis"


def folder(stage: Stage, side: str) -> Path:
    """Return the restricted or the public folder, made by nobody but the machine."""
    return stage.house.folder(stage.id) / side


def features(stage: Stage, side: str) -> list[dict[str, Any]]:
    """Return what a GeoJSON file of an exercise holds."""
    text = (folder(stage, side) / "EXERCICE carte.geojson").read_text(encoding="utf-8")
    return list(json.loads(text)["features"])


def page(stage: Stage, side: str) -> str:
    """Return the page of an exercise."""
    return (folder(stage, side) / "EXERCICE carte.html").read_text(encoding="utf-8")


def confirm(stage: Stage, **more: str) -> Observation:
    """Confirm the road in the workbook, as two people would."""
    cells = {
        "Statut": "confirmé",
        "Vérifié par": "Zélie",
        "Preuves": "appel au CODIS 10 h 12",
        "Résumé": SUMMARY,
        **more,
    }
    with Editing(stage.path) as edited:
        log = edited.sheet("Main courante")
        for title, value in cells.items():
            log.put(log.row_of(ROAD), title, value)
    stage.clock.forward(20)
    stage.publish()
    return stage.observation(ROAD)


def test_a_publication_writes_the_restricted_map_and_nothing_public(running: Stage) -> None:
    """Before anybody opens it there is no public folder; every row is on the restricted side."""
    assert not folder(running, "public").exists()
    shown = features(running, "restricted")
    refs = {one.ref for one in running.store.observations(running.id) if not one.is_withdrawn}
    assert {feature["properties"]["ref"] for feature in shown} == refs
    assert "EXERCICE – EXERCICE – EXERCICE" in page(running, "restricted")
    restricted = folder(running, "restricted")
    assert restricted.stat().st_mode & 0o777 == 0o700
    assert (restricted / "EXERCICE carte.html").stat().st_mode & 0o777 == 0o600
    assert not [path for path in restricted.iterdir() if path.suffix == ".tmp"]


def test_the_public_map_shows_what_was_confirmed_until_it_is_lifted(running: Stage) -> None:
    """Open, confirm, lift, close: each step is in the public files, and nothing else ever is."""
    open_map(running.runtime, running.id, by="Anne")
    before = {feature["properties"]["category"] for feature in features(running, "public")}
    assert "road_closed" not in before
    row = confirm(running)
    roads = [
        feature
        for feature in features(running, "public")
        if feature["properties"]["category"] == "road_closed"
    ]
    [road] = roads
    assert road["properties"]["description"] == SUMMARY
    assert road["properties"]["commune"] == "Genlis"
    place = running.runtime.gazetteer.commune("21292")
    assert road["geometry"]["coordinates"] == [place.lon, place.lat]
    public = page(running, "public")
    assert SUMMARY in public
    assert RULE in public
    for secret in (row.ref, ROAD[:40], LIFE[:40], "piaille.example", "CODIS", "Zélie"):
        assert secret not in public
        assert secret not in json.dumps(features(running, "public"), ensure_ascii=False)
    confirm(running, Statut="levé")
    assert SUMMARY not in page(running, "public")
    confirm(running)
    assert SUMMARY in page(running, "public")
    closed = close_map(running.runtime, running.id, by="Luc")
    assert not closed.is_open
    assert features(running, "public") == []
    assert "Cette carte est fermée" in page(running, "public")
    assert RULE in page(running, "public")
    assert SUMMARY not in (folder(running, "public") / "EXERCICE carte.umap").read_text("utf-8")
    running.publish()
    assert features(running, "public") == []
    actions = [(entry.actor, entry.action) for _, entry in running.store.journal(running.id)]
    assert [one for one in actions if "map" in one[1]] == [
        ("Anne", "open_map"),
        ("Luc", "close_map"),
    ]


def test_what_the_public_may_not_see_says_why_on_the_restricted_map(running: Stage) -> None:
    """Each row of the restricted file is public or names its reason; the two files agree."""
    open_map(running.runtime, running.id, by="Anne")
    confirm(running)
    shown = [feature["properties"] for feature in features(running, "restricted")]
    assert sum(one["public"] for one in shown) == len(features(running, "public"))
    assert all(one["public"] != bool(one["not_public_because"]) for one in shown)
    [life] = [one for one in shown if one["ref"] == running.observation(LIFE).ref]
    assert not life["public"]


def test_an_official_alert_in_force_may_be_public_an_article_may_not(running: Stage) -> None:
    """Rows that began with an alert or level of an official source are known as such."""
    alerts = running.store.official_alert_refs(running.id, ["vigicrues", "vigilance"])
    kinds = {
        ref: posts[0].kind
        for ref, posts in running.store.posts_of(running.id).items()
        if posts[0].source_id in ("vigicrues", "vigilance")
    }
    assert alerts == {ref for ref, kind in kinds.items() if kind in ("alert", "measurement")}
    assert alerts
    assert not running.store.official_alert_refs(running.id, ["prefecture"])


@pytest.mark.parametrize("end", ["close", "cancel"])
def test_the_public_map_ends_with_its_activation(stage: Stage, end: str) -> None:
    """Nobody keeps the map of an ended activation up to date: its page says that it is closed."""
    if end == "cancel":
        stage.open("alert")
        stage.store.decide_map(stage.id, is_open=True, by="Anne", at=stage.clock())
    else:
        stage.open()
        open_map(stage.runtime, stage.id, by="Anne")
        assert "Cette carte est fermée" not in page(stage, "public")
    stage.move(end, reason="fini")
    assert "Cette carte est fermée" in page(stage, "public")
    assert features(stage, "public") == []
    with pytest.raises(TransitionError):
        open_map(stage.runtime, stage.id, by="Anne")


def test_nobody_opens_a_map_namelessly_or_before_its_time(stage: Stage) -> None:
    """A name is needed, an activation under way, and something open to close."""
    stage.open("alert")
    with pytest.raises(TransitionError, match="Activez"):
        open_map(stage.runtime, stage.id, by="Anne")
    stage.move("activate")
    for act in (open_map, close_map):
        with pytest.raises(TransitionError, match="--by"):
            act(stage.runtime, stage.id, by="  ")
    with pytest.raises(TransitionError, match="jamais"):
        close_map(stage.runtime, stage.id, by="Anne")
    assert stage.store.map_state(stage.id) is None


def without_mapping(stage: Stage) -> None:
    """Take the mapping mission out of the stage's convention."""
    path = stage.conventions / "cote-dor.yml"
    text = path.read_text(encoding="utf-8")
    text = text.replace("monitoring, mapping,", "monitoring,")
    path.write_text(text.replace("map:\n  delay_minutes: 15\n", ""), encoding="utf-8")


def test_missions_bind(stage: Stage) -> None:
    """Without the mapping mission no command writes a map, and publications write none."""
    without_mapping(stage)
    stage.open()
    for act in (open_map, close_map):
        with pytest.raises(ConventionError, match="cartographie"):
            act(stage.runtime, stage.id, by="Anne")
    with pytest.raises(ConventionError, match="cartographie"):
        write_maps(stage.runtime, stage.id)
    published = stage.publish()
    assert published.notes == ()
    assert not list(stage.house.folder(stage.id).rglob("*carte*"))


def test_a_real_map_names_the_address_of_its_data(make_stage: Callable[..., Stage]) -> None:
    """Outside exercises the uMap file reads the public GeoJSON again where it is served."""
    stage = make_stage("real", kind="real")
    path = stage.conventions / "cote-dor.yml"
    text = path.read_text(encoding="utf-8")
    served = "  delay_minutes: 15\n  base_url: https://carte.example.invalid/cote-dor/\n"
    path.write_text(text.replace("  delay_minutes: 15\n", served), encoding="utf-8")
    stage.open()
    written = open_map(stage.runtime, stage.id, by="Anne")
    names = [path.name for path in written.paths]
    assert names == ["carte.html", "carte.geojson", "carte.geojson", "carte.umap", "carte.html"]
    umap = json.loads((folder(stage, "public") / "carte.umap").read_text(encoding="utf-8"))
    url = umap["layers"][0]["_umap_options"]["remoteData"]["url"]
    assert url == "https://carte.example.invalid/cote-dor/carte.geojson"
    assert "EXERCICE" not in (folder(stage, "public") / "carte.html").read_text(encoding="utf-8")


def test_an_exercise_names_no_address_outside(stage: Stage) -> None:
    """The convention's real address stands in no file of an exercise."""
    path = stage.conventions / "cote-dor.yml"
    text = path.read_text(encoding="utf-8")
    served = "  delay_minutes: 15\n  base_url: https://carte.example.invalid/cote-dor\n"
    path.write_text(text.replace("  delay_minutes: 15\n", served), encoding="utf-8")
    stage.open()
    for written in open_map(stage.runtime, stage.id, by="Anne").paths:
        assert "carte.example" not in written.read_text(encoding="utf-8")
        assert written.name.startswith("EXERCICE ")


def test_a_fault_of_the_map_is_told_and_stops_nothing(running: Stage) -> None:
    """The workbook is published all the same; the fault is said each time, journalled once."""
    own = running.settings.home / "templates" / "fr"
    own.mkdir(parents=True)
    (own / "map.html.j2").write_text("{% if %}", encoding="utf-8")
    for _ in range(2):
        running.clock.forward(15)
        published = running.publish()
        assert published.is_written
        assert any("carte" in note for note in published.notes)
    faults = [
        entry for _, entry in running.store.journal(running.id) if entry.action == "map_fault"
    ]
    assert len(faults) == 1
    (own / "map.html.j2").unlink()
    assert refresh_maps(running.runtime, running.id) == ()
    assert not list(running.house.folder(running.id).rglob("*.tmp"))


def test_who_closes_wins_over_who_writes(stage: Stage) -> None:
    """A writing that began before the closing leaves nothing open behind it."""
    stage.open()
    open_map(stage.runtime, stage.id, by="Anne")
    is_over = threading.Event()

    def keep_writing() -> None:
        while not is_over.is_set():
            write_maps(stage.runtime, stage.id)

    threads = [threading.Thread(target=keep_writing) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        for _ in range(3):
            close_map(stage.runtime, stage.id, by="Luc")
            assert "Cette carte est fermée" in page(stage, "public")
            open_map(stage.runtime, stage.id, by="Anne")
        close_map(stage.runtime, stage.id, by="Luc")
    finally:
        is_over.set()
        for thread in threads:
            thread.join(timeout=60)
    assert "Cette carte est fermée" in page(stage, "public")


def test_the_same_moment_gives_the_same_bytes(running: Stage) -> None:
    """Written twice at one time, every file is the same."""
    open_map(running.runtime, running.id, by="Anne")
    confirm(running)
    first = {path: path.read_bytes() for path in write_maps(running.runtime, running.id).paths}
    assert first == {
        path: path.read_bytes() for path in write_maps(running.runtime, running.id).paths
    }


def at_the_stages_hour(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let commands open the house as they do, but at the stage's hour: facts grow old."""

    @contextmanager
    def opened(activation_id: str) -> Iterator[Runtime]:
        with opened_for(activation_id) as runtime:
            runtime.clock = stage.clock
            yield runtime

    monkeypatch.setattr("vigie.cli.rooms.opened_for", opened)
    monkeypatch.setenv("VIGIE_HOME", str(stage.settings.home))
    monkeypatch.setenv("VIGIE_CONVENTIONS", str(ROOT / "conventions"))


def test_commands_tell_what_is_shown_and_what_is_not(
    running: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The command line names counts, reasons and files, and who must word a summary otherwise."""
    confirm(running, **{"Résumé": "Route coupée devant chez Mme Durand"})
    at_the_stages_hour(running, monkeypatch)
    opened = CliRunner().invoke(app, ["map", "open", running.id, "--by", "Anne"])
    assert opened.exit_code == 0, opened.output
    assert "Carte publique ouverte" in opened.output
    assert "pas confirmé" in opened.output
    assert (
        f"{running.observation(ROAD).ref} : son résumé semble désigner quelqu’un" in opened.output
    )
    assert "EXERCICE carte.umap" in opened.output
    closed = CliRunner().invoke(app, ["map", "close", running.id, "--by", "Anne"])
    assert "Carte publique fermée." in closed.output
    written = CliRunner().invoke(app, ["map", "write", running.id])
    assert "Carte restreinte" in written.output


def test_closing_empties_the_public_files_whatever_else_fails(running: Stage) -> None:
    """A page that cannot be made any more must not keep the open one standing."""
    open_map(running.runtime, running.id, by="Anne")
    confirm(running)
    assert SUMMARY in page(running, "public")
    own = running.settings.home / "templates" / "fr"
    own.mkdir(parents=True)
    (own / "map.html.j2").write_text("{% if %}", encoding="utf-8")
    with pytest.raises(SettingsError, match="modèle de la carte"):
        close_map(running.runtime, running.id, by="Luc")
    assert list(folder(running, "public").iterdir()) == []
    state = running.store.map_state(running.id)
    assert state is not None
    assert not state.is_open
    (own / "map.html.j2").unlink()
    running.publish()
    assert "Cette carte est fermée" in page(running, "public")


def test_a_fault_of_the_restricted_side_does_not_keep_the_public_map_open(running: Stage) -> None:
    """What the public sees is emptied before the restricted files are written."""
    open_map(running.runtime, running.id, by="Anne")
    confirm(running)
    restricted = folder(running, "restricted") / "EXERCICE carte.geojson"
    restricted.unlink()
    restricted.mkdir()
    (restricted / "in the way").touch()
    with pytest.raises(SettingsError, match="Écriture impossible"):
        close_map(running.runtime, running.id, by="Luc")
    assert features(running, "public") == []
    assert "Cette carte est fermée" in page(running, "public")


def test_rows_that_people_merged_are_drawn_once(running: Stage) -> None:
    """``Regroupé avec``, typed in the workbook, holds on both maps; emptied, both rows are back."""
    open_map(running.runtime, running.id, by="Anne")
    row = confirm(running)
    other = running.observation(CELLAR)
    confirmed = {"Statut": "confirmé", "Vérifié par": "Zélie", "Preuves": "appel, 10 h 20"}
    for target, count in ((row.ref, 1), (None, 2)):
        with Editing(running.path) as edited:
            log = edited.sheet("Main courante")
            cells = {**confirmed, "Catégorie": "route coupée", "Urgence": "normale"}
            for title, value in {**cells, "Regroupé avec": target}.items():
                log.put(log.row_of(CELLAR), title, value)
        running.clock.forward(1)
        running.publish()
        roads = [
            feature["properties"]
            for feature in features(running, "public")
            if feature["properties"]["category"] == "road_closed"
        ]
        assert len(roads) == count
        refs = [feature["properties"]["ref"] for feature in features(running, "restricted")]
        assert (other.ref in refs) is (target is None)
        assert len(refs) == len(set(refs))


def test_an_unknown_activation_leaves_nothing_behind(stage: Stage) -> None:
    """Refreshing the map of what is not makes no folder."""
    assert len(refresh_maps(stage.runtime, "ex-nothing-1")) == 1
    assert not stage.house.folder("ex-nothing-1").exists()


def test_commands_without_a_mission_say_so_in_words(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No mapping mission: one sentence, the cure, exit code 1, no file, no traceback."""
    without_mapping(stage)
    stage.open()
    at_the_stages_hour(stage, monkeypatch)
    for verb in (["open", stage.id, "--by", "Anne"], ["close", stage.id, "--by", "Anne"]):
        result = CliRunner().invoke(app, ["map", *verb])
        assert result.exit_code != 0
        assert isinstance(result.exception, ConventionError)
        assert "cartographie" in str(result.exception)
        assert "missions" in str(result.exception)
    assert not list(stage.house.folder(stage.id).rglob("*carte*"))
