"""The second set held out: everyday lines, openings and pages of district sites, written without sight of the reader.

Run by ``python -m benchmarks.dates.holdout --set 2``. The reader is not to be tuned to it; a row changes only where it
contradicts the specification or ``../README.md``.
"""
