"""How reviews go on: second reviews, four eyes, publication, appeals."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from sip_config.fields import Id, PlanPart, Text

Share = Annotated[float, Field(ge=0, le=1)]
FULL_SCORE = 100.0


class Reason(PlanPart):
    """What always asks for a second review: in the plan the word `fatal`, or `score_below: 60`."""

    fatal: bool = False
    score_below: float | None = None


def _read_reason(given: Any) -> Reason:
    if isinstance(given, Reason):
        return given
    if given == "fatal":
        return Reason(fatal=True)
    if isinstance(given, dict) and len(given) == 1:
        score = _score(given.get("score_below"))
        if score is not None:
            return Reason(score_below=score)
    told = ", ".join(f"{key}: {value}" for key, value in given.items()) if isinstance(given, dict) else given
    raise ValueError(f"must be 'fatal' or 'score_below' with a score of up to 100, here is {told!r}")


def _score(given: Any) -> float | None:
    try:
        score = float(given)
    except (TypeError, ValueError):
        return None
    return score if 0 < score <= FULL_SCORE else None


class SecondReview(PlanPart):
    """Which finished reviews are done once more by somebody else, blind."""

    share: Share = 0.1
    key: Text = "second-review"  # of the draw; who knows it can tell which calls will be drawn
    always_when: tuple[Annotated[Reason, BeforeValidator(_read_reason)], ...] = (
        Reason(fatal=True),
        Reason(score_below=60.0),
    )

    @property
    def when_fatal(self) -> bool:
        """Whether a fatal finding that stands always asks for one."""
        return any(reason.fatal for reason in self.always_when)

    @property
    def below(self) -> float | None:
        """The score below which one is always asked for; None: at no score."""
        return max((reason.score_below for reason in self.always_when if reason.score_below), default=None)


class FourEyes(PlanPart):
    """Where another person has to look."""

    publish: bool = False  # who publishes did not review
    decide: bool = True  # who decides on an appeal did not review, publish or appeal


class Review(PlanPart):
    """The way of a review to its end (docs/workflow.md)."""

    second_review: SecondReview = SecondReview()
    four_eyes: FourEyes = FourEyes()
    publish: Literal["by_hand", "at_once"] = "by_hand"
    appeal_days: Annotated[int, Field(ge=1, le=365)] = 5  # working days after that of the publication
    calendar: Id | None = None  # of `hours`: which days are working days; None: Monday to Friday
    claim_minutes: Annotated[float, Field(gt=0, le=100_000)] | None = 120.0  # None: a taken call stays taken

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.publish == "at_once" and self.four_eyes.publish:
            raise ValueError(
                "'publish: at_once' leaves no other eyes; write by_hand, or four_eyes.publish: false"
            )
        return self
