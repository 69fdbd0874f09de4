"""What is wrong with an enquiry."""

from __future__ import annotations

from ledger.errors import HotlineError


class BadEnquiry(HotlineError):
    """A field of the enquiry is missing or cannot be: correct what the message names."""

    http_status = 422

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field
