"""WHAT A PAGE SAYS: pure functions from bytes to records; no network, no database, no clock, no Scrapy."""
