"""Word documents, written by hand: the layout of an official paper, with the variety that offices produce."""
import dataclasses
import re
from xml.sax.saxutils import escape

from . import numbering, package, source as sources

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml."
XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
OFFICE_FONTS = {"title": "方正小标宋简体", "h1": "黑体", "h2": "楷体_GB2312", "body": "仿宋_GB2312"}
HEADINGS = ("h1", "h2", "h3")


@dataclasses.dataclass
class Look:
    """What this document's writer does: chosen once per document."""

    fonts: dict
    styled: bool
    style_ids: dict
    style_names: dict
    size: int
    line: int
    red_head: bool
    lead: str
    latin: bool
    footer: int
    break_title: bool
    outlined: bool


@dataclasses.dataclass
class Numbers:
    """The automatic numbering of a document; empty when its numbers are typed."""

    by_block: dict = dataclasses.field(default_factory=dict)
    restarts: list = dataclasses.field(default_factory=list)
    level_styles: dict = dataclasses.field(default_factory=dict)


def look_of(source, fonts):
    """The deterministic look of a document."""
    english = source.pick("style names", 2)
    ids = ("1", "2", "3") if source.pick("style ids", 2) else ("Heading1", "Heading2", "Heading3")
    names = ("heading {}", "标题 {}")[english]
    return Look(
        fonts=fonts,
        styled=source.pick("styled", 2) == 0,
        style_ids=dict(zip(HEADINGS, ids)) | {"title": "ae", "body": "a", "item": "af", "footer": "a5"},
        style_names={kind: names.format(n + 1) for n, kind in enumerate(HEADINGS)},
        size=(32, 32, 32, 30, 28)[source.pick("size", 5)],
        line=(560, 560, 580, 600)[source.pick("line", 4)],
        red_head=bool(source.signer()) and source.pick("red head", 4) == 0,
        lead=("", "bold", "h2")[source.pick("lead", 3)],
        latin=source.pick("latin", 3) != 0,
        footer=source.pick("footer", 3),
        break_title=source.pick("break title", 4) == 0,
        outlined=source.pick("outlined", 3) == 0,
    )


def make(source, fonts=OFFICE_FONTS):
    """The bytes of the document as .docx."""
    look, blocks = look_of(source, fonts), source.blocks()
    numbers = numbers_of(source, look, blocks) if source.format == "docx-auto" else Numbers()
    body = (red_head(source, look) if look.red_head else "") + "".join(
        block_xml(source, look, numbers, idx, block) for idx, block in enumerate(blocks)
    )
    parts = {
        "_rels/.rels": package_relations(),
        "docProps/app.xml": app_properties(),
        "docProps/core.xml": core_properties(source),
        "word/document.xml": f'<w:document xmlns:w="{W}" xmlns:r="{R}"><w:body>{body}{SECTION}</w:body></w:document>',
        "word/styles.xml": styles(look, numbers),
        "word/settings.xml": f'<w:settings xmlns:w="{W}"><w:zoom w:percent="100"/></w:settings>',
        "word/footer1.xml": footer(look),
    }
    if numbers.by_block:
        parts["word/numbering.xml"] = numbering.part(source, numbers.restarts, numbers.level_styles)
    parts["word/_rels/document.xml.rels"] = document_relations(parts)
    parts["[Content_Types].xml"] = content_types(parts)
    return package.pack({name: XML + text for name, text in parts.items()}, first=("[Content_Types].xml", "_rels/.rels"))


def numbers_of(source, look, blocks):
    """The document's automatic numbering: by numPr in each paragraph, or linked to the styles."""
    by_block, restarts = numbering.assign(blocks)
    level_styles = {}
    if source.pick("style-linked", 2) == 0:
        look.styled = True
        for idx, numbered in by_block.items():
            style = look.style_ids[blocks[idx].kind]
            if style not in level_styles.values():
                level_styles.setdefault(numbered.level, style)
    return Numbers(by_block, restarts, level_styles)


