"""A sample document as its source tells it: header, blocks of text without labels, deterministic choices."""
import dataclasses
import hashlib
import re

import check

MARKS = {"# ": "title", "## ": "h1", "### ": "h2", "#### ": "h3", "> ": "sign", "+ ": "item"}
BANG = re.compile(r"!(sheet|title|header|group|total|note)\b ?(.*)$")


@dataclasses.dataclass
class Block:
    """One paragraph or one table: `kind` is title, h1, h2, h3, sign, item, address, body or table."""

    kind: str
    text: str = ""
    rows: list = dataclasses.field(default_factory=list)
    line: int = 0


@dataclasses.dataclass
class Source:
    """A parsed source: `header` and raw `lines` as check.py parses them, `path` for messages."""

    path: object
    header: dict
    lines: list

    def __getattr__(self, name):
        """The header's values by name: `source.id`, `source.file`, `source.format`, …"""
        if name in check.KEYS:
            return self.header.get(name, "")
        raise AttributeError(name)

    def pick(self, question, n):
        """A number below n that depends on the document's id and the question only."""
        return pick(f"{self.id}/{question}", n)

    def visible(self):
        """The lines as a reader of the made file sees them, marks kept, labels gone."""
        return [without_labels(line) for line in self.lines]

    def print_hash(self):
        """Identifies what is printed: changes with the visible text or the file's name, not with labels."""
        return hashlib.sha256("\n".join([self.file, *self.visible()]).encode()).hexdigest()

    def year(self):
        """The year of the folder the document lies in."""
        match = re.search(r"/(\d{4})年/", self.file)
        if not match:
            raise ValueError(f"file names no year: {self.file}")
        return match[1]

    def day(self):
        """The day the document is dated, or else the day of the feedback, or else a day late in its year."""
        dates = [re.match(r"(\d{4})年(\d+)月(\d+)日$", b.text) for b in self.blocks() if b.kind == "sign"]
        signed = ["{}-{:0>2}-{:0>2}".format(*date.groups()) for date in dates if date]
        return (signed or [self.feedback_date or f"{self.year()}-12-01"])[-1]

    def signer(self):
        """Who signs the document, if somebody does."""
        signs = [b.text for b in self.blocks() if b.kind == "sign" and not re.match(r"\d{4}年", b.text)]
        return signs[0] if signs else ""

    def blocks(self):
        """The paragraphs and tables of a document that is not a ledger."""
        out = []
        for line_idx, line in enumerate(self.visible()):
            if line.startswith("|"):
                if not out or out[-1].kind != "table":
                    out.append(Block("table", line=line_idx))
                out[-1].rows.append(cells(line))
            else:
                out.append(paragraph(line, line_idx, seen_text=any(b.kind not in ("title",) for b in out)))
        return out


def pick(key, n):
    """A stable number below n for a key."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big") % n


def read(path):
    """Reads one source file."""
    return Source(path, *check.parse(path.read_text("utf-8")))


def without_labels(text):
    """The text with every label replaced by its quote."""
    return check.LABEL.sub(lambda match: match[2], text)


def cells(row):
    """The cells of a `| a | b |` line."""
    return [cell.strip() for cell in row.strip().strip("|").split("|")] if row.strip("| ") else [""] * (row.count("|") - 1)


def paragraph(line, line_idx, seen_text):
    """A line as a block; the first plain line that ends in a colon addresses the reader."""
    for mark, kind in MARKS.items():
        if line.startswith(mark):
            return Block(kind, line[len(mark):].strip(), line=line_idx)
    address = not seen_text and line.endswith("：") and len(line) < 40
    return Block("address" if address else "body", line, line=line_idx)


def pieces(text, key, least=9, spread=34):
    """Cuts a text at stable, arbitrary places, as an editor's history cuts it into runs."""
    out, at = [], 0
    while at < len(text):
        size = least + pick(f"{key}/{at}", spread)
        out.append(text[at:at + size])
        at += size
    return out or [""]
