"""Excel ledgers: title row, headers of several rows, merged groups, merged cells, wrapped cells, totals and notes."""
import dataclasses
import re
from xml.sax.saxutils import escape, quoteattr

from . import package, source as sources

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPE = "application/vnd.openxmlformats-officedocument."
XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
STYLE = {"title": 1, "header": 2, "data": 3, "centre": 4, "group": 5, "total": 6, "note": 7}
FULL_ROWS = ("title", "group", "note")


@dataclasses.dataclass
class Row:
    """One row: its kind and its cells (one cell for a merged row)."""

    kind: str
    cells: list


@dataclasses.dataclass
class Sheet:
    """One sheet of the ledger."""

    name: str
    rows: list = dataclasses.field(default_factory=list)

    def width(self):
        """The number of columns."""
        return max([len(row.cells) for row in self.rows if row.kind not in FULL_ROWS], default=1)


class Strings:
    """The shared strings, in order of first use."""

    def __init__(self):
        self.index, self.uses = {}, 0

    def add(self, text):
        """The number of a string."""
        self.uses += 1
        return self.index.setdefault(text, len(self.index))

    def part(self):
        """sharedStrings.xml"""
        items = "".join(f'<si><t xml:space="preserve">{escape(text)}</t></si>' for text in self.index)
        return f'<sst xmlns="{MAIN}" count="{self.uses}" uniqueCount="{len(self.index)}">{items}</sst>'


def make(source):
    """The bytes of the ledger as .xlsx."""
    sheets, strings = sheets_of(source), Strings()
    parts = {f"xl/worksheets/sheet{n}.xml": sheet_part(source, sheet, strings) for n, sheet in enumerate(sheets, 1)}
    parts |= {
        "_rels/.rels": relations([("officeDocument", "xl/workbook.xml")]),
        "xl/workbook.xml": workbook(sheets),
        "xl/styles.xml": styles(),
        "xl/sharedStrings.xml": strings.part(),
        "xl/_rels/workbook.xml.rels": relations(
            [("worksheet", f"worksheets/sheet{n + 1}.xml") for n in range(len(sheets))]
            + [("styles", "styles.xml"), ("sharedStrings", "sharedStrings.xml")]
        ),
        "[Content_Types].xml": content_types(len(sheets)),
    }
    return package.pack({name: XML + text for name, text in parts.items()}, first=("[Content_Types].xml", "_rels/.rels"))


def sheets_of(source):
    """The sheets a ledger's lines describe."""
    sheets = []
    for line in source.visible():
        bang = sources.BANG.match(line)
        kind, text = (bang[1], bang[2]) if bang else ("data", line)
        if kind == "sheet":
            sheets.append(Sheet(text.strip()))
            continue
        if not sheets:
            sheets.append(Sheet("Sheet1"))
        if kind == "data" and not line.startswith("|"):
            raise ValueError(f"a ledger line that is no row: {line[:30]}")
        row = [text.strip()] if kind in FULL_ROWS else sources.cells(text)
        sheets[-1].rows.append(Row(kind, [cell.replace("\\n", "\n") for cell in row]))
    return sheets


def owners(sheet):
    """For every cell (row, column) the cell whose content it shares through merging."""
    width, owner = sheet.width(), {}
    for r, row in enumerate(sheet.rows):
        for c in range(width):
            text = row.cells[c] if c < len(row.cells) else ""
            under_header = row.kind == "header" and r and sheet.rows[r - 1].kind == "header" and not text
            if row.kind in FULL_ROWS:
                owner[r, c] = (r, 0)
            elif text == "<" and c:
                owner[r, c] = owner[r, c - 1]
            elif text == "^" or under_header:
                owner[r, c] = owner[r - 1, c]
            else:
                owner[r, c] = (r, c)
    return owner


