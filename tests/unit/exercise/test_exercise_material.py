"""The demonstration's material keeps its promises, and wrong material is refused whole."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml

from vigie.exercise.expectation import load_expected, parse_expected
from vigie.exercise.hashtags import fold_tag
from vigie.exercise.material import Material, MaterialError, load_material, parse_material
from vigie.exercise.script import DocumentSource, VigicruesSource, VigilanceSource
from vigie.exercise.volunteer import load_volunteer, parse_volunteer

ROOT = Path(__file__).parents[3]
FOLDER = ROOT / "data" / "demonstration"
COMMUNES = ROOT / "data" / "communes.csv"


@pytest.fixture(scope="module")
def material() -> Material:
    """The shipped material."""
    return load_material(FOLDER)


@pytest.fixture(scope="module")
def expected():
    """The shipped table."""
    return load_expected(FOLDER / "expected.csv")


def documents_of(material) -> set[str]:
    """Ids of the sources whose answers are written out."""
    return {key for key, one in material.sources.items() if isinstance(one, DocumentSource)}


def test_expected_covers_every_post_once(material, expected):
    """Each post of people has exactly one line, in the wave that the material releases it."""
    alerts = documents_of(material)
    told = [r for r in expected if r.kind not in {"measurement", "end"} and r.source not in alerts]
    lines = {(row.source, row.post): row.wave for row in told}
    assert len(lines) == len(told)
    assert lines == material.waves_of_posts()
    assert len(set(material.native_ids().items())) == len(material.native_ids())


def test_expected_covers_every_alert(material, expected):
    """Each alert of a service has its line in the wave whose answer first holds it; each end too.

    An end is a last version that cancels, or an answer that says or shows that it is over.
    """
    first, last, ended = {}, {}, set()
    for key in documents_of(material) - {"hauteurs"}:
        source = material.sources[key]
        for wave, name in enumerate(source.answers, 1):
            text = material.documents[name]
            for found in set(re.findall(r'(?:DEMO-[A-Z]+-\d|EVT-\d+)(?=["<])', text)):
                first.setdefault((key, found), wave)
                last[key, found] = wave
            for line in text.splitlines():
                if (over := re.search(r"EVT-\d+", line)) and '"fin": "@@' in line:
                    ended.add((key, over[0], wave))
    ended |= {
        (key, name, wave + 1)
        for (key, name), wave in last.items()
        if key == "routes-nationales" and wave < material.play.last_wave
    }
    for text in material.documents.values():
        if "<msgType>Cancel" in text:
            alert = re.search(r"<identifier>(.+?)<", text)[1]
            ended.add(("alertes-fr", alert, first.pop(("alertes-fr", alert))))
    lines = {(r.source, r.post, r.wave) for r in expected if r.source in documents_of(material)}
    ends = {(r.source, r.post, r.wave) for r in expected if r.kind == "end"}
    assert ends == ended
    levels = {(r.source, r.post, r.wave) for r in expected if r.source == "hauteurs"}
    assert lines - ends - levels == {(*name, wave) for name, wave in first.items()}


def test_expected_measurements_are_the_level_changes(material, expected):
    """A line stands for each change to yellow or above of a followed subject, and for no other."""
    changes = []
    for source in material.sources.values():
        if isinstance(source, VigicruesSource):
            series = dict(source.reaches)
        elif isinstance(source, VigilanceSource):
            series = {
                f"{c.domain}/{c.phenomenon}/{c.horizon}": c.levels
                for c in source.colours
                if c.domain == "21"
            }
        else:
            continue
        for subject, levels in series.items():
            for wave, (before, now) in enumerate(zip([1, *levels], levels, strict=False), 1):
                if now != before and now >= 2:
                    changes.append((source.id, f"{subject}={now}", wave))
    lines = [
        (r.source, r.post, r.wave)
        for r in expected
        if r.kind == "measurement" and r.source != "hauteurs"
    ]
    assert sorted(lines) == sorted(changes)


def test_expected_heights_are_the_threshold_crossings(material, expected):
    """A line stands for each value of a gauge that brings it to another level of 2 or above."""
    text = (ROOT / "conventions" / "cote-dor.yml").read_text(encoding="utf-8")
    source = next(s for s in yaml.safe_load(text)["sources"] if s["id"] == "hauteurs")
    stations = {s["code"]: s for s in source["queries"]["stations"]}
    before = dict.fromkeys(stations, 1)
    changes = []
    for wave, name in enumerate(material.sources["hauteurs"].answers, 1):
        rows = json.loads(material.documents[name])["data"]
        for row in sorted(rows, key=lambda row: int(row["date_obs"].strip("@"))):
            code = row["code_station"]
            if code is None:
                continue
            metres = row["resultat_obs"] / 1000
            level = 1 + sum(metres >= threshold for threshold in stations[code]["levels"])
            if level != before[code] and level >= 2:
                changes.append((f"{code}/H={level}", wave))
            before[code] = level
    lines = [(r.post, r.wave) for r in expected if r.source == "hauteurs"]
    assert sorted(lines) == sorted(changes)


def test_material_is_as_rich_as_promised(material, expected):
    """Posts, repeats, noise, look-alikes, observations, sources and waves reach their numbers."""
    kinds = Counter(row.kind for row in expected)
    print(kinds, "groups:", len({row.group for row in expected}))
    assert sum(kinds.values()) - kinds["measurement"] >= 170
    assert kinds["repeat"] >= 36
    assert kinds["noise"] >= 26
    assert kinds["look-alike"] >= 8
    true = {row.group for row in expected if row.kind in {"original", "look-alike", "official"}}
    assert len(true) >= 50
    assert len(material.sources) >= 13
    assert kinds["end"] >= 3
    assert {row.wave for row in expected} == {1, 2, 3, 4}
    assert any(row.urgency == "life_at_risk" for row in expected)


def test_waves_bring_new_and_repeated_material(material, expected):
    """From the second wave on there are new facts, and repeats of facts of earlier waves."""
    first_wave = {}
    for row in sorted(expected, key=lambda row: row.wave):
        first_wave.setdefault(row.group, row.wave)
    for wave in (2, 3, 4):
        assert any(r.wave == wave and first_wave[r.group] == wave for r in expected)
    assert any(r.kind == "repeat" and first_wave[r.group] < r.wave for r in expected)


def test_first_post_of_a_group_is_its_earliest(material, expected):
    """The line that carries a group's values is the group's earliest post."""
    times = material.minutes()
    expected = [row for row in expected if (row.source, row.post) in times]
    first = {row.group: times[row.source, row.post] for row in expected if row.kind != "repeat"}
    late = [
        row.post
        for row in expected
        if row.kind == "repeat" and times[row.source, row.post] < first[row.group]
    ]
    assert late == []


def test_communes_of_the_table_exist_in_cote_dor(expected):
    """Every expected commune is a commune of the department."""
    if not COMMUNES.is_file():
        pytest.skip("data/communes.csv is not there yet")
    with COMMUNES.open(encoding="utf-8") as handle:
        known = {line["insee"] for line in csv.DictReader(handle) if line["departement"] == "21"}
    assert {row.commune for row in expected if row.commune} <= known


def test_convention_watches_what_is_played(material):
    """The sources and hashtags of the play are those of conventions/cote-dor.yml."""
    path = ROOT / "conventions" / "cote-dor.yml"
    if not path.is_file():
        pytest.skip("conventions/cote-dor.yml is not there yet")
    sources = {s["id"]: s for s in yaml.safe_load(path.read_text(encoding="utf-8"))["sources"]}
    assert sources.keys() == material.sources.keys()
    documents = {"cap", "datex", "geojson", "hubeau"}
    for key, played in material.sources.items():
        kind = sources[key]["kind"]
        assert played.kind == ("document" if kind in documents else kind)
    assert sources["telegram"]["queries"]["channels"] == [material.sources["telegram"].account]
    for source in material.mastodon_sources():
        watched = {fold_tag(tag) for tag in sources[source.id]["queries"]["hashtags"]}
        assert {fold_tag(tag) for tag in material.play.hashtags} <= watched


def test_every_host_is_fictitious():
    """No address of the material leads to a real host."""
    # Names of XML's vocabularies are no addresses.
    vocabularies = {"datex2.eu", "www.w3.org", "schemas.xmlsoap.org"}
    for path in sorted([*FOLDER.rglob("*.yml"), *(FOLDER / "documents").iterdir()]):
        for host in re.findall(r"https?://([^/\s\"?<]+)", path.read_text(encoding="utf-8")):
            assert host.endswith(".example") or host in vocabularies, (path.name, host)


def test_whole_play_lies_just_before_now(material):
    """A play that starts when the material says has no post in the future, and none is old."""
    now = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
    start = material.start_for(now)
    assert now - timedelta(hours=6) < start < now
    assert material.play.wave_end(4, start) < now


def test_volunteer_edits_rows_of_published_waves(expected):
    """Each edited group has been published when the volunteer types, and no cell twice."""
    script = load_volunteer(FOLDER / "volunteer.yml")
    shown = {row.group for row in expected if row.wave <= script.after_wave}
    named = {edit.names for edit in script.edits if edit.names is not None}
    assert {edit.group for edit in script.edits} | named <= shown
    assert any(edit.column == "grouped_with" and edit.names for edit in script.edits)
    vital = {row.group for row in expected if row.urgency == "life_at_risk"}
    assert {e.group for e in script.edits if e.column == "acknowledged_at"} <= vital
    cells = [(edit.group, edit.column) for edit in script.edits]
    assert len(set(cells)) == len(cells)


def test_hashtags_fold_as_on_the_real_server():
    """Capitals and accents do not matter, letters do."""
    assert fold_tag("CôtedOr") == fold_tag("COTEDOR") == "cotedor"
    assert fold_tag("Évacuation") == "evacuation"
    assert fold_tag("Tille") != fold_tag("Ouche")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('title: "Crue', 'titel: "Crue'),
        ("until: 60", "until: 600"),
        ('"Crue21", ', ""),
        ("posts/piaille.yml", "posts/none.yml"),
        ("number: 2", 'number: "2"'),
        ("document: appel-codis.txt", "document: nobody.txt"),
        ("posts: [h001]", "posts: [c001]"),
        ("faults: {}", "faults: {piaille: {1: {statut: 503}}}"),
    ],
)
def test_wrong_material_is_refused(old, new):
    """A misspelt key, overlapping waves, an unwatched post or a missing file are each refused."""
    head = (FOLDER / "material.yml").read_text(encoding="utf-8")
    assert old in head
    parts = {
        str(path.relative_to(FOLDER)): path.read_text(encoding="utf-8")
        for path in FOLDER.rglob("*.yml")
    }
    loaded = load_material(FOLDER)
    parse_material(head, parts, loaded.templates, loaded.documents)
    with pytest.raises(MaterialError):
        parse_material(head.replace(old, new, 1), parts, loaded.templates, loaded.documents)


def test_missing_folder_is_a_problem(tmp_path):
    """A folder, table or script that is not there is told as a problem, not as a traceback."""
    for load in (load_material, load_expected, load_volunteer):
        with pytest.raises(MaterialError):
            load(tmp_path / "nowhere")


HEADER = "post,source,wave,group,kind,commune,urgency,category,life_at_risk\n"


@pytest.mark.parametrize(
    "text",
    [
        "post,source\n",
        HEADER + "a1,s,one,g,original,,normal,water,no\n",
        HEADER + "a1,s,1,g,strange,,normal,water,no\n",
        HEADER + "a1,s,1,g,original,,normal,wasser,no\n",
        HEADER + "a1,s,1,g,original,,normal,water,yes\n",
        HEADER + "a1,s,1,g,repeat,,,,\n",
        HEADER + "a1,s,1,g,end,,,,\n",
        HEADER + "a1,s,1,g,official,,normal,water,no\na1,s,2,g,end,,normal,water,no\n",
        HEADER + "a1,s,1,g,original,,normal,water,no\na2,s,1,g,repeat,,normal,,\n",
        HEADER + "a1,s,1\n",
    ],
)
def test_wrong_table_is_refused(text):
    """Each kind of wrong line in the hand-written table is refused."""
    with pytest.raises(MaterialError):
        parse_expected(text)


@pytest.mark.parametrize(
    "text",
    [
        "[]",
        "name: x",
        "name: x\nafter_wave: 1\nadded_row: {summary: b}\n"
        "edits: [{group: g, column: no, value: a}]",
        "name: x\nafter_wave: 1\nadded_row: {summary: b}\nedits: [{group: g, column: comment}]",
        "name: x\nafter_wave: 1\nadded_row: {summary: b}\n"
        "edits: [{group: g, column: comment, value: a, is_now: true}]",
    ],
)
def test_wrong_volunteer_is_refused(text):
    """A script without its parts, or that names an unknown column, is refused."""
    with pytest.raises(MaterialError):
        parse_volunteer(text)
