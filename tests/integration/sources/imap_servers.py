"""Mail servers for the tests: a real Dovecot where it is installed, else a small one of our own.

Both hold one account with one mailbox on 127.0.0.1. The small one speaks as much IMAP as the
transport asks for, and can be told to misbehave.
"""

from __future__ import annotations

import contextlib
import grp
import imaplib
import os
import pwd
import re
import shutil
import socket
import socketserver
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

USER = "veille"
PASSWORD = 'mot de passe "été" \\ 1'
SMALL_PASSWORD = 'plain "word" \\ 1'
"""The small server knows LOGIN only, which carries no accents."""
DOVECOT = Path("/usr/sbin/dovecot")
_START_SECONDS = 30.0


def letter(number: int, text: str = "L’eau monte", *, size: int = 0) -> bytes:
    """A letter as it lies in a mailbox."""
    head = (
        f"From: Riverain {number} <r{number}@exemple.fr>\r\nSubject: Message {number}\r\n"
        f"Message-ID: <{number}@exemple.fr>\r\nDate: Fri, 20 Nov 2026 12:00:{number % 60:02d} +0100"
        "\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
        "Content-Transfer-Encoding: 8bit\r\n\r\n"
    )
    return f"{head}{text}\r\n{'x' * size}".encode()


class SmallServer:
    """One mailbox in memory; its faults are set as attributes.

    Attributes:
        messages: UID to bytes.
        seen: UIDs that were marked as read.
        fault: ``hang``, ``huge``, ``drop`` or ``garble``: what happens at the first FETCH.
    """

    def __init__(self) -> None:
        self.validity = 1
        self.messages: dict[int, bytes] = {}
        self.seen: set[int] = set()
        self.commands: list[str] = []
        self.fault = ""
        self.logins = 0
        outer = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                with contextlib.suppress(OSError):
                    outer.talk(self)

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads = True

        self._server = Server(("127.0.0.1", 0), Handler)
        self.port = self._server.server_address[1]
        self._stopped = threading.Event()
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def add(self, raw: bytes) -> int:
        """Deliver a letter."""
        uid = max(self.messages, default=0) + 1
        self.messages[uid] = raw
        return uid

    def close(self) -> None:
        """Stop serving."""
        self._stopped.set()
        self._server.shutdown()
        self._server.server_close()

    def talk(self, handler: socketserver.StreamRequestHandler) -> None:
        """Answer one client until it leaves."""

        def say(text: str) -> None:
            handler.wfile.write(text.encode() + b"\r\n")

        say("* OK ready")
        while line := handler.rfile.readline().decode("utf-8", "replace").rstrip("\r\n"):
            tag, _, command = line.partition(" ")
            self.commands.append(command)
            if not self.answer(tag, command, say, handler):
                return

    def answer(self, tag, command, say, handler) -> bool:
        """Answer one command; False ends the talk."""
        word = command.upper()
        if word == "CAPABILITY":
            say("* CAPABILITY IMAP4rev1")
        elif word.startswith("LOGIN"):
            self.logins += 1
            expected = SMALL_PASSWORD.replace("\\", "\\\\").replace('"', '\\"')
            if not command.endswith(f'"{USER}" "{expected}"'):
                say(f"{tag} NO wrong {SMALL_PASSWORD}")
                return True
        elif word.startswith("EXAMINE"):
            if "INBOX" not in word:
                say(f"{tag} NO no such folder")
                return True
            say(f"* {len(self.messages)} EXISTS\r\n* OK [UIDVALIDITY {self.validity}] valid")
        elif word.startswith("UID SEARCH UID"):
            first = int(re.search(r"UID (\d+):\*", command)[1])
            # The trap of n:*: the last message is named even if its UID is smaller.
            found = [uid for uid in self.messages if uid >= first] or [max(self.messages)]
            say(f"* SEARCH {' '.join(map(str, found))}")
        elif word.startswith("UID SEARCH"):
            say(f"* SEARCH {' '.join(map(str, self.messages))}")
        elif word.startswith("UID FETCH"):
            return self._fetch(tag, command, say, handler)
        elif word == "LOGOUT":
            say("* BYE")
            say(f"{tag} OK done")
            return False
        say(f"{tag} OK done")
        return True

    def _fetch(self, tag, command, say, handler) -> bool:
        if self.fault == "hang":
            self._stopped.wait(60)
            return False
        if self.fault == "drop":
            return False
        if self.fault == "garble":
            say("* \x00 nonsense {99999")
            say("not even a tag")
            return False
        if self.fault == "huge":
            say("* 1 FETCH (UID 1 BODY[] {9000000000}")
            self._stopped.wait(60)
            return False
        uids = [int(uid) for uid in command.split()[2].split(",")]
        part = re.search(r"<0\.(\d+)>", command)
        for number, uid in enumerate(uids, 1):
            raw = self.messages.get(uid)
            if raw is None:
                continue
            if part is None:
                received = '"20-Nov-2026 12:00:00 +0100"'
                size = f"RFC822.SIZE {len(raw)} INTERNALDATE {received}"
                say(f"* {number} FETCH (UID {uid} {size})")
                continue
            if "PEEK" not in command:
                self.seen.add(uid)
            piece = raw[: int(part[1])]
            handler.wfile.write(
                f"* {number} FETCH (UID {uid} BODY[]<0> {{{len(piece)}}}\r\n".encode()
                + piece
                + b")\r\n"
            )
        say(f"{tag} OK done")
        return True


