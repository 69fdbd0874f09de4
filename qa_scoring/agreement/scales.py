"""Words for coefficients. They are conventions, not results: always told with their source."""

from __future__ import annotations

from enum import StrEnum

LANDIS_KOCH = "Landis & Koch 1977, Biometrics 33:159-174"
KRIPPENDORFF = "Krippendorff 2004, Content Analysis, 2nd ed., p. 241"


class Strength(StrEnum):
    """What Landis and Koch call a kappa; "clearly arbitrary", as they say themselves."""

    POOR = "poor"  # below 0
    SLIGHT = "slight"  # up to 0.20
    FAIR = "fair"  # up to 0.40
    MODERATE = "moderate"  # up to 0.60
    SUBSTANTIAL = "substantial"  # up to 0.80
    ALMOST_PERFECT = "almost_perfect"


class Reliance(StrEnum):
    """What Krippendorff lets an alpha be used for."""

    RELIABLE = "reliable"  # from 0.800 on
    TENTATIVE = "tentative"  # from 0.667 on: for tentative conclusions only
    UNRELIABLE = "unreliable"


_STEPS = (
    (0.20, Strength.SLIGHT),
    (0.40, Strength.FAIR),
    (0.60, Strength.MODERATE),
    (0.80, Strength.SUBSTANTIAL),
)


def strength_of(kappa: float | None) -> Strength | None:
    """The word for a kappa, rounded to hundredths as the table is."""
    if kappa is None:
        return None
    if kappa < 0:
        return Strength.POOR
    return next((word for most, word in _STEPS if round(kappa, 2) <= most), Strength.ALMOST_PERFECT)


def reliance_of(alpha: float | None) -> Reliance | None:
    """The word for an alpha, rounded to thousandths."""
    if alpha is None:
        return None
    if round(alpha, 3) >= 0.8:
        return Reliance.RELIABLE
    return Reliance.TENTATIVE if round(alpha, 3) >= 0.667 else Reliance.UNRELIABLE
