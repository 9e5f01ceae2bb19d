"""Many machines: one archive's work given to dask's workers, which see its folder at the same path.

One process, the caller's, writes ``news.db``; no worker opens it. Crawls are given away a site at a time, reading a
batch of pages at a time. What the work is lives in other rooms; nothing here knows markup or tables.
"""
