"""Recordings to transcripts: who said what, when. The only home of Vosk."""
