"""The channels where people speak: walks, letters, refusals, secrets. Pure parts only."""

from __future__ import annotations

import dataclasses
import json
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vigie.sources import bluesky, mail, telegram, youtube
from vigie.sources.contract import Answer, Mailbox, Request, SourceContext
from vigie.sources.failure import refusal
from vigie.sources.hand_notes import read_notes
from vigie.sources.hand_tables import decode_text, is_table, read_csv
from vigie.sources.mail_text import letter_of
from vigie.sources.newest_first import Mark, Walk
from vigie.sources.transport_session import Sessions, with_token

ROOT = Path(__file__).resolve().parents[3]
SHARED = ROOT.parent / "shared" / "payloads"
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
SOURCE = SourceContext(id="b", key="bluesky:https://pds.test", address="https://pds.test")
SECRET = dataclasses.replace(SOURCE, secrets={"identifier": "vost.test", "password": "s3cret"})


def _answer(body, url="u"):
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Answer(status=200, headers={}, body=data, url=url, received_at=NOW)


def _view(second):
    at = (NOW - timedelta(hours=2) + timedelta(seconds=second)).isoformat()
    return {"uri": f"at://d/p/{second}", "record": {"text": "x", "createdAt": at}, "indexedAt": at}


class Search:
    """A search that pages backwards as the lexicon documents: since, until, cursor."""

    def __init__(self, seconds):
        self.views = [_view(second) for second in sorted(seconds, reverse=True)]

    def page(self, request):
        found = [v for v in self.views if v["indexedAt"] >= self._plain(request.params["since"])]
        if "until" in request.params:
            found = [v for v in found if v["indexedAt"] < self._plain(request.params["until"])]
        start = int(request.params.get("cursor", "0"))
        more = {"cursor": str(start + 10)} if len(found) > start + 10 else {}
        return _answer({"posts": found[start : start + 10], **more})

    @staticmethod
    def _plain(text):
        return datetime.fromisoformat(text).isoformat()


def _sweep(search, cursor, most_pages):
    """One sweep that may be cut off after some pages; returns what was read, and the cursor."""
    params = bluesky.Params(hashtags=["Crue"])
    request = bluesky.first(params, cursor, SOURCE, NOW - timedelta(hours=3))[0]
    got: set[str] = set()
    for _ in range(most_pages):
        page = bluesky.read(request, search.page(request), params, SOURCE)
        got |= {post.native_id for post in page.posts}
        cursor = {**cursor, **page.cursor}
        if page.next is None:
            break
        request = page.next
    return got, cursor


@settings(deadline=None)
@given(
    st.lists(st.integers(0, 7000), max_size=120, unique=True),
    st.lists(st.tuples(st.integers(0, 7000), st.integers(1, 6)), max_size=4),
)
def test_bluesky_interrupted_sweeps_lose_nothing(seconds, sweeps):
    """However sweeps are cut off half-way, the later ones together read every post."""
    got: set[str] = set()
    cursor: dict[str, str] = {}
    for now, most_pages in sorted(sweeps):
        found, cursor = _sweep(Search([s for s in seconds if s <= now]), cursor, most_pages)
        got |= found
    for _ in range(3):
        found, cursor = _sweep(Search(seconds), cursor, 1000)
        got |= found
    assert got == {f"at://d/p/{second}" for second in seconds}
    if seconds:
        assert Mark.of(cursor["#crue"]).gap_top == ""


def test_a_walk_and_a_mark_survive_being_written():
    """What a request carries and a cursor keeps comes back as it was; nonsense begins anew."""
    walk = Walk.begin("b|a|c").after(["d", "c"])
    assert Walk.of(walk.text()) == walk
    assert Mark.of(walk.mark_here().text()) == Mark("d", "a", "c")
    assert Mark.of("nonsense") == Mark()


def test_bluesky_stops_where_a_server_ignores_since():
    """A server that gives its whole history is left once a page is older than was asked for."""
    params = bluesky.Params(searches=["crue"])
    request = bluesky.first(params, {}, SOURCE, NOW)[0]
    page = bluesky.read(request, _answer({"posts": [_view(1)], "cursor": "1"}), params, SOURCE)
    assert (page.posts, page.next) == ((), None)


def test_secrets_show_nowhere():
    """Neither requests nor sessions nor mailboxes show a password or token in their repr."""
    request = bluesky.first(bluesky.Params(hashtags=["x"]), {}, SECRET, NOW)[0]
    assert request.session is not None
    assert b"s3cret" in (request.session.open.body or b"")
    box = Request(url="imaps://h/F", mailbox=Mailbox(user="u", password="s3cret"))
    shown = repr([request, request.session, box, SECRET, Sessions(), with_token(request, "tok3n")])
    assert "s3cret" not in shown
    assert "tok3n" not in shown
    assert "s3cret" not in request.session.account


