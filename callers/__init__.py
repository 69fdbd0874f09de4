"""The scripted test phone: synthetic callers and operators, their dialogues, load."""
