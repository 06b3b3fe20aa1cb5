"""Books in Google Sheets."""
