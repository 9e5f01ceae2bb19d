"""What each page shows: functions from an archive and a request to the context of a template. They know no HTML."""
