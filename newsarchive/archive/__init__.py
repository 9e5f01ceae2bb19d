"""WHAT IS KEPT: the database, the WARC files, the crawl's memory. Never imports Scrapy."""
