"""What the page for programs shows and what its forms send."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from console.errors import BadInput
from console.rights import FOR_PROGRAMS, HOLDERS, Right
from console.texts import checked, whole_number
from console.words import N_
from ledger.clock import now
from ledger.programs import Token, TokenWish
from ledger.records import User
from ledger.webhooks import Delivery, Event, Webhook

LONGEST_TITLE = 128  # characters
LONGEST_URL = 2000
MOST_DAYS = 366


@dataclass(frozen=True, kw_only=True, slots=True)
class ProgramsView:
    """The page."""

    tokens: Sequence[Token]
    webhooks: Sequence[Webhook]
    deliveries: Sequence[Delivery]
    people: Sequence[User]


@dataclass(frozen=True, kw_only=True, slots=True)
class TokenForm:
    """The form of a token as it was filled in, or as it is at first."""

    title: str = ""
    user: str = ""
    rights: Sequence[str] = (Right.LIST,)
    days: str = "90"


@dataclass(frozen=True, kw_only=True, slots=True)
class WebhookForm:
    """The form of a webhook as it was filled in, or as it is at first."""

    url: str = ""
    events: Sequence[str] = (Event.FLAGGED,)


NEW_TOKEN, NEW_WEBHOOK = TokenForm(), WebhookForm()


def read_token(form: TokenForm, people: Sequence[User]) -> TokenWish:
    """A token from a form. Raises BadInput."""
    holder = next((one for one in people if one.name == form.user), None)
    if holder is None:
        raise BadInput(
            f"user: nobody called {form.user[:64]!r} can sign in; choose one of the list",
            N_("这个人已不能登录。请在名单里另选一人。"),
        )
    lasts = whole_number(form.days, most=MOST_DAYS)
    if not lasts:
        raise BadInput(
            f"days must be a number from 1 to {MOST_DAYS}, got {form.days[:20]!r}",
            N_("有效天数要是 1 到 366。"),
        )
    words = N_("请填写用途，1 到 128 个字符。")
    return TokenWish(
        title=checked("title", form.title, LONGEST_TITLE, is_needed=True, words=words),
        user_id=holder.id,
        rights=_rights(form.rights, holder),
        expires_at=now() + timedelta(days=lasts),
    )


def read_webhook(form: WebhookForm) -> tuple[str, tuple[Event, ...]]:
    """A webhook from a form. Raises BadInput."""
    words = N_("地址要以 http:// 或 https:// 开头，不含密码，最多 2000 个字符。")
    address = checked("url", form.url, LONGEST_URL, words=words)
    try:
        parts = urlsplit(address)
        is_address = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.username is None
    except ValueError:
        is_address = False
    if not is_address:
        raise BadInput(
            f"url must be an http or https address without a password, got {form.url[:200]!r}", words
        )
    if not form.events or not set(form.events) <= set(Event):
        raise BadInput(f"events: choose at least one of {', '.join(Event)}", N_("请至少选一件事。"))
    return address, tuple(Event(event) for event in form.events)


def _rights(names: Sequence[str], holder: User) -> frozenset[str]:
    """A token never does more than its person may."""
    if not names or not set(names) <= set(FOR_PROGRAMS):
        raise BadInput(f"rights: choose at least one of {', '.join(FOR_PROGRAMS)}", N_("请至少选一项权限。"))
    beyond = sorted(name for name in names if holder.role not in HOLDERS[Right(name)])
    if beyond:
        raise BadInput(
            f"rights: {holder.name} has no right to {', '.join(beyond)}; take it out",
            N_("这个人没有所选的全部权限。请去掉标明“此人没有”的。"),
        )
    return frozenset(names)
