"""Benchmarks beside public tools: ``make bench``, or ``python -m bench reading`` for one of them.

Each benchmark measures our way and its peers in turn, several rounds in one run, since the speed of
a machine varies from minute to minute; what counts is the ratio, not the figure. Results are
printed and written to build/bench.json. Nothing is asserted: a goal is a line in the table.
"""
