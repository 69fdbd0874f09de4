"""Mails of customers."""

from __future__ import annotations

from email.message import EmailMessage

FAULT = "家里的宽带昨天断了，故障号码3151206，请尽快修。"


def letter(number: int, text: str = FAULT, subject: str = "报障", **headers: str) -> EmailMessage:
    """A mail of a customer; headers are named with _ for -."""
    made = EmailMessage()
    made["From"], made["Message-ID"], made["Subject"] = "张三 <z@b.example>", f"<{number}@b.example>", subject
    for name, value in headers.items():
        del made[name.replace("_", "-")]
        made[name.replace("_", "-")] = value
    made.set_content(text)
    return made
