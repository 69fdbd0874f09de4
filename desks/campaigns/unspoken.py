"""Languages of people that a campaign cannot speak: told before anybody is called, not found in a call."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from desks.campaigns import people
from desks.campaigns.campaign import Campaign
from desks.campaigns.languages import Spoken


@dataclass(frozen=True, kw_only=True, slots=True)
class Unspoken:
    """People who will be spoken to in the plan's own language instead of theirs."""

    language: Spoken
    people: int
    missing: tuple[str, ...]  # prompts, by id
    instead: str  # the plan's own language

    def __str__(self) -> str:
        return (
            f"{self.people} people speak {self.language}, in which {', '.join(self.missing)} are missing: "
            f"they will hear {self.instead}; render these prompts (docs/campaigns.md)"
        )


def unspoken(
    session: Session, campaign: Campaign, said_in: Mapping[str, Collection[str]], own: str
) -> list[Unspoken]:
    """The languages of people still to be called in which not all is there that a campaign may say.

    `said_in`: the prompts of each language; `own`: the plan's language.
    """
    return [
        Unspoken(language=language, people=count, missing=tuple(sorted(missing)), instead=own)
        for language, count in people.count_languages(session, campaign.id).items()
        if language != own and (missing := campaign.prompts - set(said_in.get(language, ())))
    ]
