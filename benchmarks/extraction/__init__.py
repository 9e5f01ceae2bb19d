"""How well whole pages are read: the golden pages and a public set, the peers measured on the same run.

``readers`` asks each extractor, ``golden`` and ``public`` bring pages and truths, ``measure`` judges and times,
``python -m benchmarks.extraction`` prints the tables. Nothing here is imported by the package itself.
"""
