"""Finding the rows of one view among the statements of a dump: a fast pattern for rows like the last one, care for the rest."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from pipelines.connectors.dump.values import SIMPLE, Unreadable, expression, skip, token
from pipelines.errors import SourceError

ROWS_PER_BATCH = 20_000
MAX_STATEMENT_CHARS = 16 << 20
_HEAD = re.compile(
    r"(?:insert\s++)?+into\s++((?:\"[^\"]++\"|[\w$#]++)(?:\s*+\.\s*+(?:\"[^\"]++\"|[\w$#]++))?+)\s*+(?:\(([^()']*+)\)\s*+)?+values\s*+\(",
    re.I,
)
_ALL = re.compile(r"insert\s++(?:all|first)\s++", re.I)
_LINE = re.compile(
    r"[^\S\n]*+(?:(?:--|rem\b|remark\b|prompt\b|set\s++\w++\s|spool\b|whenever\b|define\b|@|/[^\S\n]*+$"
    r"|\d[\d,]*+\s++rows?\s++\w++\.|已\w{2}\s*+\d[\d,]*+\s*+行)[^\n]*+)?+(?:\n|\Z)",
    re.I | re.M,
)
_BLANK = re.compile(r"(?:[^\S\n]*+\n)++")
_LINE_END = re.compile(r"[^\S\n]*+\n")
_REST = re.compile(r"(?:[^;'\n]++|'[^']*+'|\n)*+(;)", re.I)
_SAID = re.compile(
    r"(?:(\d[\d,]*+)\s*+(?:rows?|行|条|records?)\b|(?:rows?|count|行数|记录数|总数)\s*+[:=：]?\s*+(\d[\d,]*+)|(\d[\d,]*+)\s*+[行条])",
    re.I,
)
_REMARK = re.compile(r"\s*+(?:--|rem\b|remark\b|prompt\b)", re.I)
_SELECTED = re.compile(r"\s*+(?:\d[\d,]*+\s++rows?\s++selected|已选择\s*+\d)", re.I)
_NAMED = re.compile(r"(?:into|view|table|视图|表)\s*+\"?([\w$#.]++)", re.I)
_WORD = re.compile(r"[\w$#]+")  # fmt: skip


@dataclass
class Rows:
    """Rows under one header: columns, each row's SQL tokens, its line, and what is wrong with it."""

    columns: tuple[str, ...]
    tokens: list[tuple[str, ...]] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    faults: list[str | None] = field(default_factory=list)


