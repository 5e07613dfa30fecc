"""PDF documents: a docx in fonts that can be embedded, printed by LibreOffice, then freed of dates and random ids."""
import os
import pathlib
import re
import shutil
import subprocess
import tempfile

from . import docx

HEI, SONG, KAI = "WenQuanYi Zen Hei", "AR PL SungtiL GB", "AR PL KaitiM GB"
OFFICIAL = {"title": SONG, "h1": HEI, "h2": KAI, "body": SONG}
SMALL = {"title": HEI, "h1": HEI, "h2": HEI, "body": HEI}
EPOCH = "1577836800"
CHANGING = (
    re.compile(rb"/(?:CreationDate|ModDate)\s*\(([^)]*)\)"),
    re.compile(rb"<xmp:(?:CreateDate|ModifyDate|MetadataDate)>([^<]*)<"),
    re.compile(rb"/ID\s*\[([^\]]*)\]"),
    re.compile(rb"/DocChecksum\s*/(\w+)"),
)


def make_all(sources):
    """The bytes of every document, {id: bytes}, printed in one go."""
    if not sources:
        return {}
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if not office:
        raise RuntimeError("PDF documents need LibreOffice (soffice) and the fonts named in maker/pdf.py")
    with tempfile.TemporaryDirectory() as folder:
        room = pathlib.Path(folder)
        for source in sources:
            (room / f"{source.id}.docx").write_bytes(docx.make(source, fonts_of(source)))
        print_all(office, room)
        return {source.id: steady((room / f"{source.id}.pdf").read_bytes()) for source in sources}


def fonts_of(source):
    """One document in three has the faces of an official paper; the others one face, whose subset is half as large."""
    return OFFICIAL if source.pick("print fonts", 3) == 0 else SMALL


def print_all(office, room):
    """Prints every docx of a folder with a profile of its own."""
    names = sorted(str(path) for path in room.glob("*.docx"))
    profile = f"-env:UserInstallation={(room / 'profile').as_uri()}"
    subprocess.run(
        [office, profile, "--headless", "--convert-to", "pdf:writer_pdf_Export", "--outdir", str(room), *names],
        check=True, capture_output=True, timeout=900, env=os.environ | {"SOURCE_DATE_EPOCH": EPOCH, "TZ": "UTC"},
    )


def steady(data):
    """The PDF with its dates and ids replaced by others of the same length, so that offsets stay true."""
    for pattern in CHANGING:
        data = pattern.sub(neutral, data)
    return data


def neutral(match):
    """The matched text with its first group made 2020-01-01 if it is a date, all zeros if it is an id."""
    start, end = match.start(1) - match.start(), match.end(1) - match.start()
    value = date_like(match[1]) if b"Date" in match[0] else re.sub(rb"[0-9A-Fa-f]", b"0", match[1])
    return match[0][:start] + value + match[0][end:]


def date_like(value):
    """A date in the same notation and of the same length."""
    fixed = iter("20200101000000")
    return re.sub(rb"\d", lambda _: next(fixed, "0").encode(), value)
