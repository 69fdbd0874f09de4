"""The figures of the quality desk: one definition of each; docs/figures.md tells them.

A call belongs to the local hour in which it was received, a wait to that in which it ended. Canary calls are
in none. `measures` says what is counted, `facts` says it of the rows of a day, `keeping` keeps the sums of
days that are over, `counting` adds up what a period needs of both, `tally` makes shares and means of it.
"""
