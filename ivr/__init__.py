"""The call: answer, greet, menu, queue, bridge, survey, end. Only `ivr.phone` and `ivr.leg` know pjsua2."""
