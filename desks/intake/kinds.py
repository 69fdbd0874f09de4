"""What files are by their content, and why some cannot be shown. The page worker needs no more of us."""

from __future__ import annotations

from enum import StrEnum


class FileKind(StrEnum):
    """What a file is by its content."""

    TIFF = "tiff"
    PDF = "pdf"
    PNG = "png"
    JPEG = "jpeg"
    TEXT = "text"
    OFFICE = "office"  # docx, xlsx: kept, not shown


class Problem(StrEnum):
    """Why a file has no pages to show, or was not kept."""

    BROKEN = "broken"
    ENCRYPTED = "encrypted"
    HUGE = "huge"  # its pages would be too large
    NOT_TAKEN = "not_taken"  # a kind that we do not keep
    TOO_LARGE = "too_large"
    TOO_MANY = "too_many"
