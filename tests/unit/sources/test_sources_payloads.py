"""Every payload of every connector is read as its expected file says."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path

import pytest

from vigie.sources.contract import Answer, SourceContext
from vigie.sources.registry import connectors, params_by_kind

ROOT = Path(__file__).resolve().parents[3]
SHARED = ROOT.parent / "shared" / "payloads"


def _generate():
    name = "vigie_tests_payloads_generate"
    spec = importlib.util.spec_from_file_location(name, ROOT / "tests/payloads/generate.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


generate = _generate()


@pytest.mark.parametrize(
    "payload", generate.payloads(), ids=lambda path: f"{path.parent.name}/{path.name}"
)
def test_payload_is_read_as_expected(payload):
    """A payload gives exactly the page written beside it; one without is a fault."""
    target = generate.expected_file(payload)
    assert target.is_file(), f"{payload.name}: run python -m tests.payloads.generate"
    expected = json.loads(target.read_text("utf-8"))
    page = generate.page_of(payload, expected["given"])
    assert json.loads(json.dumps(generate.as_json(page))) == expected["page"]


def test_every_connector_has_payloads_and_a_contract():
    """Each connector found in the folder keeps the contract and has payloads of its own."""
    kinds = {path.parent.name for path in generate.payloads()}
    assert set(connectors()) == kinds == set(params_by_kind())
    for kind, connector in connectors().items():
        assert kind == connector.KIND
        assert connector.SOURCE_GRADE in "ABCDEF"
        assert connector.Params.model_config["extra"] == "forbid"
        assert connector.Params.model_config["strict"]


GARBAGE = [
    b"",
    b"\x00" * 100,
    b"\xff\xfe<\x00",
    b"[" * 100_000,
    b'{"a":' * 100_000,
    b"null",
    b'[null, 1, [], {}, {"id": []}]',
    b'{"features": [1, {"properties": {"CdEntCru": {}}}], "RefInfoVigiCru": []}',
    b'{"product": {"periods": [1, {}], "update_time": "2026-08-26T00:00:00Z"}}',
    b"9" * 10_000,
    b"<rss",
    b"<" * 5000,
    "<rss><channel><item><title>é".encode("utf-16"),
]


@pytest.mark.parametrize("kind", sorted(connectors()))
@pytest.mark.parametrize("body", GARBAGE, ids=range(len(GARBAGE)))
def test_garbage_is_told_and_never_raised(kind, body):
    """No answer whatever makes a connector raise, and garbage is never taken for good news."""
    given = {
        "address": "https://x.test",
        "queries": generate.DEFAULTS[kind],
        "cursor": {},
    }
    connector = connectors()[kind]
    source = SourceContext(id="x", key=f"{kind}:x", address=given["address"])
    params = connector.Params.model_validate(given["queries"])
    request = connector.first(params, {}, source, generate.SINCE_AT)[0]
    answer = Answer(
        status=200, headers={}, body=body, url=request.url, received_at=generate.RECEIVED_AT
    )
    page = connector.read(request, answer, params, source)
    assert page.state in {"malformed", "refused", "empty"}
    assert page.state == "empty" or page.faults


@pytest.mark.parametrize(
    ("folder", "kind"), [("mastodon", "mastodon"), ("feeds", "rss"), ("gdacs", "rss")]
)
def test_shared_recordings_are_read(folder, kind, capsys):
    """Answers recorded from real servers are read without an exception, where they are present."""
    if not SHARED.is_dir():
        pytest.skip("the recorded answers (../shared/payloads) are not on this machine")
    connector = connectors()[kind]
    source = SourceContext(id="x", key=f"{kind}:x", address="https://x.test")
    params = connector.Params.model_validate(generate.DEFAULTS[kind])
    kept = 0
    for path in sorted((SHARED / folder).iterdir()):
        request = connector.first(params, {}, source, generate.SINCE_AT.replace(month=1))[0]
        answer = Answer(
            status=200,
            headers={},
            body=path.read_bytes(),
            url="https://x.test/",
            received_at=generate.RECEIVED_AT,
        )
        page = connector.read(request, answer, params, source)
        kept += len(page.posts)
        with capsys.disabled():
            print(
                f"\n  {folder}/{path.name}: {page.state}, in {page.seen_count}, "
                f"kept {len(page.posts)}, faults {len(page.faults)}",
                end="",
            )
    assert kept > 0