def merges(sheet):
    """The merged rectangles as (first row, first column, last row, last column)."""
    areas = {}
    for cell, owner in owners(sheet).items():
        areas.setdefault(owner, []).append(cell)
    out = []
    for cells in areas.values():
        rows, columns = [r for r, _ in cells], [c for _, c in cells]
        box = (min(rows), min(columns), max(rows), max(columns))
        if (box[2] - box[0] + 1) * (box[3] - box[1] + 1) != len(cells):
            raise ValueError(f"{sheet.name}: the merged cells at {name_of(box[0], box[1])} are no rectangle")
        if len(cells) > 1:
            out.append(box)
    return sorted(out)


def name_of(r, c):
    """A1, B2, …"""
    return (chr(64 + c // 26) if c >= 26 else "") + chr(65 + c % 26) + str(r + 1)


def sheet_part(source, sheet, strings):
    """One worksheet."""
    owner, widths = owners(sheet), column_widths(sheet)
    rows = "".join(row_xml(source, sheet, r, owner, widths, strings) for r in range(len(sheet.rows)))
    columns = "".join(f'<col min="{c + 1}" max="{c + 1}" width="{w}" customWidth="1"/>' for c, w in enumerate(widths))
    areas = "".join(f'<mergeCell ref="{name_of(a, b)}:{name_of(c, d)}"/>' for a, b, c, d in merges(sheet))
    merged = f'<mergeCells count="{areas.count("<mergeCell ")}">{areas}</mergeCells>' if areas else ""
    return (
        f'<worksheet xmlns="{MAIN}"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr><sheetViews><sheetView workbookViewId="0">{pane(sheet)}</sheetView></sheetViews>'
        f'<sheetFormatPr defaultRowHeight="14.25"/><cols>{columns}</cols><sheetData>{rows}</sheetData>{merged}'
        '<pageMargins left="0.5" right="0.5" top="0.6" bottom="0.6" header="0.3" footer="0.3"/>'
        '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/></worksheet>'
    )


def pane(sheet):
    """Freezes the rows down to the first header's last."""
    kinds = [row.kind for row in sheet.rows]
    last = max((r for r, kind in enumerate(kinds[:5]) if kind == "header"), default=-1) + 1
    return f'<pane ySplit="{last}" topLeftCell="A{last + 1}" activePane="bottomLeft" state="frozen"/>' if last else ""


def column_widths(sheet):
    """Narrow columns for numbers and dates, wide ones for problems and measures."""
    out = []
    for c in range(sheet.width()):
        texts = [row.cells[c] for row in sheet.rows if row.kind == "data" and c < len(row.cells)]
        longest = max((len(line) for text in texts for line in text.split("\n")), default=4)
        out.append(6 if longest <= 3 else 14 if longest <= 12 else 22 if longest <= 24 else 46)
    return out


def row_xml(source, sheet, r, owner, widths, strings):
    """One row; covered cells of a merge stay empty but keep their border."""
    row, out = sheet.rows[r], []
    for c in range(sheet.width()):
        text = row.cells[c] if c < len(row.cells) and owner[r, c] == (r, c) else ""
        style = style_of(row.kind, text, widths[c])
        out.append(cell_xml(source, name_of(r, c), text, style, row.kind, strings))
    return f'<row r="{r + 1}" ht="{row_height(sheet, row, widths)}" customHeight="1">{"".join(out)}</row>'


def style_of(kind, text, width):
    """The number of a cell's format: short cells of data are centred."""
    return STYLE["centre"] if kind == "data" and width < 20 and len(text) < 14 else STYLE[kind]


def row_height(sheet, row, widths):
    """High enough for the cell that wraps most."""
    if row.kind in FULL_ROWS:
        room = sum(widths) // 2
        return {"title": 36, "group": 20}.get(row.kind, 16 * max(1, -(-len(row.cells[0]) // max(room, 1))))
    lines = [sum(max(1, -(-2 * len(line) // (w - 1))) for line in text.split("\n")) for text, w in zip(row.cells, widths)]
    return min(400, 15 * max(lines + [1]) + 6)


def cell_xml(source, name, text, style, kind, strings):
    """One cell: digits are numbers in some ledgers, text in others, as exports differ."""
    if not text:
        return f'<c r="{name}" s="{style}"/>'
    if kind in ("data", "total") and re.fullmatch(r"[1-9]\d{0,8}", text) and source.pick("digits", 3):
        return f'<c r="{name}" s="{style}"><v>{text}</v></c>'
    return f'<c r="{name}" s="{style}" t="s"><v>{strings.add(text)}</v></c>'


def workbook(sheets):
    """xl/workbook.xml"""
    items = "".join(f'<sheet name={quoteattr(s.name)} sheetId="{n}" r:id="rId{n}"/>' for n, s in enumerate(sheets, 1))
    return f'<workbook xmlns="{MAIN}" xmlns:r="{R}"><sheets>{items}</sheets></workbook>'


def relations(targets):
    """A relationships part with ids rId1, rId2, …"""
    items = "".join(f'<Relationship Id="rId{n}" Type="{R}/{kind}" Target="{t}"/>' for n, (kind, t) in enumerate(targets, 1))
    return f'<Relationships xmlns="{RELATIONS}">{items}</Relationships>'


def content_types(n_sheets):
    """[Content_Types].xml"""
    kinds = {f"/xl/worksheets/sheet{n + 1}.xml": "worksheet" for n in range(n_sheets)}
    kinds |= {"/xl/workbook.xml": "sheet.main", "/xl/styles.xml": "styles", "/xl/sharedStrings.xml": "sharedStrings"}
    items = "".join(f'<Override PartName="{n}" ContentType="{TYPE}spreadsheetml.{k}+xml"/>' for n, k in kinds.items())
    return (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{items}</Types>'
    )


def styles():
    """xl/styles.xml: the formats that STYLE numbers."""
    fonts = "".join(
        f'<font>{bold}<sz val="{size}"/><name val="{name}"/><charset val="134"/></font>'
        for bold, size, name in (("", 11, "宋体"), ("<b/>", 18, "方正小标宋简体"), ("<b/>", 11, "黑体"))
    )
    side = "".join(f'<{s} style="thin"><color auto="1"/></{s}>' for s in ("left", "right", "top", "bottom"))
    formats = "".join(
        format_xml(font, fill, border, align)
        for font, fill, border, align in (
            (0, 0, 0, "left"), (1, 0, 0, "center"), (2, 2, 1, "center"), (0, 0, 1, "left"),
            (0, 0, 1, "center"), (2, 0, 1, "left"), (2, 0, 1, "center"), (0, 0, 0, "left"),
        )
    )
    return (
        f'<styleSheet xmlns="{MAIN}"><fonts count="3">{fonts}</fonts><fills count="3"><fill><patternFill patternType="none"/></fill>'
        '<fill><patternFill patternType="gray125"/></fill><fill><patternFill patternType="solid"><fgColor rgb="FFD9E2F3"/>'
        '<bgColor indexed="64"/></patternFill></fill></fills><borders count="2"><border><left/><right/><top/><bottom/><diagonal/>'
        f'</border><border>{side}<diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" '
        f'borderId="0"/></cellStyleXfs><cellXfs count="8">{formats}</cellXfs><cellStyles count="1"><cellStyle name="常规" xfId="0" '
        'builtinId="0"/></cellStyles></styleSheet>'
    )


def format_xml(font, fill, border, align):
    """One xf that wraps and centres vertically."""
    return (
        f'<xf numFmtId="0" fontId="{font}" fillId="{fill}" borderId="{border}" xfId="0" applyFont="1" applyFill="1" '
        f'applyBorder="1" applyAlignment="1"><alignment horizontal="{align}" vertical="center" wrapText="1"/></xf>'
    )
