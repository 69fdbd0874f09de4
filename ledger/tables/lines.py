"""Line processes and the edge before them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from ledger.tables.base import Base, UtcDateTime


class LineRow(Base):
    """A line process, on this machine or another: where it answers, and how many callers it can take."""

    __tablename__ = "lines"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    host: Mapped[str] = mapped_column(String(64))
    port: Mapped[int] = mapped_column(Integer)
    pid: Mapped[int] = mapped_column(Integer)
    process: Mapped[str | None] = mapped_column(String(64))  # its signature; None: of an earlier release
    state: Mapped[str] = mapped_column(String(16))
    places: Mapped[int] = mapped_column(Integer)  # callers at once
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)  # written anew every few seconds while it lives
    starts: Mapped[int] = mapped_column(Integer, default=1)  # how often a process of this name has started


class SipSecretRow(Base):
    """A phone's or trunk's digest password, only as HA1 = MD5(user:realm:password) (RFC 2617)."""

    __tablename__ = "sip_secrets"

    user: Mapped[str] = mapped_column(String(64), primary_key=True)
    realm: Mapped[str] = mapped_column(String(128))
    ha1: Mapped[str] = mapped_column(String(32))
    set_at: Mapped[datetime] = mapped_column(UtcDateTime)


class EdgeCountRow(Base):
    """What the edge dropped without a row of its own (scanners, floods, rubbish), counted by the minute."""

    __tablename__ = "edge_counts"

    minute: Mapped[datetime] = mapped_column(UtcDateTime, primary_key=True)
    verdict: Mapped[str] = mapped_column(String(32), primary_key=True)
    count: Mapped[int] = mapped_column(Integer, default=0)
