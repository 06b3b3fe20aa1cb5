"""Keeps a school's official record in step with the spreadsheets its teachers fill in."""
