"""Values and school rules. Pure: no clock, no files, no database; today is an argument."""
