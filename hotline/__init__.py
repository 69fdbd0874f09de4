"""The top floor: the command, the processes, and the pipeline that strings the stages together."""
