"""What a book says against what the record says: locate, parse, check, plan, guards, notes.

Pure: it decides and never does.
"""
