"""Numbers as people paste them: every line is a person or a bad line that is told, none is lost."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from desks.campaigns.pasted import read_numbers

ZONE = ZoneInfo("Asia/Shanghai")


def test_numbers_are_read_as_people_write_them() -> None:
    """With a head, signs between, wide digits, tickets, moments, notes, languages; what is wrong is told."""
    lines = [
        "\ufeff号码,工单,时间,备注",
        "0395 666-1234",
        "１３８００００００01，20261130-0001；2026-01-02 08:00,王先生,粤语",
        "",
        *("abc", "+8613800000002", "13800000003,17", "13800000004,,morgen", "13800000005,,2999-01-01"),
        "13800000006,,0001-01-01",
        "13800000006,,,,火星话",
        "03956661234",
    ]
    found = read_numbers("\n".join(lines), ZONE)
    assert [one.number for one in found.people] == ["03956661234", "13800000001", "+8613800000002"]
    second = found.people[1]
    assert (second.ticket, second.note, second.language) == ("20261130-0001", "王先生", "yue")
    assert second.happened_at == datetime(2026, 1, 2, 0, 0, tzinfo=UTC)
    assert [bad.line for bad in found.bad] == [5, 7, 8, 9, 10, 11, 12]
    assert found.bad[-1].why == "号码重复"


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=300))
def test_no_line_is_lost(text: str) -> None:
    """Whatever is pasted: a line is empty, the head, a person, or a bad line with its number."""
    found = read_numbers(text, ZONE)
    lines = [line for line in text.lstrip("\ufeff").splitlines() if line.strip()]
    assert len(lines) - len(found.people) - len(found.bad) in {0, 1}