def test_youtube_says_what_a_refusal_means():
    """A used-up allowance waits for midnight Pacific; a wrong key is told; the rest stays."""
    told = dataclasses.replace(refusal("x"), status=403, answered_at=NOW)

    def with_reason(reason):
        body = json.dumps({"error": {"errors": [{"reason": reason}]}}).encode()
        return youtube.explain(dataclasses.replace(told, body=body))

    used_up = with_reason("quotaExceeded")
    assert used_up.retry_at == datetime(2026, 11, 21, 8, 1, tzinfo=UTC)
    assert used_up.is_host_wide
    assert "clé" in with_reason("keyInvalid").sentence
    assert youtube.explain(dataclasses.replace(told, body=b"<html>")).sentence == "x"


def test_youtube_key_and_feeds():
    """The key travels in a header only; feeds ask YouTube itself, in an exercise the network."""
    params = youtube.Params(searches=["crue"], channels=["UC" + "a" * 22])
    real = SourceContext(
        id="y", key="y", address="https://www.googleapis.com", secrets={"key": "s3cret"}
    )
    search, feed = youtube.first(params, {}, real, NOW)
    assert search.headers["X-Goog-Api-Key"] == "s3cret"
    assert "s3cret" not in repr(search)
    assert feed.url == "https://www.youtube.com/feeds/videos.xml"
    played = dataclasses.replace(real, address="http://127.0.0.1:1/y", secrets={})
    assert youtube.first(params, {}, played, NOW)[1].url == "http://127.0.0.1:1/y/feeds/videos.xml"


def _channel(numbers, before=None):
    parts = [
        f'<div class="tgme_widget_message" data-post="c/{n}"><div class="tgme_widget_message_text">'
        f'm {n}</div><a class="tgme_widget_message_date">'
        f'<time datetime="{(NOW - timedelta(minutes=500 - n)).isoformat()}"></time></a></div>'
        for n in numbers
    ]
    link = f'<a class="tme_messages_more" data-before="{before}"></a>' if before else ""
    return f'<div class="tgme_channel_history">{link}{"".join(parts)}</div>'.encode()


def _read_channel(top, cursor):
    """One sweep of a channel with messages 1 … top, twenty a page."""
    params = telegram.Params(channels=["Chan"])
    request = telegram.first(params, cursor, SOURCE, NOW - timedelta(days=1))[0]
    got, pages = [], 0
    while request is not None:
        pages += 1
        end = int(request.params.get("before", top + 1))
        numbers = range(max(1, end - 20), end)
        body = _channel(numbers, numbers[0] if numbers and numbers[0] > 1 else None)
        page = telegram.read(request, _answer(body, request.url), params, SOURCE)
        got += [post.native_id for post in page.posts]
        cursor = {**cursor, **page.cursor}
        request = page.next
    return got, cursor, pages


def test_telegram_walks_back_to_the_last_known_message():
    """A first sweep reads back to its beginning, the next as many pages as are new."""
    got, cursor, _ = _read_channel(55, {})
    assert {f"c/{n}" for n in range(1, 56)} == set(got)
    got, cursor, pages = _read_channel(80, cursor)
    assert {f"c/{n}" for n in range(56, 81)} <= set(got)
    assert pages == 2
    _, _, pages = _read_channel(80, cursor)
    assert pages == 1


def test_telegram_flood_is_finished_by_later_sweeps():
    """More messages than one sweep reads are read by the next ones, all of them."""
    _, cursor, _ = _read_channel(10, {})
    got = set()
    for _ in range(4):
        found, cursor, _ = _read_channel(1000, cursor)
        got |= set(found)
    assert {f"c/{n}" for n in range(11, 1001)} <= got
    assert Mark.of(cursor["chan"]).gap_top == ""


def test_telegram_edit_is_a_new_version():
    """An edited message has the same identity and another content."""
    params = telegram.Params(channels=["Chan"])
    request = telegram.first(params, {}, SOURCE, NOW - timedelta(days=1))[0]
    pages = [
        telegram.read(request, _answer(body, request.url), params, SOURCE)
        for body in (_channel([5]), _channel([5]).replace(b"m 5", b"m 5 bis"))
    ]
    (before,), (after,) = pages[0].posts, pages[1].posts
    assert before.native_id == after.native_id
    assert before.content_hash != after.content_hash


def _letter(**headers):
    message = EmailMessage()
    message["From"] = "Anne <anne@exemple.fr>"
    message["Subject"] = headers.pop("subject", "Objet")
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    return message


