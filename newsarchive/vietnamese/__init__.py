"""What the language knows: text and dates. Pure; nothing of scraping, nothing of ours."""