@contextlib.contextmanager
def small_server() -> Iterator[SmallServer]:
    """The small server for the length of a block."""
    server = SmallServer()
    try:
        yield server
    finally:
        server.close()


def has_dovecot() -> bool:
    """Whether a real Dovecot can be started here."""
    return DOVECOT.is_file() and shutil.which("doveconf", path="/usr/bin:/usr/sbin") is not None


@contextlib.contextmanager
def dovecot() -> Iterator[int]:
    """A real Dovecot on a free port, as the current user, with one empty mailbox.

    Where the tests run as root, its login process takes the package's own powerless user, which
    must be able to enter the folder. Source: Dovecot's manual, "Rootless installation".
    """
    folder = Path(tempfile.mkdtemp(prefix="vigie-dovecot-"))
    folder.chmod(0o755)
    try:
        with _dovecot_in(folder) as port:
            yield port
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def _dovecot_in(folder: Path) -> Iterator[int]:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    user, group = os.getuid(), os.getgid()
    me, ours = _name_of(user), _group_of(group)
    if user == 0:
        # Dovecot reads no mail as root.
        user, group = pwd.getpwnam("dovecot").pw_uid, pwd.getpwnam("dovecot").pw_gid
        (folder / "mail").mkdir()
        os.chown(folder / "mail", user, group)
    internal, its_group, login = (
        ("dovecot", "dovecot", "dovenull") if me == "root" else (me, ours, me)
    )
    config = folder / "dovecot.conf"
    passwords = folder / "passwd"
    passwords.write_text(f"{USER}:{{PLAIN}}{PASSWORD}::::::\n", encoding="utf-8")
    config.write_text(
        f"""base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain login
default_internal_user = {internal}
default_internal_group = {its_group}
default_login_user = {login}
first_valid_uid = 0
first_valid_gid = 0
mail_location = maildir:{folder}/mail/%u
service anvil {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    address = 127.0.0.1
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {passwords}
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}/mail/home
}}
""",
        encoding="utf-8",
    )
    process = subprocess.Popen(
        [DOVECOT, "-F", "-c", config], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _wait_for(port, process, folder / "log")
        yield port
    finally:
        process.terminate()
        process.wait(timeout=20)


def deliver(port: int, raw: bytes) -> None:
    """Put a letter into the mailbox, as a server would."""
    client = imaplib.IMAP4("127.0.0.1", port)
    client.authenticate("PLAIN", lambda _: f"\0{USER}\0{PASSWORD}".encode())
    client.append("INBOX", None, None, raw)
    client.logout()


def flags(port: int) -> list[bytes]:
    """The flags of every letter."""
    client = imaplib.IMAP4("127.0.0.1", port)
    client.authenticate("PLAIN", lambda _: f"\0{USER}\0{PASSWORD}".encode())
    client.select("INBOX", readonly=True)
    _, data = client.fetch("1:*", "(FLAGS)")
    client.logout()
    return [line for line in data if isinstance(line, bytes)]


def _wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1) as sock:
            if sock.recv(20).startswith(b"* OK"):
                return
        time.sleep(0.05)
    words = log.read_text(errors="replace")[-2000:] if log.is_file() else ""
    raise RuntimeError(f"Dovecot did not start: {words}")


def _name_of(uid: int) -> str:
    return pwd.getpwuid(uid).pw_name


def _group_of(gid: int) -> str:
    return grp.getgrgid(gid).gr_name
