"""Settings: where things lie and where we listen. Options win over the environment, it over defaults."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy import make_url

from ledger.errors import SettingsError, StorageError
from ledger.states import AudioFormat, UserRole

LOOPBACK = ("127.0.0.1", "::1", "localhost")


def _listed(value: str) -> list[str]:
    return [part.strip() for part in value.split(",") if part.strip()]


def _user_models_dir() -> Path:
    base = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(base) / "hotline" / "models"


class Settings(BaseSettings):
    """Every field can be set as `HOTLINE_<NAME>` in the environment, e.g. `HOTLINE_DATA_DIR`."""

    model_config = SettingsConfigDict(env_prefix="HOTLINE_", frozen=True, extra="forbid")

    data_dir: Path = Path("var")
    models_dir: Path = Field(default_factory=_user_models_dir)
    plan: Path | None = None  # None: the standard plan
    packs_dir: Path | None = None  # None: the standard packs of norms
    database_url: str | None = None  # None: SQLite in the data directory
    sip_host: str | None = None  # None: as the plan says
    sip_port: int | None = Field(default=None, ge=1, le=65535)
    lines: int = Field(default=1, ge=0, le=1000)  # line processes on this machine; two callers each
    machine: str = Field(default="", pattern="^[A-Za-z0-9-]*$", max_length=32)
    # ^ names this machine's lines where several machines share a ledger
    line_host: str = "127.0.0.1"  # where lines behind an edge answer and send audio from
    edge: str | None = Field(default=None, pattern="^[^ :@]+:[0-9]{1,5}$")
    # ^ HOST:PORT of an edge that runs elsewhere; None: our own, where one is needed
    drain_s: float = Field(default=30.0, ge=0, le=86_400)  # how long a stop waits for calls in progress
    console_host: str = "127.0.0.1"
    console_port: int = Field(default=8114, ge=1, le=65535)
    session_h: float = Field(default=12.0, gt=0, le=24)  # a sign-in lasts no longer: a long shift
    idle_min: float = Field(default=60.0, ge=1, le=1440)  # and ends when nobody used it for so long
    console_url: str | None = Field(default=None, pattern="^https?://[^/]+/?$")
    # ^ where browsers find the console, e.g. https://hotline.example; None: as they ask for it
    oidc_issuer: str | None = None  # of an OpenID Connect provider; None: passwords alone
    oidc_client_id: str = ""
    oidc_secret_file: Path | None = None  # holds the client's secret; None: a public client
    oidc_title: str = "统一登录"  # on the button
    oidc_scope: str = "openid profile email"
    oidc_name_claim: str = "preferred_username"
    oidc_role_claim: str = "roles"  # dots lead into nested claims
    oidc_roles: str = ""  # what the claim's values mean, e.g. "qc-admins=administrator,qc=monitor"
    oidc_desk_claim: str = ""  # with the ids of desks; empty: as set on /people
    oidc_team_claim: str = ""
    totp_roles: str = ""  # roles that must have a second factor, e.g. "administrator,auditor"
    proposals_a_week: int = Field(default=10, ge=0, le=1000)  # new directory names that an operator brings
    collected_a_month: int = Field(default=50, ge=0, le=10_000)  # and that an inspector collects
    api_per_minute: int = Field(default=600, ge=1, le=1_000_000)  # requests under /api of one caller
    report_desk: str = "10050"  # whose kinds of tickets the public form offers
    reports_per_minute: int = Field(default=6, ge=1, le=10_000)  # forms from one address, and asking back
    intake_files_days: int = Field(default=0, ge=0, le=36_500)
    # ^ after a ticket is closed what came along by mail and fax is deleted; 0: never
    model: str = "vosk-model-small-cn-0.22"  # hears Mandarin where the plan names none (`recognisers`)
    redis_url: str | None = Field(default=None, pattern="^(redis|rediss|unix)://")
    # ^ of the queue, where workers run on several machines; None: SQLite in the data directory
    workers: int = Field(default=1, ge=1, le=64)  # transcription processes
    check_hour_utc: int = Field(default=19, ge=0, le=23)  # of the nightly check: 3 in the morning in Shanghai
    check_days: int = Field(default=8, ge=1, le=3650)  # how far back it looks
    warn_free_mb: int = Field(default=2048, ge=0)  # less room on the disk is told
    least_free_mb: int = Field(default=200, ge=33)  # with less, calls are answered and not recorded
    log_level: str = "info"
    archive_url: str | None = (
        None  # an fsspec URL, e.g. s3://BUCKET/FOLDER; None: `recordings` in the data directory
    )
    recording_format: AudioFormat = AudioFormat.FLAC
    recording_key_file: Path | None = None  # with any key recordings are encrypted
    recording_key: SecretStr | None = None  # keys themselves, the newest last; only from the environment

    @field_validator("totp_roles")
    @classmethod
    def _known_roles(cls, value: str) -> str:
        unknown = [role for role in _listed(value) if role not in set(UserRole)]
        if unknown:
            raise ValueError(f"{unknown[0]!r} is no role; choose of {', '.join(UserRole)}")
        return value

    @property
    def roles_with_totp(self) -> frozenset[UserRole]:
        """Roles that must have a second factor."""
        return frozenset(UserRole(role) for role in _listed(self.totp_roles))

    @property
    def oidc(self) -> Oidc | None:
        """The provider, or None. Raises SettingsError where its settings will not do."""
        return read_oidc(self) if self.oidc_issuer else None

    @property
    def session_life(self) -> timedelta:
        """How long a sign-in lasts at most."""
        return timedelta(hours=self.session_h)

    @property
    def idle(self) -> timedelta:
        """How long a sign-in lasts that nobody uses."""
        return timedelta(minutes=self.idle_min)

    @property
    def ledger_url(self) -> str:
        """The database's SQLAlchemy URL."""
        return self.database_url or f"sqlite:///{self.data_dir.resolve() / 'ledger.sqlite3'}"

    @property
    def ledger_place(self) -> str:
        """The database's URL without its password, for messages."""
        return make_url(self.ledger_url).render_as_string(hide_password=True)

    @property
    def jobs_path(self) -> Path:
        """Huey's SQLite file, unless `redis_url` names a server."""
        return self.data_dir / "jobs.sqlite3"

    @property
    def capture_dir(self) -> Path:
        """Where the lines write what they capture until it is sealed; a local disk."""
        return self.data_dir / "capture"

    @property
    def spool_dir(self) -> Path:
        """Where recordings are sealed and wait until they are safe in the archive; a local disk."""
        return self.data_dir / "sealed"

    @property
    def recordings_dir(self) -> Path:
        """The archive, unless `archive_url` names another: sealed recordings by day and desk."""
        return self.data_dir / "recordings"

    @property
    def run_dir(self) -> Path:
        """What runs now on this machine: the edge's files, the clerk's socket. The rest may be shared."""
        return self.data_dir / (f"run-{self.machine}" if self.machine else "run")


