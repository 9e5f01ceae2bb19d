"""How well Vietnamese news dates are read: truth tables, made-up pages, and the peers measured on the same run.

``strings.tsv`` and ``datelines.tsv`` are the tables, ``tables`` reads them, ``pages`` makes whole pages,
``python -m benchmarks.dates`` measures. Nothing here is imported by the package itself.
"""
