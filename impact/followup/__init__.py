"""Follow-up: what was expected against what was reported, what to review, and how good predictions were."""

from impact.followup.confront import confront
from impact.followup.follow_up import follow_up
from impact.followup.predict import predict_patients

__all__ = ["confront", "follow_up", "predict_patients"]
