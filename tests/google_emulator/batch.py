"""spreadsheets.batchUpdate: the table of kinds. All requests are applied to a draft, or none."""

from __future__ import annotations

from collections.abc import Callable

from tests.google_emulator import cellmoving, cellwriting, dimensions, metadata, naming, protecting, tabs
from tests.google_emulator.editing import Edit, bad
from tests.google_emulator.state import ApiError, Json

Kind = Callable[[Edit, Json], Json]
KINDS: dict[str, Kind] = {
    "updateSpreadsheetProperties": tabs.update_spreadsheet,
    "updateSheetProperties": tabs.update_sheet,
    "addSheet": tabs.add_sheet,
    "deleteSheet": tabs.delete_sheet,
    "duplicateSheet": tabs.duplicate_sheet,
    "updateCells": cellwriting.update_cells,
    "repeatCell": cellwriting.repeat_cell,
    "appendCells": cellwriting.append_cells,
    "setDataValidation": cellwriting.set_data_validation,
    "mergeCells": cellmoving.merge_cells,
    "unmergeCells": cellmoving.unmerge_cells,
    "sortRange": cellmoving.sort_range,
    "copyPaste": cellmoving.copy_paste,
    "cutPaste": cellmoving.cut_paste,
    "findReplace": cellmoving.find_replace,
    "insertDimension": dimensions.insert,
    "deleteDimension": dimensions.delete,
    "moveDimension": dimensions.move,
    "appendDimension": dimensions.append,
    "updateDimensionProperties": dimensions.update,
    "autoResizeDimensions": dimensions.auto_resize,
    "addDimensionGroup": dimensions.add_group,
    "deleteDimensionGroup": dimensions.delete_group,
    "updateDimensionGroup": dimensions.update_group,
    "addNamedRange": naming.add_named,
    "updateNamedRange": naming.update_named,
    "deleteNamedRange": naming.delete_named,
    "setBasicFilter": naming.set_filter,
    "clearBasicFilter": naming.clear_filter,
    "addConditionalFormatRule": naming.add_conditional,
    "updateConditionalFormatRule": naming.update_conditional,
    "deleteConditionalFormatRule": naming.delete_conditional,
    "addProtectedRange": protecting.add,
    "updateProtectedRange": protecting.update,
    "deleteProtectedRange": protecting.delete,
    "createDeveloperMetadata": metadata.create,
    "updateDeveloperMetadata": metadata.update,
    "deleteDeveloperMetadata": metadata.delete,
}


def carried_out(edit: Edit, requests: object) -> list[Json]:
    """The replies, one to a request. Raises ApiError 400 that names the request; the draft is then good for nothing."""
    if not isinstance(requests, list) or not requests:
        raise bad("Must specify at least one request.")
    replies = [_reply(edit, number, request) for number, request in enumerate(requests)]
    metadata.check_room(edit.book)
    return replies


def _reply(edit: Edit, number: int, request: object) -> Json:
    if not isinstance(request, dict) or len(request) != 1:
        raise bad(f"Invalid requests[{number}]: Exactly one kind of request must be set.")
    ((kind, said),) = request.items()
    if kind not in KINDS:
        raise bad(
            f"Invalid JSON payload received. Unknown name \"{kind}\" at 'requests[{number}]': Cannot find field."
        )
    try:
        return KINDS[kind](edit, _without_nulls(said or {}))
    except ApiError as error:
        message = f"Invalid requests[{number}].{kind}: {error.message}"
        raise ApiError(error.status, message, error.code) from error


def _without_nulls(said: Json) -> Json:
    """A null in a request is as good as nothing."""

    def cleaned(value: object) -> object:
        if isinstance(value, dict):
            return {key: cleaned(inner) for key, inner in value.items() if inner is not None}
        return [cleaned(item) for item in value] if isinstance(value, list) else value

    return {key: cleaned(value) for key, value in said.items() if value is not None}
