"""What the pages of users show and what their forms send."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from console.errors import BadInput
from console.words import N_
from ledger.records import User
from ledger.sessions import SignIn
from ledger.states import UserRole

LONGEST_NAME, LONGEST_DISPLAY_NAME = 64, 128  # characters
NOT_OFFERED = N_("所选的角色、服务台或班组已经没有了。请重新选。")
NAME = re.compile(r"[\w.@-]+")  # of any script; nothing that an address or a log would have to escape


@dataclass(frozen=True, kw_only=True, slots=True)
class Offer:
    """What somebody can be held to."""

    desks: Mapping[str, str]  # names by id
    teams: Sequence[str]


@dataclass(frozen=True, kw_only=True, slots=True)
class UserWish:
    """What an administrator wants somebody to be."""

    display_name: str
    role: UserRole
    desks: frozenset[str]
    teams: frozenset[str]


@dataclass(frozen=True, kw_only=True, slots=True)
class UserView:
    """One user on a page of their own."""

    user: User
    sign_ins: Sequence[SignIn]
    is_self: bool
    claimed: frozenset[str]  # what a provider says, of role, desks and teams


def access_details(of: User | UserWish) -> dict[str, str]:
    """Role and scope as the audit log tells them."""
    return {"role": of.role.value, "desks": " ".join(sorted(of.desks)), "teams": " ".join(sorted(of.teams))}


def read_name(name: str) -> str:
    """What somebody will sign in with. Raises BadInput."""
    if not NAME.fullmatch(name) or len(name) > LONGEST_NAME:
        raise BadInput(
            f"name must be 1 to {LONGEST_NAME} letters, digits, dots, hyphens or @, got {name[:20]!r}",
            N_("用户名要 1 到 64 个字母、汉字、数字、点、连字符、下划线或 @，不含空格。"),
        )
    return name


def read_wish(
    *, display_name: str, role: str, desks: Sequence[str], teams: Sequence[str], offer: Offer
) -> UserWish:
    """What the form says. Raises BadInput."""
    shown = display_name.strip()
    if not shown or len(shown) > LONGEST_DISPLAY_NAME or not shown.isprintable():
        raise BadInput(
            f"display_name must be 1 to {LONGEST_DISPLAY_NAME} printable characters",
            N_("姓名要 1 到 128 个可以显示的字符。"),
        )
    if role not in set(UserRole):
        raise BadInput(f"role must be one of {', '.join(UserRole)}, got {role[:20]!r}", NOT_OFFERED)
    for field, given, known in (("desks", desks, offer.desks), ("teams", teams, offer.teams)):
        unknown = sorted(set(given) - set(known))
        if unknown:
            raise BadInput(
                f"{field}: there is no {unknown[0][:20]!r}; choose of those that are offered", NOT_OFFERED
            )
    return UserWish(display_name=shown, role=UserRole(role), desks=frozenset(desks), teams=frozenset(teams))
