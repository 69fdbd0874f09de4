"""Samples of calls: plan, frame, draw, estimates, sizes. Pure: no ledger is asked."""

from qa_scoring.sampling.drawing import Draw, Drawn, StratumDraw, draw_sample
from qa_scoring.sampling.estimating import Estimate, estimate_mean, estimate_share
from qa_scoring.sampling.frame import Frame, FrameCall, Gap
from qa_scoring.sampling.plan import BadSamplePlan, SamplePlan, load_sample_plan

__all__ = [
    "BadSamplePlan",
    "Draw",
    "Drawn",
    "Estimate",
    "Frame",
    "FrameCall",
    "Gap",
    "SamplePlan",
    "StratumDraw",
    "draw_sample",
    "estimate_mean",
    "estimate_share",
    "load_sample_plan",
]
