"""Draws the books of layout.py as .xlsx with openpyxl: what they look like, never what they mean."""

from sync_service.books.render.journal import CourseSheet, JournalBook, render_journal
from sync_service.books.render.roster import render_roster
from sync_service.books.render.school import render_school

__all__ = ["CourseSheet", "JournalBook", "render_journal", "render_roster", "render_school"]
