"""A real LibreOffice for the tests of books."""

from tests.libreoffice import libreoffice

__all__ = ["libreoffice"]
