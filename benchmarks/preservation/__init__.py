"""What keeping evidence costs: the recorder in a crawl, ``verify``, ``reextract``.

Run ``python -m benchmarks.preservation`` for the tables; ``README.md`` here says how they are measured.
"""
