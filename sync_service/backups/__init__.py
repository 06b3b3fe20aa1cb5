"""Backups: snapshot, media, verify, restore. Knows files and rows, never models.

A backup is one file, journal-<school>-<kind>-<YYYYMMDD-HHMM>.zip, with <name>.sha256 beside it;
`verify` covers every byte of both. Whatever goes wrong reaches the caller as BackupRefused, whose str is one
Russian sentence.
"""
