"""Where intake keeps what came along."""

from __future__ import annotations

from pathlib import Path

from ledger.settings import Settings


def files_dir(settings: Settings) -> Path:
    """Files by the hash of their content."""
    return settings.data_dir / "intake"


def page_path(settings: Settings, sha256: str, number: int) -> Path:
    """A page that was drawn; may be deleted at any time."""
    return files_dir(settings) / "pages" / sha256[:2] / f"{sha256}-{number}.png"


def pages_of(folder: Path, sha256: str) -> list[Path]:
    """All pages that were drawn of a content, in the folder of `files_dir`."""
    return list((folder / "pages" / sha256[:2]).glob(f"{sha256}-*.png"))
