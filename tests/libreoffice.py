"""A real LibreOffice Calc without a window, doing to a book what a person would do.

One running office serves all tests of a worker process. It is driven by a Basic macro in a profile of its own, which
takes orders from a folder and answers there: no bridge, no port, nothing to install beside Calc itself.

    def test_something(libreoffice, tmp_path):
        libreoffice.edit(book, [type_in("Математика", "G7", "5"), rename("Математика", "Алгебра")])
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

Step = tuple[str, ...]

ANSWER_WITHIN = 60.0  # seconds; starting takes two to ten of them on a busy machine


def type_in(tab: str, a1: str, text: str) -> Step:
    """Type a text into a cell and press Enter: the program makes of it what it would make for a person."""
    return ("type", tab, a1, text)


def insert_row(tab: str, before: int) -> Step:
    return ("insert_row", tab, str(before))


def insert_column(tab: str, before: str) -> Step:
    """`before` is a column's letters."""
    return ("insert_column", tab, f"{before}1")


def delete_row(tab: str, row: int) -> Step:
    return ("delete_row", tab, str(row))


def sort(tab: str, area: str, by: str, *, descending: bool = False) -> Step:
    """Sort the rows of `area` («A6:F30») by the column with these letters."""
    return ("sort", tab, area, f"{by}1", "down" if descending else "up")


def clear(tab: str, area: str) -> Step:
    """Select and press Delete: formats and notes stay."""
    return ("clear", tab, area)


def rename(tab: str, new: str) -> Step:
    return ("rename", tab, new)


def copy_tab(tab: str, new: str) -> Step:
    return ("copy_tab", tab, new)


def delete_tab(tab: str) -> Step:
    return ("delete_tab", tab)


def hide_column(tab: str, column: str) -> Step:
    return ("hide_column", tab, f"{column}1")


def comment(tab: str, a1: str, text: str) -> Step:
    return ("comment", tab, a1, text)


def merge(tab: str, area: str) -> Step:
    return ("merge", tab, area)


class Hung(RuntimeError):
    """The program gave no answer; nothing is known of the book."""


