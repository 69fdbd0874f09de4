"""Settings of the inbox: each is `HOTLINE_MAIL_<NAME>` in the environment. Without IMAP there is none."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Self

from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from ledger.errors import SettingsError
from ledger.settings import LOOPBACK, secret_in

_SERVER = "^[^ :@]+:[0-9]{1,5}$"


class Tls(StrEnum):
    """How a mail server is spoken to."""

    TLS = "tls"  # from the first byte: ports 993 and 465
    STARTTLS = "starttls"  # ports 143 and 587
    NONE = "none"  # on this machine only


class MailSettings(BaseSettings):
    """Where mails are fetched and answered. The password is never shown."""

    model_config = SettingsConfigDict(env_prefix="HOTLINE_MAIL_", frozen=True, extra="ignore")

    imap: str | None = Field(default=None, pattern=_SERVER)  # HOST:PORT; None: no inbox
    imap_tls: Tls = Tls.TLS
    smtp: str | None = Field(default=None, pattern=_SERVER)  # None: no mail goes out
    smtp_tls: Tls = Tls.STARTTLS
    user: str = ""
    password: SecretStr = SecretStr("")
    password_file: Path | None = None
    address: str = Field(default="", pattern="^$|^[^@\\s<>]+@[^@\\s<>]+$")  # ours: mails come from it
    folder: str = "INBOX"
    desk: str = "10050"  # whose kinds of tickets a mail becomes
    fax_senders: str = ""  # addresses of fax gateways, by commas: what they send are faxes

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.imap and not (self.user and self.address):
            raise ValueError("HOTLINE_MAIL_USER and HOTLINE_MAIL_ADDRESS are needed beside HOTLINE_MAIL_IMAP")
        if self.smtp and not self.address:
            raise ValueError("HOTLINE_MAIL_ADDRESS is needed beside HOTLINE_MAIL_SMTP: mails come from it")
        for server, tls in ((self.imap, self.imap_tls), (self.smtp, self.smtp_tls)):
            if server and tls is Tls.NONE and server.rpartition(":")[0] not in LOOPBACK:
                raise ValueError(f"{server} is another machine: passwords and mails need tls or starttls")
        return self

    @property
    def has_inbox(self) -> bool:
        """Whether mails are to be fetched."""
        return self.imap is not None

    @property
    def has_servers(self) -> bool:
        """Whether there is anything to fetch from or to send by."""
        return self.has_inbox or self.smtp is not None

    @property
    def domain(self) -> str:
        """Of our address: our Message-IDs end in it."""
        return self.address.rpartition("@")[2]

    @property
    def gateways(self) -> frozenset[str]:
        """Addresses of fax gateways."""
        return frozenset(part.strip().casefold() for part in self.fax_senders.split(",") if part.strip())

    def secret(self) -> str:
        """The password, of the file where one is named. Raises SettingsError."""
        if self.password_file is None:
            return self.password.get_secret_value()
        return secret_in(self.password_file, "HOTLINE_MAIL_PASSWORD_FILE").get_secret_value()


def load_mail_settings() -> MailSettings:
    """From the environment. Raises SettingsError."""
    try:
        return MailSettings()
    except ValidationError as error:
        told = "; ".join(
            f"{'.'.join(map(str, one['loc'])) or 'mail'}: {one['msg']}" for one in error.errors()
        )
        raise SettingsError(f"settings HOTLINE_MAIL_...: {told}") from error