def block_xml(source, look, numbers, idx, block):
    """One block as w:p or w:tbl."""
    if block.kind == "table":
        return table(source, look, block.rows)
    numbered = numbers.by_block.get(idx)
    text = numbered.text if numbered else block.text
    props = paragraph_props(look, block.kind, number_props(look, numbers, block.kind, numbered))
    if block.kind == "title":
        return f"<w:p>{props}{title_runs(look, text)}</w:p>"
    return f"<w:p>{props}{text_runs(source, look, block.kind, text, idx)}</w:p>"


def number_props(look, numbers, kind, numbered):
    """w:numPr of a paragraph: none where the style brings the number, numId 0 where it must not."""
    style = look.style_ids.get(kind)
    linked = {s: level for level, s in numbers.level_styles.items()}
    if numbered and numbered.num_id == 1 and linked.get(style) == numbered.level:
        return ""
    if numbered:
        return f'<w:numPr><w:ilvl w:val="{numbered.level}"/><w:numId w:val="{numbered.num_id}"/></w:numPr>'
    return '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="0"/></w:numPr>' if style in linked else ""


def paragraph_props(look, kind, num_pr):
    """w:pPr of a paragraph."""
    style = look.style_ids[kind] if look.styled and kind in HEADINGS + ("title", "item") else ""
    spacing = f'<w:spacing w:line="{look.line}" w:lineRule="exact"/>'
    indent = {
        "title": '<w:spacing w:after="240"/><w:jc w:val="center"/>',
        "sign": f'{spacing}<w:ind w:right="640"/><w:jc w:val="right"/>',
        "address": spacing,
    }.get(kind, f'{spacing}<w:ind w:firstLineChars="200" w:firstLine="{look.size * 20}"/>')
    outline = ""
    if look.outlined and not look.styled and kind in HEADINGS:
        outline = f'<w:outlineLvl w:val="{HEADINGS.index(kind)}"/>'
    return "<w:pPr>" + (f'<w:pStyle w:val="{style}"/>' if style else "") + num_pr + indent + outline + "</w:pPr>"


def title_runs(look, text):
    """The title; a long one is sometimes broken by hand before 关于."""
    lines = [text]
    at = text.find("关于")
    if look.break_title and at > 4 and len(text) > 24:
        lines = [text[:at], text[at:]]
    props = run_props(look, "title")
    return f"<w:r>{props}<w:br/></w:r>".join(run(line, props) for line in lines)


def text_runs(source, look, kind, text, idx):
    """A paragraph's runs: an emphasised lead sentence, the rest cut where an editor's history cuts."""
    lead = ""
    match = re.match(r"[^。；：]{4,36}。(?=.)", text)
    if kind in ("item", "body") and look.lead and match and (kind == "item" or re.match("[一二三四五六]是|（", text)):
        lead, text = match[0], text[match.end():]
    out = run(lead, run_props(look, "body", look.lead)) if lead else ""
    props, hinted = run_props(look, kind), run_props(look, kind, hint=True)
    for n, piece in enumerate(sources.pieces(text, f"{source.id}/{idx}")):
        parts = re.split(r"([0-9A-Za-z.,%]+)", piece) if look.latin and (n + idx) % 3 == 0 else [piece]
        out += "".join(run(part, hinted if n % 2 else props) for part in parts if part)
    return out


def run(text, props):
    """One w:r."""
    return f'<w:r>{props}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def run_props(look, kind, lead="", hint=False):
    """w:rPr of a run; styled headings leave their font to the style."""
    if look.styled and kind in HEADINGS:
        return '<w:rPr><w:rFonts w:hint="eastAsia"/></w:rPr>' if hint else ""
    font = look.fonts["h2" if lead == "h2" else kind if kind in ("title", "h1", "h2") else "body"]
    bold = "<w:b/>" if kind == "h3" or lead == "bold" or (kind == "h2" and look.footer == 1) else ""
    size = 44 if kind == "title" else look.size
    return f'<w:rPr>{fonts_xml(look, font, hint)}{bold}<w:sz w:val="{size}"/><w:szCs w:val="{size}"/></w:rPr>'


