"""A real inbox (Debian's dovecot) and a real SMTP server (aiosmtpd) on loopback."""

from __future__ import annotations

import grp
import imaplib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from desks.intake.settings import MailSettings

DOVECOT = shutil.which("dovecot") or "/usr/sbin/dovecot"
USER, PASSWORD, ADDRESS = "desk", "a secret of the desk", "desk@hotline.example"
_CONFIG = """
protocols = imap
listen = 127.0.0.1
base_dir = {dir}/run
state_dir = {dir}/run
log_path = {dir}/log
ssl = no
disable_plaintext_auth = no
default_internal_user = {user}
default_login_user = {login}
default_internal_group = {group}
first_valid_uid = 0
mail_location = maildir:{dir}/mail
mail_uid = {uid}
mail_gid = {gid}
passdb {{
  driver = passwd-file
  args = {dir}/users
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={dir}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""


class Inbox:
    """The mailbox, as whoever sends to it sees it."""

    def __init__(self, port: int) -> None:
        self.port = port

    def deliver(self, mail: EmailMessage | bytes) -> None:
        """Put a mail into the box."""
        content = (mail if isinstance(mail, bytes) else mail.as_bytes()).replace(b"\n", b"\r\n")
        now = imaplib.Time2Internaldate(time.time())
        with self._client() as client:
            client.append("INBOX", "", now, content)

    def unseen(self) -> int:
        """How many mails nobody has taken."""
        with self._client() as client:
            client.select("INBOX", readonly=True)
            _, found = client.search(None, "UNSEEN")
            return len(found[0].split())

    @contextmanager
    def _client(self) -> Iterator[imaplib.IMAP4]:
        with imaplib.IMAP4("127.0.0.1", self.port, timeout=10) as client:
            client.login(USER, PASSWORD)
            yield client


class Outbox(Controller):
    """An SMTP server that keeps what it is given, or refuses."""

    def __init__(self) -> None:
        self.sent: list[Envelope] = []
        self.refuses = ""
        super().__init__(self, hostname="127.0.0.1", port=free_port())

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take a mail, unless told otherwise."""
        if self.refuses:
            return self.refuses
        self.sent.append(envelope)
        return "250 taken"


def free_port() -> int:
    """A port of loopback that nobody has now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@contextmanager
def running_dovecot() -> Iterator[Inbox]:
    """An IMAP server of one's own. As root it gives itself to Debian's users of dovecot."""
    me = pwd.getpwuid(os.getuid())
    login, owner = ("dovenull", pwd.getpwnam("dovecot")) if me.pw_uid == 0 else (me.pw_name, me)
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="dovecot-") as name:  # pytest's own folders let nobody else in
        folder, config = Path(name), Path(name) / "dovecot.conf"
        values = {"dir": name, "port": port, "user": owner.pw_name, "login": login}
        group = grp.getgrgid(owner.pw_gid).gr_name
        config.write_text(
            _CONFIG.format(group=group, uid=owner.pw_uid, gid=owner.pw_gid, **values), encoding="utf-8"
        )
        (folder / "users").write_text(f"{USER}:{{PLAIN}}{PASSWORD}\n", encoding="utf-8")
        os.chown(folder, owner.pw_uid, owner.pw_gid)
        server = subprocess.Popen([DOVECOT, "-F", "-c", str(config)], stderr=subprocess.DEVNULL)
        try:
            _wait_for(port, folder, server)
            yield Inbox(port)
        finally:
            server.terminate()
            server.wait(timeout=10)


def settings_for(inbox: Inbox, outbox: Outbox, **other: str) -> MailSettings:
    """As the environment would give them."""
    return MailSettings.model_validate(
        {
            "imap": f"127.0.0.1:{inbox.port}",
            "imap_tls": "none",
            "smtp": f"127.0.0.1:{outbox.port}",
            "smtp_tls": "none",
            "user": USER,
            "password": PASSWORD,
            "address": ADDRESS,
            **other,
        }
    )


def _wait_for(port: int, folder: Path, server: subprocess.Popen[bytes]) -> None:
    for _ in range(100):
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return
        except OSError:
            if server.poll() is not None:
                break
            time.sleep(0.1)
    log = folder / "log"
    said = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
    raise AssertionError(f"dovecot did not start: {said[-2000:]}")
