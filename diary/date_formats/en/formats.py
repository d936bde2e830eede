"""Dates that no English reader can take for another: the day, the month as a word, the year."""

DATE_FORMAT = "j F Y"
DATETIME_FORMAT = "j F Y, H:i"
