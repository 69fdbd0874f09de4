"""When packets of a leg were lost, as a fact of the call."""

from __future__ import annotations

import pytest

from ledger.packet_losses import MOST_STRETCHES, PacketLoss, lost_share, read, told


def loss(start_s: float, end_s: float, lost: int, due: int) -> PacketLoss:
    """A stretch."""
    return PacketLoss(start_s=start_s, end_s=end_s, lost=lost, due=due)


def test_a_fact_tells_what_was_lost_and_is_read_again() -> None:
    """Stretches come back to the hundredth of a second."""
    losses = (loss(12.34, 12.88, 3, 25), loss(40.1, 40.61, 25, 25))
    assert told(losses) == "12.34-12.88:3/25 40.10-40.61:25/25"
    assert read(told(losses)) == losses


@pytest.mark.parametrize("fact", ["", "5 %", "1.00-2.00:1/0", "a lot"])
def test_what_is_no_loss_is_none(fact: str) -> None:
    """An import may say anything under the fact's name."""
    assert read(fact) == ()


def test_of_many_stretches_neighbours_are_told_together() -> None:
    """The fact stays short, and as many packets are lost at about the same times."""
    losses = [loss(at, at + 0.5, 1, 25) for at in range(1000)]
    kept = read(told(losses))
    assert len(kept) <= MOST_STRETCHES
    assert sum(stretch.lost for stretch in kept) == 1000
    assert lost_share(kept, 0, 1000) == pytest.approx(lost_share(losses, 0, 1000), rel=0.02)


def test_a_stretchs_share_is_of_its_own_time() -> None:
    """Half of what came in half of a turn is a quarter of the turn; elsewhere nothing was lost."""
    losses = (loss(10.0, 11.0, 25, 50),)
    assert lost_share(losses, 10.0, 12.0) == pytest.approx(0.25)
    assert lost_share(losses, 10.5, 11.0) == pytest.approx(0.5)
    assert lost_share(losses, 20.0, 21.0) == 0.0
    assert lost_share(losses, 10.0, 10.0) == 0.0