class Scanner:
    """Reads one text in pieces. ``mentioned``: the view was named; ``count``: what the dump says of its rows."""

    def __init__(self, pieces: Iterator[str], view: str, columns: list[str] | None, where: str) -> None:
        self.pieces, self.view, self.where = pieces, view, where
        self.columns = tuple(columns) if columns else None
        self.text, self.at, self.line, self.ended = "", 0, 1, False
        self.mentioned, self.count = False, None
        self.fast: dict[str, tuple[re.Pattern[str], tuple[str, ...]]] = {}
        self.newest: tuple[re.Pattern[str], tuple[str, ...]] | None = None
        self.last = ""
        self.rows: Rows | None = None
        self.ready: list[Rows] = []

    def batches(self, size: int = ROWS_PER_BATCH) -> Iterator[Rows]:
        """Yield rows in the file's order, a new batch whenever the header changes."""
        while True:
            moved = self._step(size)
            while self.ready:
                yield self.ready.pop(0)
            if not moved and not self._more():
                break
        if self.rows and self.rows.lines:
            yield self.rows
        if self.text[self.at :].strip(" \t\r\n/\x1a"):
            raise SourceError(
                self.where,
                "the dump ends in the middle of a statement",
                f"line {self.line} begins it; nothing ends it",
                "ask the owner to write the dump again",
            )

    def _more(self) -> bool:
        """Read on; False at the end of the text."""
        if self.ended:
            return False
        piece = next(self.pieces, None)
        if piece is None:
            self.ended = True
            # a last statement may lack its line end
            self.text = self.text[self.at :] + "\n"
        else:
            self.text = self.text[self.at :] + piece.replace("\r\n", "\n")
            if len(self.text) > MAX_STATEMENT_CHARS + (2 << 20):
                raise SourceError(
                    self.where,
                    "a statement or line is longer than one may be",
                    f"more than {MAX_STATEMENT_CHARS:,} characters from line {self.line} on",
                    "ask the owner what it holds; a dump has one row per statement",
                )
        self.at = 0
        return True

    def _step(self, size: int) -> bool:
        """Take what is at hand; False when more text is needed. Full batches go to ``ready``."""
        self._rows_like_the_last(size)
        if self.ready:
            return True
        start = self.at
        blank = _BLANK.match(self.text, start)
        if blank:
            # many at once: a file may be nothing else
            self.at, self.line = blank.end(), self.line + self.text.count("\n", start, blank.end())
            return True
        # near the end of what we have nothing is certain
        if not self.ended and len(self.text) - start < 4096 and self.text.find("\n", start) < 0:
            return False
        if not (self._line() or self._statement()):
            return False
        self.line += self.text.count("\n", start, self.at)
        if self.rows and len(self.rows.lines) >= size:
            self._hand_over()
        return True

    def _hand_over(self) -> None:
        if self.rows and self.rows.lines:
            self.ready.append(self.rows)
        self.rows = Rows(self.rows.columns) if self.rows else None

    def _rows_like_the_last(self, size: int) -> None:
        """Take as many rows as follow in the very form of the last header."""
        if self.newest is None or self.rows is None or self.rows.columns != self.newest[1]:
            return
        match, text, rows = self.newest[0].match, self.text, self.rows
        tokens, lines, at, line = rows.tokens.append, rows.lines.append, self.at, self.line
        room = size - len(rows.lines)
        count = text.count
        while room > 0:
            found = match(text, at)
            if not found:
                break
            end = found.end()
            tokens(found.groups())
            lines(line)
            line += count("\n", at, end)
            at = end
            room -= 1
        rows.faults.extend([None] * (len(rows.lines) - len(rows.faults)))
        self.at, self.line = at, line
        if room <= 0:
            self._hand_over()

    def _line(self) -> bool:
        """Take an empty line, a remark or a SQL*Plus command; hear what it says of our view."""
        found = _LINE.match(self.text, self.at)
        if not found or (found.end() == len(self.text) and not self.ended) or found.end() == self.at:
            return False
        line = found.group()
        self.at = found.end()
        if _REMARK.match(line):
            self._hear(line)
        elif _SELECTED.match(line):
            self._count(line)
        return True

    def _hear(self, line: str) -> None:
        """Note which view a remark speaks of, and how many rows it says there are."""
        words = [word.upper() for word in _WORD.findall(line)]
        named = _NAMED.search(line)
        if self.view in words:
            self.last, self.mentioned = self.view, True
        elif named:
            self.last = named.group(1).rpartition(".")[2].upper()
        else:
            self.last = next((word for word in words if word.startswith("V_")), self.last)
        self._count(line)

    def _count(self, line: str) -> None:
        said = _SAID.search(line)
        if said and self.last == self.view:
            self.count = int(next(g for g in said.groups() if g).replace(",", ""))

    def _statement(self) -> bool:
        """Take the next statement: rows of our view, or anything else up to its end."""
        begin = skip(self.text, self.at)
        if begin >= len(self.text):
            return False
        every = _ALL.match(self.text, begin)
        if every and every.end() < len(self.text):
            self.at = every.end()
            return True
        head = _HEAD.match(self.text, begin)
        if head:
            name = head.group(1).replace('"', "").rpartition(".")[2].strip().upper()
            self.last = name
            if name == self.view:
                self.mentioned = True
                return self._careful(begin, head)
        rest = _REST.match(self.text, begin)
        if not rest:
            return False
        self._hides_nothing(rest.group())
        self.at = rest.end()
        return True

    def _hides_nothing(self, passed: str) -> None:
        """Refuse a dump in which a row of ours stands behind something that swallows it."""
        if self.view not in passed.upper():
            return
        for head in _HEAD.finditer(passed):
            if head.group(1).replace('"', "").rpartition(".")[2].strip().upper() == self.view:
                raise SourceError(
                    self.where,
                    "a statement cannot be read",
                    f"line {self.line}: {' '.join(passed.split())[:40]!r} stands before rows of {self.view}",
                    "ask the owner for a dump as SQL Developer writes it",
                )

    def _careful(self, begin: int, head: re.Match[str]) -> bool:
        """Read one INSERT of our view value by value; learn its header for those that follow."""
        names = head.group(2)
        columns = tuple(n.strip().strip('"') for n in names.split(",")) if names else self.columns
        if columns is None:
            raise SourceError(
                self.where,
                f"the INSERTs of {self.view} name no columns",
                f"line {self.line}",
                "write their order as source.columns into the contract, or ask for a dump with column names",
            )
        gathered: list[tuple[tuple[str, ...], str | None]] = []
        at = head.end()
        try:
            while True:
                values, fault, at = self._values(at, len(columns))
                gathered.append((values, fault))
                at = skip(self.text, at)
                if self.text[at] != ",":
                    break
                at = skip(self.text, at + 1)
                if self.text[at] != "(":
                    break
                at += 1
            end = at + 1 if self.text[at] == ";" else at
            if self.text[at] != ";" and not re.match(r"into\b|select\b", self.text[at : at + 7], re.I):
                raise Unreadable(self.text[at : at + 20])
        except IndexError:
            return False
        except Unreadable as error:
            raise SourceError(
                self.where,
                "a statement cannot be read",
                f"line {self.line}: {' '.join(str(error).split())[:60]!r} after the values",
                "ask the owner for a dump as SQL Developer writes it",
            ) from None
        if self.rows is None or self.rows.columns != columns:
            # another order of columns, or other ones: rows are matched to columns by name
            self._hand_over()
            self.rows = Rows(columns)
        for values, fault in gathered:
            self.rows.tokens.append(values)
            self.rows.lines.append(self.line + self.text.count("\n", self.at, begin))
            self.rows.faults.append(fault)
        self._learn(self.text[begin : head.end()], columns)
        if self.text[end - 1] == ";":
            # the rest of its line, so that the next one begins where its own line does
            left = _LINE_END.match(self.text, end)
            end = left.end() if left else end
        self.at = end
        return True

    def _learn(self, head: str, columns: tuple[str, ...]) -> None:
        if head not in self.fast:
            values = r"\s*+,\s*+".join([f"({SIMPLE})"] * len(columns))
            self.fast[head] = (
                re.compile(rf"{re.escape(head)}\s*+{values}\s*+\)\s*+(?:;[^\S\n]*+\n?+|(?=(?:into|select)\s))", re.I),
                columns,
            )
        self.newest = self.fast[head]

    def _values(self, at: int, expected: int) -> tuple[tuple[str, ...], str | None, int]:
        """Read the values up to the closing bracket."""
        values: list[str] = []
        fault = None
        while True:
            try:
                value, at = expression(self.text, at)
                values.append(token(value))
            except Unreadable as error:
                fault = fault or f"value {len(values) + 1} cannot be read: {' '.join(str(error).split())[:40]}"
                values.append("null")
                at = self._past_value(at)
            at = skip(self.text, at)
            if self.text[at] == ")":
                break
            if self.text[at] != ",":
                raise Unreadable(self.text[at : at + 20])
            at += 1
        if len(values) != expected:
            fault = fault or f"{len(values)} values for {expected} columns"
            values = (values + ["null"] * expected)[:expected]
        return tuple(values), fault, at + 1

    def _past_value(self, at: int) -> int:
        """Return where an unreadable value ends: the comma or bracket of its own level."""
        depth = 0
        while True:
            char = self.text[at]
            if char == "'":
                end = self.text.find("'", at + 1)
                if end < 0:
                    raise IndexError("a text without end")
                at = end
            elif char == "(":
                depth += 1
            elif char == ")":
                if not depth:
                    return at
                depth -= 1
            elif char == "," and not depth:
                return at
            at += 1
