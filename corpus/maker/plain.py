"""Text files as offices and editors leave them: with or without BOM, LF or CRLF, GB18030, now and then hard-wrapped."""

WRAP = 38
INDENT = "　　"


def make(source):
    """The bytes of the document as .txt."""
    text = "\n".join(lines_of(source)) + "\n"
    if source.pick("line ends", 2) == 0:
        text = text.replace("\n", "\r\n")
    if source.format == "txt-gb18030":
        return text.encode("gb18030")
    return text.encode("utf-8-sig" if source.pick("byte order mark", 2) == 0 else "utf-8")


def lines_of(source):
    """The lines: indented or flush, titles and signatures placed by spaces in some documents."""
    indent = INDENT if source.pick("indent", 3) else ""
    placed, blank, wrapped = source.pick("placed", 2) == 0, source.pick("blank", 2) == 0, is_wrapped(source)
    out = []
    for block in source.blocks():
        if block.kind == "title":
            out += [" " * max(0, 20 - len(block.text)) + block.text if placed else block.text, ""]
        elif block.kind == "sign":
            out.append(INDENT * 6 + block.text if placed else block.text)
        elif block.kind == "table":
            out += ["\t".join(row) for row in block.rows]
        else:
            text = ("" if block.kind == "address" else indent) + block.text
            out += wrap(text) if wrapped else [text]
        if blank and block.kind == "h1":
            out.append("")
    return out


def is_wrapped(source):
    """Whether the document comes from a system that breaks every line."""
    return source.pick("line breaks", 5) == 0


def wrap(text):
    """Breaks a paragraph after every 38 characters."""
    return [text[at:at + WRAP] for at in range(0, len(text), WRAP)] or [""]