class Office:
    """One running LibreOffice. Errors of the macro come back as RuntimeError."""

    def __init__(self, home: Path) -> None:
        """`home` is an empty folder for the profiles and the orders."""
        self._home, self._starts = home, 0
        self._start()

    def _start(self) -> None:
        self._starts += 1
        self._desk = self._home / f"desk-{self._starts}"
        self._desk.mkdir(parents=True)
        profile = self._home / f"profile-{self._starts}"
        _furnish(profile, self._desk)
        self._process = subprocess.Popen(
            [_program(), "--headless", "--norestore", "--nologo", "--nodefault", "--nofirststartwizard",
             f"-env:UserInstallation={profile.as_uri()}", "macro:///Standard.Driver.Serve"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip

    def edit(self, path: Path, script: Sequence[Step]) -> None:
        """Open the book, do the steps, save it in place as .xlsx, close it."""
        before = path.read_bytes()
        order = [("open", path.as_uri()), *script, ("save",), ("close",)]
        try:
            self._ask(order)
        except Hung:
            path.write_bytes(before)
            self._restarted(order)

    def read(self, path: Path, tab: str, cells: Sequence[str]) -> list[str]:
        """What a person sees in these cells."""
        order = [("open", path.as_uri()), *(("show", tab, a1) for a1 in cells), ("close",)]
        try:
            return self._ask(order)
        except Hung:
            return self._restarted(order)

    @contextmanager
    def opened(self, path: Path) -> Iterator[None]:
        """The book stands open, as on a teacher's screen."""
        self._ask([("open", path.as_uri())])
        try:
            yield
        finally:
            self._ask([("close",)])

    def convert(self, path: Path, ending: str, folder: Path) -> Path:
        """The book in another format («pdf», «xlsx», «ods», «xls»), as a file in `folder`."""
        target = folder / f"{path.stem}.{ending}"
        order = [("open", path.as_uri()), ("export", target.as_uri(), _FILTERS[ending]), ("close",)]
        try:
            self._ask(order)
        except Hung:
            self._restarted(order)
        return target

    def close(self) -> None:
        """End this office and no other."""
        with suppress(RuntimeError, OSError):
            self._ask([("quit",)], within=5.0)
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(5)
        self._kill()

    def _restarted(self, order: Sequence[Step]) -> list[str]:
        """The same order once more in a fresh office: now and then LibreOffice itself hangs, which proves nothing."""
        self._kill()
        self._start()
        return self._ask(order)

    def _kill(self) -> None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def _ask(self, script: Sequence[Step], within: float | None = None) -> list[str]:
        order, answer = self._desk / "order.txt", self._desk / "answer.txt"
        answer.unlink(missing_ok=True)
        draft = self._desk / "draft.txt"
        draft.write_text("\n".join("\t".join(map(_packed, step)) for step in script), encoding="utf-8")
        draft.rename(order)
        deadline = time.monotonic() + (within or ANSWER_WITHIN)
        while not answer.exists():
            if self._process.poll() is not None:
                raise Hung("LibreOffice has ended by itself")
            if time.monotonic() > deadline:
                raise Hung(f"LibreOffice does not answer: {script}")
            time.sleep(0.01)
        said = answer.read_text(encoding="utf-8").split("\n")
        if said[0] != "done":
            raise RuntimeError("; ".join(said))
        return [line.replace("\\n", "\n") for line in said[1:]]


def available() -> bool:
    """Whether there is a LibreOffice on this computer."""
    return shutil.which("soffice") is not None


@pytest.fixture(scope="session")
def libreoffice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A running office of this worker process. Skips where there is none; on the build server there must be one."""
    if not available():
        reason = "LibreOffice Calc (soffice) is not installed"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    office = Office(tmp_path_factory.mktemp("office"))
    yield office
    office.close()


_FILTERS = {
    "pdf": "calc_pdf_Export",
    "xlsx": "Calc MS Excel 2007 XML",
    "ods": "calc8",
    "xls": "MS Excel 97",
}


def _program() -> str:
    found = shutil.which("soffice")
    if found is None:
        raise RuntimeError("LibreOffice Calc (soffice) is not installed")
    return found


def _packed(field: str) -> str:
    return field.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n")


def _furnish(profile: Path, desk: Path) -> None:
    """A profile, finished (else the office would lay its own over it), that holds the macro and speaks Russian."""
    basic = profile / "user" / "basic" / "Standard"
    basic.mkdir(parents=True)
    macro = _MACRO.replace("@DESK@", desk.as_uri() + "/")
    module = _HEAD.format("script:module", "module.dtd")
    (basic / "Driver.xba").write_text(
        f'{module}<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Driver" '
        f'script:language="StarBasic">{escape(macro)}</script:module>',
        encoding="utf-8",
    )
    for kind, content in (("script", '<library:element library:name="Driver"/>'), ("dialog", "")):
        (basic / f"{kind}.xlb").write_text(
            f"{_HEAD.format('library:library', 'library.dtd')}<library:library "
            f'xmlns:library="http://openoffice.org/2000/library" library:name="Standard" library:readonly="false" '
            f'library:passwordprotected="false">{content}</library:library>',
            encoding="utf-8",
        )
        (basic.parent / f"{kind}.xlc").write_text(
            f"{_HEAD.format('library:libraries', 'libraries.dtd')}<library:libraries "
            f'xmlns:library="http://openoffice.org/2000/library" xmlns:xlink="http://www.w3.org/1999/xlink">'
            f'<library:library library:name="Standard" xlink:href="$(USER)/basic/Standard/{kind}.xlb/" '
            f'xlink:type="simple" library:link="false"/></library:libraries>',
            encoding="utf-8",
        )
    (profile / "user" / "registrymodifications.xcu").write_text(_SETTINGS, encoding="utf-8")


_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<!DOCTYPE {0} PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "{1}">\n'
)
_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">
<item oor:path="/org.openoffice.Setup/Office">
<prop oor:name="ooSetupInstCompleted" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Setup/L10N">
<prop oor:name="ooSetupSystemLocale" oor:op="fuse"><value>ru-RU</value></prop></item>
<item oor:path="/org.openoffice.UserProfile/Data">
<prop oor:name="givenname" oor:op="fuse"><value>Учитель</value></prop></item>
</oor:items>
"""
_MACRO = """
Option Explicit
Private Files As Object
Private Book As Object
Private Said As String

Sub Serve
    Dim Order As String, Script As String, Idle As Long
    Files = CreateUnoService("com.sun.star.ucb.SimpleFileAccess")
    Order = "@DESK@order.txt"
    Do
        If Files.exists(Order) Then
            Script = ReadAll(Order)
            Files.kill(Order)
            Said = "done"
            Idle = 0
            Follow(Script)
            Answer()
            If Script = "quit" Then
                StarDesktop.terminate()
                Exit Sub
            End If
        Else
            Wait 20
            Idle = Idle + 1
            If Idle > 15000 Then StarDesktop.terminate()  ' the tests were killed some five minutes ago
        End If
    Loop Until Idle > 15000
End Sub

Sub Follow(Script As String)
    Dim Lines() As String, Fields() As String, I As Integer
    On Error GoTo Failed
    Lines = Split(Script, Chr(10))
    For I = 0 To UBound(Lines)
        Fields = Split(Lines(I), Chr(9))
        Act(Fields)
    Next
    Exit Sub
Failed:
    Said = "failed" & Chr(10) & Lines(I) & Chr(10) & Error$
    On Error Resume Next
    Book.close(True)
End Sub

Sub Act(F)
    Dim Sheet As Object, Range As Object, Note(0) As New com.sun.star.beans.PropertyValue
    Dim Keys(0) As New com.sun.star.table.TableSortField, How(2) As New com.sun.star.beans.PropertyValue
    Select Case F(0)
    Case "quit"
        Exit Sub
    Case "open"
        Book = StarDesktop.loadComponentFromURL(F(1), "_blank", 0, Array())
        If IsNull(Book) Then Err.Raise(1000, "", "cannot open")
        Exit Sub
    Case "save"
        Book.store()
        Exit Sub
    Case "export"
        Note(0).Name = "FilterName"
        Note(0).Value = F(2)
        Book.storeToURL(F(1), Note())
        Exit Sub
    Case "close"
        Book.close(True)
        Exit Sub
    End Select
    Sheet = Book.Sheets.getByName(Text(F(1)))
    Select Case F(0)
    Case "type"
        Book.CurrentController.setActiveSheet(Sheet)
        Book.CurrentController.select(Sheet.getCellRangeByName(F(2)))
        Note(0).Name = "StringName"
        Note(0).Value = Text(F(3))
        CreateUnoService("com.sun.star.frame.DispatchHelper").executeDispatch( _
            Book.CurrentController.Frame, ".uno:EnterString", "", 0, Note())
    Case "show"
        Said = Said & Chr(10) & Replace(Sheet.getCellRangeByName(F(2)).String, Chr(10), "\\n")
    Case "insert_row"
        Sheet.Rows.insertByIndex(CLng(F(2)) - 1, 1)
    Case "delete_row"
        Sheet.Rows.removeByIndex(CLng(F(2)) - 1, 1)
    Case "insert_column"
        Sheet.Columns.insertByIndex(Sheet.getCellRangeByName(F(2)).CellAddress.Column, 1)
    Case "hide_column"
        Sheet.getCellRangeByName(F(2)).Columns.IsVisible = False
    Case "sort"
        Range = Sheet.getCellRangeByName(F(2))
        Keys(0).Field = Sheet.getCellRangeByName(F(3)).CellAddress.Column - Range.RangeAddress.StartColumn
        Keys(0).IsAscending = (F(4) = "up")
        How(0).Name = "SortFields"
        How(0).Value = Keys()
        How(1).Name = "ContainsHeader"
        How(1).Value = False
        How(2).Name = "IsUserListEnabled"
        How(2).Value = False
        Range.sort(How())
    Case "clear"
        Sheet.getCellRangeByName(F(2)).clearContents(1 + 2 + 4 + 16)
    Case "rename"
        Sheet.Name = Text(F(2))
    Case "copy_tab"
        Book.Sheets.copyByName(Text(F(1)), Text(F(2)), Book.Sheets.Count)
    Case "delete_tab"
        Book.Sheets.removeByName(Text(F(1)))
    Case "comment"
        Sheet.Annotations.insertNew(Sheet.getCellRangeByName(F(2)).CellAddress, Text(F(3)))
    Case "merge"
        Sheet.getCellRangeByName(F(2)).merge(True)
    Case Else
        Err.Raise(1001, "", "unknown step")
    End Select
End Sub

Function Text(Field As String) As String
    Dim Hidden As String
    Hidden = Chr(1)
    Text = Replace(Field, "\\\\", Hidden)
    Text = Replace(Text, "\\n", Chr(10))
    Text = Replace(Text, "\\t", Chr(9))
    Text = Replace(Text, Hidden, "\\")
End Function

Function ReadAll(Url As String) As String
    Dim Stream As Object, Reader As Object
    Stream = Files.openFileRead(Url)
    Reader = CreateUnoService("com.sun.star.io.TextInputStream")
    Reader.setInputStream(Stream)
    Reader.setEncoding("UTF-8")
    Dim Nothing_() As String
    ReadAll = Reader.readString(Nothing_(), False)
    Reader.closeInput()
End Function

Sub Answer
    Dim Stream As Object, Writer As Object
    Stream = Files.openFileWrite("@DESK@answer.draft")
    Writer = CreateUnoService("com.sun.star.io.TextOutputStream")
    Writer.setOutputStream(Stream)
    Writer.setEncoding("UTF-8")
    Writer.writeString(Said)
    Writer.closeOutput()
    Files.move("@DESK@answer.draft", "@DESK@answer.txt")
End Sub
"""
