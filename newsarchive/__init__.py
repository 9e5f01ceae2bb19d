"""newsarchive keeps the news pages of Viet Nam's districts: read, dated, searchable, with the bytes as evidence."""

__version__ = "0.1.0"
