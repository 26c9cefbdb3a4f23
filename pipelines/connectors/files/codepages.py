"""The Chinese code page as Windows writes it, which Python's own codec refuses in two cells.

``windows-936`` is GBK with 0x80 as the euro sign, 0xFF, and the user-defined rows, which it shares with
GB 18030 as private-use characters. Anything else that does not fit is an error, as with any strict codec.

Source: the best-fit table of Windows code page 936.
"""

from __future__ import annotations

import codecs

_SINGLE = {0x80: "€", 0xFF: "\uf8f5"}


def _windows_936(error: UnicodeError) -> tuple[str, int]:
    if isinstance(error, UnicodeDecodeError) and error.object[error.start] in _SINGLE:
        return _SINGLE[error.object[error.start]], error.start + 1
    raise error


ERRORS = "anlan-windows-936"
codecs.register_error(ERRORS, _windows_936)


def decode(data: bytes, encoding: str) -> str:
    """Return ``data`` as text, strictly in ``encoding``: ``windows-936`` or any of Python's.

    Raises:
        UnicodeDecodeError: at the first byte that does not fit.
        LookupError: for an encoding nobody knows.

    """
    if encoding.lower() == "windows-936":
        return data.decode("gb18030", ERRORS)
    return data.decode(encoding)
