"""The plan: which numbers are answered, what callers hear, which desk and which operators serve them."""

from sip_config.desk import Desk, Operator
from sip_config.hours import Hours
from sip_config.load import check_prompts, load_plan
from sip_config.menu import HANG_UP, REPEAT, Menu, Step
from sip_config.plan import Limits, Listen, Number, Plan, PromptSettings, Survey
from sip_config.prompts import PromptFolder, PromptLibrary, prompt_folder

__all__ = [
    "HANG_UP",
    "REPEAT",
    "Desk",
    "Hours",
    "Limits",
    "Listen",
    "Menu",
    "Number",
    "Operator",
    "Plan",
    "PromptFolder",
    "PromptLibrary",
    "PromptSettings",
    "Step",
    "Survey",
    "check_prompts",
    "load_plan",
    "prompt_folder",
]
