"""What a second crawl costs a site: requests and bytes, beside a full crawl's and a mirroring ``wget``'s.

Run ``python -m benchmarks.recrawl`` for the table; ``README.md`` here says how it is measured.
"""
