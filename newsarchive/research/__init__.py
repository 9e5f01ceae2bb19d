"""HOW THE ARCHIVE IS READ: search, export."""
