"""What an answer of Drive is cut down to: «nextPageToken,files(id,name,owners/emailAddress)»; names are checked."""

from __future__ import annotations

import re
from typing import Any

from tests.google_emulator import masks
from tests.google_emulator.state import ApiError

KNOWN = frozenset(
    re.findall(
        r"\w+",
        """
        about allowFileDiscovery app appProperties canAddChildren canCreateDrives canDelete canDownload canEdit
        canShare canTrash capabilities changeType changes comments contentHints contentRestrictions
        copyRequiresWriterPermission createdTime deleted description displayName domain drive driveId emailAddress
        expirationTime explicitlyTrashed exportFormats exportLinks fileExtension file fileId files folderColorRgb
        fullFileExtension hasAugmentedPermissions hasThumbnail headRevisionId iconLink id imageMediaMetadata
        importFormats incompleteSearch inherited inheritedFrom isAppAuthorized keepForever kind labelInfo
        lastModifyingUser limit linkShareMetadata maxImportSizes maxUploadSize md5Checksum me mimeType
        modifiedByMe modifiedTime name newStartPageToken nextPageToken originalFilename originalSize ownedByMe
        owners parents pendingOwner permissionDetails permissionId permissionIds permissionType permissions
        photoLink properties publishAuto published publishedOutsideDomain quotaBytesUsed removed resourceKey
        revisions role sha1Checksum sha256Checksum shared sharedWithMeTime sharingUser shortcutDetails size spaces
        starred startPageToken storageQuota teamDriveId thumbnailLink thumbnailVersion time trashed trashedTime
        trashingUser type usage usageInDrive usageInDriveTrash user version videoMediaMetadata view viewedByMe
        viewedByMeTime viewersCanCopyContent webContentLink webViewLink writersCanShare
        """,
    )
)


def check(fields: str) -> None:
    """Raises ApiError 400 for a mask that cannot be read or names a field that Drive does not have."""
    try:
        mask = masks.parsed(fields)
    except ApiError as error:
        raise _invalid(fields) from error
    _check(mask)


def chosen(fields: str, answer: Any) -> Any:
    """The part of an answer that the mask names."""
    return masks.pruned(answer, masks.parsed(fields))


def _check(mask: masks.Mask) -> None:
    for name, below in mask.items():
        if name not in KNOWN:
            raise _invalid(name)
        if name != "appProperties":
            _check(below)


def _invalid(field: str) -> ApiError:
    return ApiError(400, f"Invalid field selection {field}", "INVALID_ARGUMENT", "invalidParameter")