def _reply(text, subject="Re: x"):
    message = _letter(subject=subject, In_Reply_To="<a@b>")
    message.set_content(text)
    return letter_of(bytes(message)).text


QUOTED = "> ligne une\n> ligne deux\n"


@pytest.mark.parametrize(
    ("text", "kept", "gone"),
    [
        (f"Oui.\n\nLe 20 nov. 2026 à 10:00, Anne a écrit :\n{QUOTED}", ["Oui."], ["ligne une"]),
        (f"Oui.\n\nOn Fri, Nov 20, Anne wrote:\n{QUOTED}", ["Oui."], ["ligne une"]),
        (f"Oui.\n\nLe 20 nov. 2026 à 10:00, Anne\n<a@b> a écrit :\n{QUOTED}", ["Oui."], ["une"]),
        (f"Oui.\n{QUOTED}", ["Oui.", "ligne une"], []),
        (f"Le 20 nov. 2026 à 10:00, Anne a écrit :\n{QUOTED}Non.", ["ligne une", "Non."], []),
        (f"Le 20 nov. 2026 à 10:00, Anne a écrit :\n{QUOTED}", ["ligne une"], []),
    ],
)
def test_quotations_are_trimmed_only_at_the_end_of_replies(text, kept, gone):
    """Only what a mail program quoted below the answer goes; people's own words all stay."""
    shown = _reply(text)
    assert [words for words in kept if words not in shown] == []
    assert [words for words in gone if words in shown] == []


def test_forwarded_letters_keep_everything():
    """In a forwarded letter the quotation is the news."""
    text = f"Pour info\n\nLe 20 nov. 2026 à 10:00, Anne a écrit :\n{QUOTED}"
    assert "ligne une" in _reply(text, subject="TR: x")


@pytest.mark.parametrize(
    ("charset", "raw", "text"),
    [
        ("utf-8", "L’eau à 80 cm".encode(), "L’eau à 80 cm"),
        ("iso-8859-1", "L’eau à 5 €".encode("cp1252"), "L’eau à 5 €"),
        ("iso-8859-1", "L’eau à 80 cm".encode(), "L’eau à 80 cm"),
        ("us-ascii", "été".encode("cp1252"), "été"),
        ("inconnu-1", "été".encode(), "été"),
        ("utf-8", "été".encode("cp1252"), "été"),
        ("utf-16", b"\xff", "ÿ"),
    ],
)
def test_charsets_that_lie_are_read(charset, raw, text):
    """Whatever charset a letter names, its words are read as they were meant."""
    head = f"From: a@b.fr\r\nContent-Type: text/plain; charset={charset}\r\n\r\n".encode()
    assert letter_of(head + raw).text == text


@pytest.mark.parametrize(
    ("headers", "is_automatic"),
    [
        ({"Auto-Submitted": "auto-replied"}, True),
        ({"Auto-Submitted": "auto-generated"}, False),
        ({"Return-Path": "<>"}, True),
        ({"Precedence": "auto_reply"}, True),
        ({"Precedence": "bulk"}, False),
        ({"Content-Type": 'multipart/report; report-type="delivery-status"; boundary=x'}, True),
    ],
)
def test_machines_that_answer_are_told_from_services(headers, is_automatic):
    """Absence notes and delivery reports are named; alerts of services are kept."""
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    assert letter_of(f"From: a@b.fr\r\n{head}\r\nx".encode()).is_automatic is is_automatic


@given(st.binary(max_size=400))
def test_no_letter_whatever_raises(raw):
    """A message of any bytes gives a letter."""
    letter_of(raw)
    letter_of(b"Subject: x\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n" + raw)


def test_attachments_are_named_and_never_opened():
    """A letter names its attachments; an enclosed letter is one of them."""
    message = _letter()
    message.set_content("Voir la photo")
    message.add_attachment(b"\xff\xd8", maintype="image", subtype="jpeg", filename="pont été.jpg")
    message.add_attachment("<b>secret</b>", subtype="html", filename="page.html")
    text = letter_of(bytes(message)).text
    assert "pont été.jpg" in text
    assert "page.html" in text
    assert "secret" not in text


def test_mail_in_an_exercise_asks_the_simulated_network():
    """In an exercise the container comes over HTTP, and no account is asked for."""
    played = SourceContext(id="m", key="mail:x", address="http://127.0.0.1:1/m")
    request = mail.first(mail.Params(), {"INBOX": "7/3"}, played, NOW)[0]
    assert request.mailbox is None
    assert request.params == {"folder": "INBOX", "uidvalidity": "7", "after": "3"}


