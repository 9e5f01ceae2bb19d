"""A second truth table for the dates: strings, openings and hand-made pages written without sight of the reader.

The reader is not to be tuned to it; a row changes only where it contradicts the specification or ``../README.md``.
"""
