"""Why a campaign is not changed: the pages say which of these it was, in the reader's language."""

from __future__ import annotations

from ledger.errors import Conflict


class CampaignChanged(Conflict):
    """Somebody changed the campaign since it was read: look at what was changed, then save once more."""


class CampaignStopped(Conflict):
    """The campaign is stopped for good: make another one."""


class CallsWereMade(Conflict):
    """People were called already: what is asked, by whom and for which desk stays; make another campaign."""
