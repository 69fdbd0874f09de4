"""The transcriber beside the stock `vosk-transcriber` command, on the labelled set."""
