"""What search costs on an archive of a million articles; see README.md."""
