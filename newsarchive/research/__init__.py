"""HOW THE ARCHIVE IS READ: search, export, one article with its evidence. Only reads."""
