from sync_service.books.google.source import number_of
from sync_service.usecases.provision import provision
from sync_service.usecases.moving import move_book
from sync_service.domain.slots import entry_slot
from tests.usecases.in_google import SchoolInGoogle, in_google
__all__=["in_google"]
def test_x(in_google):
    s=in_google
    s.type("9А Журнал","Математика",{entry_slot("P0001","c001.001"):"5"})
    print(s.sync().troubles)
    s.google.trash(number_of(s.ref("9А Журнал")))
    print([str(t) for t in s.sync().troubles])
    d=provision(s.workspace)
    print(d.created,d.existed,[str(t) for t in d.troubles])
    print([str(t) for t in s.sync().troubles])
    assert 0
def test_y(in_google):
    s=in_google
    s.type("9А Журнал","Математика",{entry_slot("P0001","c001.001"):"5"})
    print(s.sync().troubles)
    print(move_book(s.workspace,"journal-9А-2026","files",by="Я"))
    print([str(t) for t in s.sync().troubles])
    print([str(t) for t in s.sync(everything=True).troubles])
    print(move_book(s.workspace,"journal-9А-2026","google",by="Я"))
    print([str(t) for t in s.sync(everything=True).troubles])
    print(move_book(s.workspace,"journal-9А-2026","files",by="Я"))
    assert 0
