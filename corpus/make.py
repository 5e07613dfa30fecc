"""Makes the sample documents, their gold and the sample archive from corpus/source.

usage: make.py [--pdf]   (--pdf prints every PDF anew; else a PDF whose visible text is unchanged is left alone)
Needs the Python standard library only, and LibreOffice where a PDF has to be printed.
"""
import json
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.dont_write_bytecode = True
sys.path.insert(0, str(HERE))

from maker import docx, gold, package, page, pdf, plain, source as sources, xlsx  # noqa: E402

MAKERS = {
    "docx": docx.make, "docx-auto": docx.make, "xlsx": xlsx.make, "html": page.make,
    "txt-utf8": plain.make, "txt-gb18030": plain.make,
}
MADE = HERE / "gold/made.json"
SAMPLE = HERE / "sample.zip"
SAMPLE_LIMIT = 3 * 1024 * 1024


def read_sources():
    """All sources in order of id; refuses two documents of one name."""
    found = [sources.read(path) for path in sorted((HERE / "source").glob("*.txt"))]
    files = [s.file for s in found]
    for name in {f for f in files if files.count(f) > 1}:
        raise SystemExit(f"two sources make {name}")
    return found


def make_all(found, made, force_pdf):
    """The bytes of every document ({id: bytes}) and what is wrong with the others ({id: reason})."""
    files, wrong = {}, {}
    to_print = [s for s in found if s.format == "pdf" and (force_pdf or not printed(s, made))]
    for source in found:
        try:
            check_quotes(source)
            if source.format == "pdf" and source not in to_print:
                files[source.id] = (HERE / source.file).read_bytes()
            elif source.format != "pdf":
                files[source.id] = MAKERS[source.format](source)
        except (KeyError, ValueError, docx.numbering.WrongNumber) as error:
            wrong[source.id] = f"{type(error).__name__}: {error}"
    return files | pdf.make_all([s for s in to_print if s.id not in wrong]), wrong


def printed(source, made):
    """Whether the PDF that lies there was printed from the same text."""
    return made.get(source.id) == made_entry(source) and (HERE / source.file).exists()


def made_entry(source):
    """What made.json remembers of a document."""
    return {"file": source.file, "text": source.print_hash()}


def check_quotes(source):
    """A quote lies within one paragraph of one cell."""
    for label in sources.check.labels(source.header, source.lines):
        if "\\n" in label["quote"] or "|" in label["quote"]:
            raise ValueError(f"{label.get('id')}: the quote breaks a line or a cell")


def write(path, data):
    """Writes a file if its bytes differ."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists() or path.read_bytes() != data:
        path.write_bytes(data)


def write_json(path, value):
    """Writes readable JSON."""
    write(path, (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode())


def remove_stale(made, found):
    """Removes documents that an earlier run made and no source makes now."""
    kept = {s.file for s in found}
    for entry in made.values():
        path = HERE / entry["file"]
        if entry["file"] not in kept and path.exists():
            path.unlink()
            for folder in path.parents:
                if folder == HERE or any(folder.iterdir()):
                    break
                folder.rmdir()


def main():
    """Makes everything; exits 1 and names the documents if one is wrong."""
    found = read_sources()
    made = json.loads(MADE.read_text("utf-8")) if MADE.exists() else {}
    files, wrong = make_all(found, made, "--pdf" in sys.argv[1:])
    good = [s for s in found if s.id in files]
    remove_stale(made, found)
    for source in good:
        write(HERE / source.file, files[source.id])
    documents = [gold.document(s, files[s.id]) for s in good if not s.set]
    write_json(HERE / "gold/documents.json", documents)
    write_json(HERE / "gold/themes.json", gold.themes(documents))
    further = [{"set": s.set} | gold.document(s, files[s.id]) for s in good if s.set]
    write_json(HERE / "gold/further.json", further)
    write_json(MADE, {s.id: made_entry(s) for s in good})
    archive = package.pack({s.file: files[s.id] for s in good if not s.set})
    write(SAMPLE, archive)
    n_findings = sum(len(d["findings"]) for d in documents + further)
    print(f"{len(good)} documents ({len(further)} not in the sample), {n_findings} findings, sample.zip {len(archive):,} bytes")
    if len(archive) > SAMPLE_LIMIT:
        wrong["sample.zip"] = f"larger than {SAMPLE_LIMIT:,} bytes"
    for name, reason in wrong.items():
        print(f"  WRONG {name}: {reason}")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
