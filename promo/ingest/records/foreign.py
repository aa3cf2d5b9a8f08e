"""Files that are plainly something other than a table, told by their first bytes."""

# The first bytes decide, not the name: people upload all sorts of things called `.csv`.
_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG", "file_picture"),
    (b"\xff\xd8\xff", "file_picture"),
    (b"GIF8", "file_picture"),
    (b"%PDF", "file_pdf"),
    (b"{\\rtf", "file_document"),
    (b"\x7fELF", "file_program"),
    (b"MZ\x90", "file_program"),
    (b"SQLite format 3", "file_database"),
    (b"7z\xbc\xaf", "file_packed"),
    (b"Rar!", "file_packed"),
    (b"\x28\xb5\x2f\xfd", "file_packed"),
    (b"BZh9", "file_packed"),
    (b"\xfd7zXZ", "file_packed"),
    (b"PK\x03\x04", "archive_nested"),
    (b"\x1f\x8b", "archive_nested"),
    (b"\x80\x04", "file_binary"),
    (b"\x80\x05", "file_binary"),
)
_MARKUP: tuple[tuple[bytes, str], ...] = (
    (b"<!doctype html", "file_web_page"),
    (b"<html", "file_web_page"),
    (b"<", "file_xml"),
    (b"{", "file_json"),
    (b"[", "file_json"),
)


def foreign_kind(head: bytes) -> str | None:
    """The finding code of a file that is plainly something other than a text table."""
    for magic, code in _MAGIC:
        if head.startswith(magic):
            return code
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    for mark, code in _MARKUP:
        if start.startswith(mark):
            return code
    return None