def fonts_xml(look, font, hint=False):
    """w:rFonts with the Chinese font, and a Latin one where the writer sets it."""
    latin = "Times New Roman" if look.latin else font
    hinted = ' w:hint="eastAsia"' if hint else ""
    return f'<w:rFonts{hinted} w:ascii="{latin}" w:hAnsi="{latin}" w:eastAsia="{font}" w:cs="{latin}"/>'


def red_head(source, look):
    """The red line over an official paper: who issues it, with a red rule below."""
    font = fonts_xml(look, look.fonts["title"])
    return (
        '<w:p><w:pPr><w:pBdr><w:bottom w:val="single" w:sz="18" w:space="6" w:color="FF0000"/></w:pBdr>'
        '<w:spacing w:after="480"/><w:jc w:val="center"/></w:pPr>'
        f'<w:r><w:rPr>{font}<w:color w:val="FF0000"/><w:sz w:val="52"/></w:rPr><w:t>{escape(source.signer())}</w:t></w:r></w:p>'
    )


def table(source, look, rows):
    """A w:tbl with single borders, its first row bold."""
    width = max(len(row) for row in rows)
    grid = "".join(f'<w:gridCol w:w="{8845 // width}"/>' for _ in range(width))
    borders = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="auto"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    body = "".join(
        "<w:tr>" + "".join(table_cell(look, text, 8845 // width, r == 0) for text in row + [""] * (width - len(row))) + "</w:tr>"
        for r, row in enumerate(rows)
    )
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="8845" w:type="dxa"/><w:tblBorders>{borders}</w:tblBorders></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{body}</w:tbl>"
    )


def table_cell(look, text, width, head):
    """One w:tc; `\\n` starts a new paragraph in it."""
    props = f'<w:rPr>{fonts_xml(look, look.fonts["body"])}{"<w:b/>" if head else ""}<w:sz w:val="24"/></w:rPr>'
    align = '<w:jc w:val="center"/>' if head else ""
    paragraphs = "".join(f"<w:p><w:pPr>{align}</w:pPr>{run(t, props) if t else ''}</w:p>" for t in text.split("\\n"))
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>{paragraphs}</w:tc>'


def styles(look, numbers):
    """styles.xml: body, title, three headings, a list paragraph, the footer."""
    font = fonts_xml(look, look.fonts["body"])
    out = (
        f'<w:styles xmlns:w="{W}"><w:docDefaults><w:rPrDefault><w:rPr>{font}<w:sz w:val="21"/>'
        '<w:lang w:val="en-US" w:eastAsia="zh-CN"/></w:rPr></w:rPrDefault></w:docDefaults>'
        '<w:style w:type="paragraph" w:default="1" w:styleId="a"><w:name w:val="Normal"/><w:qFormat/>'
        '<w:pPr><w:jc w:val="both"/></w:pPr></w:style>'
    )
    out += style("ae", "Title", '<w:jc w:val="center"/>', f'{fonts_xml(look, look.fonts["title"])}<w:sz w:val="44"/>')
    for n, kind in enumerate(HEADINGS):
        face = fonts_xml(look, look.fonts[kind if kind != "h3" else "body"])
        bold = "<w:b/>" if kind == "h3" else ""
        props = style_number(numbers, look.style_ids[kind]) + f'<w:outlineLvl w:val="{n}"/>'
        out += style(look.style_ids[kind], look.style_names[kind], props, f'{face}{bold}<w:sz w:val="{look.size}"/>')
    out += style("af", "编号段落", style_number(numbers, "af"), f'{font}<w:sz w:val="{look.size}"/>')
    out += style("a5", "footer", '<w:jc w:val="center"/>', '<w:sz w:val="28"/>')
    return out + "</w:styles>"


def style_number(numbers, style_id):
    """The w:numPr of a style that a level of the list is linked to."""
    for level, linked in numbers.level_styles.items():
        if linked == style_id:
            return f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="1"/></w:numPr>'
    return ""


def style(style_id, name, paragraph, run_part):
    """One paragraph style based on the body's."""
    return (
        f'<w:style w:type="paragraph" w:styleId="{style_id}"><w:name w:val="{name}"/><w:basedOn w:val="a"/><w:qFormat/>'
        f"<w:pPr>{paragraph}</w:pPr><w:rPr>{run_part}</w:rPr></w:style>"
    )


def footer(look):
    """The page number: — 1 —, 1, or 第1页 共9页."""
    page, pages = field("PAGE"), field("NUMPAGES")
    text = (f"{plain('— ')}{page}{plain(' —')}", page, f"{plain('第')}{page}{plain('页 共')}{pages}{plain('页')}")[look.footer]
    return f'<w:ftr xmlns:w="{W}"><w:p><w:pPr><w:pStyle w:val="a5"/><w:jc w:val="center"/></w:pPr>{text}</w:p></w:ftr>'


def plain(text):
    """A run without properties of its own."""
    return run(text, "")


def field(name):
    """A complex field with a placeholder value."""
    return (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r><w:instrText xml:space="preserve"> {name} </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>1</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


SECTION = (
    '<w:sectPr><w:footerReference w:type="default" r:id="rId9"/><w:pgSz w:w="11906" w:h="16838"/>'
    '<w:pgMar w:top="2098" w:right="1474" w:bottom="1985" w:left="1587" w:header="851" w:footer="1400" w:gutter="0"/></w:sectPr>'
)


def relation(rel_id, kind, target):
    """One Relationship element."""
    return f'<Relationship Id="{rel_id}" Type="{kind}" Target="{target}"/>'


def package_relations():
    """_rels/.rels"""
    core = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties"
    items = relation("rId1", f"{R}/officeDocument", "word/document.xml") + relation("rId2", core, "docProps/core.xml")
    return f'<Relationships xmlns="{RELATIONS}">{items}{relation("rId3", f"{R}/extended-properties", "docProps/app.xml")}</Relationships>'


def document_relations(parts):
    """word/_rels/document.xml.rels"""
    items = relation("rId1", f"{R}/styles", "styles.xml") + relation("rId2", f"{R}/settings", "settings.xml")
    if "word/numbering.xml" in parts:
        items += relation("rId3", f"{R}/numbering", "numbering.xml")
    return f'<Relationships xmlns="{RELATIONS}">{items}{relation("rId9", f"{R}/footer", "footer1.xml")}</Relationships>'


def content_types(parts):
    """[Content_Types].xml"""
    kinds = {
        "word/document.xml": TYPE + "document.main+xml", "word/styles.xml": TYPE + "styles+xml",
        "word/settings.xml": TYPE + "settings+xml", "word/footer1.xml": TYPE + "footer+xml",
        "word/numbering.xml": TYPE + "numbering+xml",
        "docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
        "docProps/app.xml": "application/vnd.openxmlformats-officedocument.extended-properties+xml",
    }
    items = "".join(f'<Override PartName="/{n}" ContentType="{kinds[n]}"/>' for n in sorted(parts) if n in kinds)
    return (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{items}</Types>'
    )


def app_properties():
    """docProps/app.xml"""
    return (
        '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
        "<Application>Microsoft Office Word</Application></Properties>"
    )


def core_properties(source):
    """docProps/core.xml, dated by the document itself."""
    return (
        '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{escape(source.title)}</dc:title><dc:creator>某某</dc:creator>"
        f'<dcterms:created xsi:type="dcterms:W3CDTF">{source.day()}T08:30:00Z</dcterms:created></cp:coreProperties>'
    )
