"""How fast it is, and how much memory it takes: crawling, storing, reading anew on all cores, starting.

Run ``python -m benchmarks.performance`` for the tables; ``README.md`` here says how they are measured.
"""
