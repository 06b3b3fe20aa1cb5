from tests.usecases.google_school import *
from tests.usecases.test_google_repair import wipe, as_asked, provision, At, Sheet, entry_slot
from tests.usecases.test_google_repair import marked, school, drawn_in_google
from sync_service.books.google import anchors
def test_a(marked):
    print([(a,v) for a,v in marked.tab(NINE,"Содержание").cells.items() if a.column>7 or v in ("remarks","log","contents")])
    wipe(marked, "Содержание", "A1")
    print(provision(marked.workspace, repair=True).mended)
    print([(a,v) for a,v in marked.tab(NINE,"Содержание").cells.items() if a.column>7 or v in ("remarks","log","contents")])
    print(provision(marked.workspace, repair=True).mended)
    print([(a,v) for a,v in marked.tab(NINE,"Содержание").cells.items() if a.column>7 or v in ("remarks","log","contents")])
def test_b(marked):
    sheet: Sheet = marked.google.tab(marked.number(NINE), GRID)
    column = marked.at(NINE, GRID, entry_slot(LEV, FIRST)).column - 1
    source = {"sheetId": sheet.id, "startRowIndex": 0, "endRowIndex": 20, "startColumnIndex": column,
              "endColumnIndex": column + 1}  # fmt: skip
    free = sheet.columns - 1
    print(sheet.columns, max(at.column for at in marked.tab(NINE,GRID).cells))
    as_asked(
        marked,
        {"cutPaste": {"source": source, "destination": {"sheetId": sheet.id, "rowIndex": 0, "columnIndex": free}}},
    )
    print(sorted((at,v) for at,v in marked.tab(NINE,GRID).cells.items() if at.column in (column+1,free+1)))
    wipe(marked, GRID, At(1, free+1).a1)
    print(provision(marked.workspace, repair=True).mended)
