"""What people of a list speak whose line does not say it: the language of their ticket's call."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from desks.campaigns.languages import read_language
from desks.campaigns.people import Wanted
from desks.tickets import languages_of


def with_languages(session: Session, wanted: Sequence[Wanted]) -> list[Wanted]:
    """The same people; who has a ticket and no language has that of the ticket's call, where it is known."""
    asked = [one.ticket for one in wanted if one.ticket and one.language is None]
    found = languages_of(session, asked) if asked else {}
    return [
        replace(one, language=read_language(found[one.ticket]))
        if one.language is None and one.ticket in found
        else one
        for one in wanted
    ]
