"""Passwords: argon2id, which OWASP puts first; and what a new one must be."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from console.errors import BadInput
from console.tokens import new_token
from console.words import N_

SHORTEST_PASSWORD = 10  # characters
LONGEST_PASSWORD = 1024  # characters; beyond it hashing would be a way to tire the server
ONE_TIME_BYTES = 12  # 96 bits, 16 characters

_hasher = PasswordHasher()


def hash_password(password: str) -> str:
    """The argon2id hash that the ledger keeps of a password."""
    return _hasher.hash(password)


def is_right(password_hash: str, password: str) -> bool:
    """Whether it is the password. Too long a one is not even hashed."""
    if len(password) > LONGEST_PASSWORD:
        return False
    try:
        return _hasher.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


@cache
def nobodys_hash() -> str:
    """What an unknown user's password is held against; made at start, so that no first attempt is slower."""
    return _hasher.hash(new_token())


@dataclass(frozen=True, kw_only=True, slots=True)
class OneTime:
    """A password to be told to somebody, who has to change it. Make it before a transaction: that is slow."""

    password: str
    hash: str

    @classmethod
    def make(cls) -> OneTime:
        """A new one."""
        password = one_time_password()
        return cls(password=password, hash=hash_password(password))


def one_time_password() -> str:
    """A password to be told to somebody, who has to change it."""
    return secrets.token_urlsafe(ONE_TIME_BYTES)


def check_new_password(password: str, again: str, *, name: str, former_hash: str) -> None:
    """Raises BadInput where a new password is too short or long, the name, the former one, or typed wrong."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise BadInput(
            f"password: use {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters",
            N_("新密码要 10 到 1024 个字符。请换一个。"),
        )
    if password != again:
        raise BadInput(
            "again: the two passwords differ; type the same one twice",
            N_("两次输入的新密码不一样。请重新输入两次。"),
        )
    if name.lower() in password.lower() and len(password) < 2 * len(name):
        raise BadInput(
            "password: it is little more than the name; choose another",
            N_("新密码和用户名太像。请换一个。"),
        )
    if is_right(former_hash, password):
        raise BadInput(
            "password: it is the one that you have; choose another",
            N_("新密码和现在的一样。请换一个。"),
        )
