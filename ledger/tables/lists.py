"""How people want the list of calls to look: saved views, columns, the first page."""

from __future__ import annotations

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ledger.tables.base import Base


class ListViewRow(Base):
    """Filters, order and columns under a name."""

    __tablename__ = "list_views"
    __table_args__ = (UniqueConstraint("user_id", "name", name="uq_list_views_user_id_name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    name: Mapped[str] = mapped_column(String(64))
    query: Mapped[str] = mapped_column(Text)  # of the list's address, without a place in the list
    columns: Mapped[list[str]] = mapped_column(JSON)
    shared: Mapped[bool] = mapped_column(default=False)  # everybody sees it; a quality lead made it so


class ListSettingsRow(Base):
    """Somebody's list where no view says otherwise."""

    __tablename__ = "list_settings"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    columns: Mapped[list[str]] = mapped_column(JSON)
    first_view_id: Mapped[int | None] = mapped_column(ForeignKey("list_views.id"))
