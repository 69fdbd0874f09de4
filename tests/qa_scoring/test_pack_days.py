"""Packs with dates: the one in force on the call's day judges, without gaps and overlaps."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ledger.errors import BadPack
from qa_scoring import load_packs
from tests.qa_scoring.language import HEAD

DESK = 'id: {id}\nversion: "1"\ntitle: 一台\ndesks: ["114"]\n{dates}'
UNTIL, SINCE = "effective_to: 2026-12-31\n", "effective_from: 2027-01-01\n"


def write(folder: Path, *dates: str, common: str = "") -> Path:
    """A common pack, and packs of one desk in force from and to."""
    (folder / "common.yaml").write_text(HEAD + common, encoding="utf-8")
    for name, given in zip("abc", dates, strict=False):
        (folder / f"{name}.yaml").write_text(DESK.format(id=name, dates=given), encoding="utf-8")
    return folder


def told(folder: Path) -> str:
    """What is wrong with it."""
    with pytest.raises(BadPack) as caught:
        load_packs(folder)
    return str(caught.value)


@pytest.mark.parametrize(
    ("day", "pack"),
    [
        (date(2020, 1, 1), "a"),
        (date(2026, 12, 31), "a"),
        (date(2027, 1, 1), "b"),
        (None, "b"),
    ],
)
def test_the_pack_in_force_judges(tmp_path: Path, day: date | None, pack: str) -> None:
    """Both days of its dates are within; without a day it is the one that holds from now on."""
    packs = load_packs(write(tmp_path, UNTIL, SINCE))
    assert packs.for_desk("114", "114", day).id == pack


def test_before_its_first_day_a_desk_has_the_common_pack(tmp_path: Path) -> None:
    """A pack that begins one day is no mistake."""
    packs = load_packs(write(tmp_path, SINCE))
    assert packs.for_desk("114", "114", date(2026, 12, 31)).id == "common"


@pytest.mark.parametrize(
    ("dates", "mistake"),
    [
        (
            (UNTIL, "effective_from: 2027-01-03\n"),
            "b.yaml:5: effective_from: '114' has no pack from 2027-01-01",
        ),
        ((UNTIL, "effective_from: 2026-12-31\n"), "b.yaml:4: desks: '114' is also in"),
        ((UNTIL, ""), "one pack at a time: give both their dates"),
        (("", SINCE), "one pack at a time: give both their dates"),
        ((UNTIL, SINCE, SINCE), "c.yaml:4: desks: '114' is also in"),
    ],
)
def test_gaps_and_overlaps_are_mistakes(tmp_path: Path, dates: tuple[str, ...], mistake: str) -> None:
    """With the line, and what to do."""
    assert mistake in told(write(tmp_path, *dates))


def test_dates_are_for_packs_of_desks_and_in_order(tmp_path: Path) -> None:
    """What others fall back to or build on holds on all days."""
    assert "'common' holds on all days" in told(write(tmp_path, common=SINCE))
    backwards = "effective_from: 2027-01-01\neffective_to: 2026-01-01\n"
    assert "must not be after" in told(write(tmp_path, backwards, common=""))
    write(tmp_path, UNTIL, f"{SINCE}extends: [a]\n")
    assert "b extends 'a', which then must hold on all days" in told(tmp_path)