@dataclass(frozen=True, kw_only=True, slots=True)
class Oidc:
    """An OpenID Connect provider that signs people in."""

    issuer: str
    client_id: str
    client_secret: SecretStr | None
    title: str
    scope: str
    name_claim: str
    role_claim: str
    roles: tuple[tuple[str, UserRole], ...]  # value of the claim and role; the first that fits counts
    desk_claim: str
    team_claim: str


def read_oidc(settings: Settings) -> Oidc:
    """The provider of these settings. Raises SettingsError."""
    issuer = str(settings.oidc_issuer)
    parts = urlsplit(issuer)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        raise SettingsError(f"HOTLINE_OIDC_ISSUER must be an https address, got {issuer!r}")
    if not settings.oidc_client_id:
        raise SettingsError("HOTLINE_OIDC_CLIENT_ID is missing; the provider gives one to each program")
    secret_file = settings.oidc_secret_file
    return Oidc(
        issuer=issuer,
        client_id=settings.oidc_client_id,
        client_secret=None if secret_file is None else secret_in(secret_file, "HOTLINE_OIDC_SECRET_FILE"),
        title=settings.oidc_title,
        scope=settings.oidc_scope,
        name_claim=settings.oidc_name_claim,
        role_claim=settings.oidc_role_claim,
        roles=tuple(_role_pair(pair) for pair in _listed(settings.oidc_roles)),
        desk_claim=settings.oidc_desk_claim,
        team_claim=settings.oidc_team_claim,
    )


def _role_pair(pair: str) -> tuple[str, UserRole]:
    value, equals, role = pair.rpartition("=")
    if not equals or role not in set(UserRole):
        raise SettingsError(
            f"HOTLINE_OIDC_ROLES must be like qc-admins=administrator,qc=monitor, got {pair!r}"
        )
    return value, UserRole(role)


def secret_in(path: Path, setting: str) -> SecretStr:
    """What a file holds that a setting names. Raises SettingsError."""
    try:
        return SecretStr(path.read_text(encoding="utf-8").strip())
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{setting} {path} cannot be read: {error}") from error


def load_settings(**options: Any) -> Settings:
    """Settings from options that are not None, then the environment. Raises SettingsError."""
    given = {name: value for name, value in options.items() if value is not None}
    try:
        return Settings(**given)
    except ValidationError as error:
        raise SettingsError("; ".join(_one_mistake(e) for e in error.errors())) from error


def _one_mistake(error: Any) -> str:
    name = ".".join(str(part) for part in error["loc"])
    return f"setting {name!r} (option or HOTLINE_{name.upper()}): {error['msg']}, got {error['input']!r}"


def prepare_data_dir(settings: Settings) -> None:
    """Make the data directory and its folders. Raises StorageError where that fails."""
    folders = (
        settings.data_dir,
        settings.capture_dir,
        settings.spool_dir,
        settings.recordings_dir,
        settings.run_dir,
    )
    for folder in folders:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StorageError(
                f"cannot make the folder {folder}: {error.strerror}; "
                "give the rights or choose another with --data"
            ) from error
        if not os.access(folder, os.W_OK):
            raise StorageError(f"cannot write to {folder}; give the rights or choose another with --data")