def test_mail_box_that_was_made_anew_is_read_from_its_beginning():
    """Another UIDVALIDITY makes the old mark void."""
    box = {"form": mail.FORM, "uidvalidity": 8, "is_continued": False, "messages": []}
    source = SourceContext(id="m", key="mail:x", address="imaps://m.test")
    request = mail.first(mail.Params(), {"INBOX": "7/300"}, source, NOW)[0]
    raw = {"uid": 2, "raw": "RnJvbTogYUBiLmZyDQoNCng=", "received": "20-Nov-2026 13:00:00 +0100"}
    page = mail.read(request, _answer({**box, "messages": [raw]}), mail.Params(), source)
    assert page.cursor == {"INBOX": "8/2"}
    assert len(page.posts) == 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://a.fr/1\nhttps://b.fr/2\n", [(1, "https://a.fr/1"), (2, "https://b.fr/2")]),
        (
            "- Pont : https://a.fr/1.\n- Rue (https://b.fr/x_(y))",
            [(1, "https://a.fr/1"), (2, "https://b.fr/x_(y)")],
        ),
        (
            "Appel du maire\nLa route est coupée\n\nhttps://a.fr/1",
            [(4, "https://a.fr/1"), (1, None)],
        ),
        ("Appel du maire, voir https://a.fr/1 et le pont\nIl pleut", [(1, "https://a.fr/1")]),
    ],
)
def test_pasted_links_and_notes(text, expected):
    """Links alone are things of their own; all other words are one note, with its first link."""
    reading = read_notes(text)
    assert [(item.line, item.url) for item in reading.items] == expected
    assert reading.rows_count == len(expected)


def test_note_begins_with_its_first_line():
    """A telephone note keeps every word; its first line comes first."""
    text = "Maire de Genlis\n\nDeux familles isolées rue Haute\nRappel au 03 80"
    (item,) = read_notes(text).items
    assert item.text == text


LIST = (
    "Liste du 20 novembre\n\nDate;Heure;Texte;Lien;Commune;Inconnue\n"
    "20/11/2026;14h05;Cave inondée;;Auxonne;x\n"
    "20/11/2026;;;https://a.fr/1;Genlis;\n"
    ";;;;;\n"
    "32/13/2026;;Texte;;;\n"
    "20/11/2026;8h;;pas un lien;;\n"
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_csv_of_any_make(encoding, delimiter):
    """Semicolons, commas and tabs, UTF-8 and Windows: a row is taken or refused with a reason."""
    text = decode_text(LIST.replace(";", delimiter).encode(encoding))
    assert is_table(text)
    reading = read_csv(text, "Europe/Paris")
    assert reading.rows_count == 4
    assert [item.text.split("\n")[0] for item in reading.items] == [
        "Cave inondée (Auxonne)",
        "Lien à regarder : a.fr",
    ]
    assert reading.items[0].posted_at == datetime(2026, 11, 20, 13, 5, tzinfo=UTC)
    assert [line for line, _ in reading.refused] == [7, 8]
    assert reading.items[0].original["Inconnue"] == "x"


@given(st.text(max_size=300))
def test_every_row_is_accounted_for(text):
    """Whatever stands in a table, its rows are items or refused, none is lost."""
    reading = read_csv(f"Texte;Lien\n{text}", "Europe/Paris")
    assert reading.rows_count == len(reading.items) + len(reading.refused)


def test_recorded_answers_are_read_without_unexplained_loss(capsys):
    """Every recorded answer: items in = kept + named + service messages, printed."""
    if not SHARED.is_dir():
        pytest.skip("the recorded answers (../shared/payloads) are not on this machine")
    since_at = NOW.replace(year=2000)
    found = bluesky.Params(hashtags=["x"])
    request = bluesky.first(found, {}, SOURCE, since_at)[0]
    body = (SHARED / "bluesky" / "f_search.json").read_bytes()
    page = bluesky.read(request, _answer(body), found, SOURCE)
    lines = [f"bluesky/f_search.json: in {page.seen_count}, kept {len(page.posts)}"]
    assert page.seen_count == len(page.posts) + len(page.faults) == 25
    params = telegram.Params(channels=["tchantest"])
    for path in sorted((SHARED / "telegram_web").iterdir()):
        request = telegram.first(params, {}, SOURCE, since_at)[0]
        body = path.read_bytes()
        page = telegram.read(request, _answer(body, request.url), params, SOURCE)
        service_count = body.count(b"service_message ") // 1
        lines.append(
            f"telegram_web/{path.name}: {page.state}, in {page.seen_count}, kept "
            f"{len(page.posts)}, faults {len(page.faults)}, service {service_count}"
        )
        assert page.seen_count == len(page.posts) + len(page.faults) + service_count
    with capsys.disabled():
        print("\n  " + "\n  ".join(lines))
