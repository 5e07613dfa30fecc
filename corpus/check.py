"""Checks the sources of the sample documents and lists their findings.

usage: check.py [FILE...]   (default: every corpus/source/*.txt); exits 1 if one is wrong.
"""
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
GENRES = "feedback report plan rectification ledger summary thematic notice other".split()
FORMATS = "docx docx-auto xlsx pdf txt-utf8 txt-gb18030 html".split()
TYPES_OF_INSPECTION = "常规 专项 提级 机动 交叉 回头看".split()
VERDICTS = "done ongoing copied contradiction".split()
KEYS = (
    "id file format genre title inspecting_body round inspection_type period feedback_date "
    "units sector answers missing set"
).split()
LABEL = re.compile(r"\{([^{}:]+):([^{}]*)\}")
ITEM = re.compile(r"=([\w-]+#\d+) (\w+)(?:\((.*)\))?$")
FINDING = re.compile(r"([A-N]\d{1,2})(?:@(.+))?$")


def parse(text):
    """Splits a source into its header (dict) and its body lines."""
    head, _, body = text.partition("\n---\n")
    header = {}
    for line in head.splitlines():
        if line.strip():
            key, _, value = line.partition(":")
            header[key.strip()] = value.strip()
    lines = [line.rstrip() for line in body.splitlines() if line.strip()]
    return header, lines


def units_of(header):
    return [u.strip() for u in header.get("units", "").split("|") if u.strip()]


def labels(header, lines):
    """Yields every label in order: dicts with line_idx, kind, quote and the label's own fields."""
    units = units_of(header)
    unit = units[0] if units else None
    n_findings = n_items = 0
    for line_idx, line in enumerate(lines):
        for match in LABEL.finditer(line):
            tag, quote = match.groups()
            item, finding = ITEM.match(tag), FINDING.match(tag)
            if item:
                n_items += 1
                yield dict(
                    line_idx=line_idx, kind="item", id=f"{header['id']}#{n_items}", quote=quote,
                    finding=item[1], verdict=item[2], reason=item[3] or "",
                )
            elif finding:
                n_findings += 1
                unit = finding[2] or unit
                yield dict(
                    line_idx=line_idx, kind="finding", id=f"{header['id']}#{n_findings}", quote=quote,
                    type=finding[1], unit=unit,
                )
            else:
                yield dict(line_idx=line_idx, kind="wrong", tag=tag, quote=quote)


def types():
    """The ids of the taxonomy."""
    for place in (HERE.parent / "src/lang/data/taxonomy.tsv", HERE.parent.parent / "shared/taxonomy_seed.tsv"):
        if place.exists():
            return {line.split("\t")[0] for line in place.read_text("utf-8").splitlines()[1:]}
    return set()


def problems(path, known, sources):
    """Everything wrong with one source, as sentences."""
    header, lines = parse(path.read_text("utf-8"))
    out = [f"unknown key {k}" for k in header if k not in KEYS]
    out += [f"missing key {k}" for k in KEYS[:5] if not header.get(k)]
    if header.get("id") != path.stem:
        out.append("id is not the file's name")
    if header.get("genre") not in GENRES:
        out.append(f"genre {header.get('genre')}")
    if header.get("format") not in FORMATS:
        out.append(f"format {header.get('format')}")
    if header.get("inspection_type", "") not in TYPES_OF_INSPECTION + [""]:
        out.append(f"inspection_type {header.get('inspection_type')}")
    if header.get("set", "") not in ("", "dev", "held"):
        out.append(f"set {header.get('set')}")
    period = header.get("period", "")
    if period and not re.fullmatch(r"\d{4}-\d\d-\d\d \d{4}-\d\d-\d\d", period):
        out.append(f"period {period}")
    if LABEL.sub("", "\n".join(lines)).count("{") or LABEL.sub("", "\n".join(lines)).count("}"):
        out.append("a brace stands outside a label")
    for label in labels(header, lines):
        if label["kind"] == "wrong":
            out.append(f"label {label['tag']}")
        elif label["kind"] == "finding":
            if label["type"] not in known:
                out.append(f"{label['id']}: type {label['type']}")
            if len(label["quote"]) < 4 or label["quote"][-1] in "。；，、":
                out.append(f"{label['id']}: quote too short or ends in punctuation: {label['quote'][-12:]}")
        elif label["verdict"] not in VERDICTS:
            out.append(f"{label['id']}: verdict {label['verdict']}")
        elif label["finding"] not in sources:
            out.append(f"{label['id']}: no finding {label['finding']}")
    for missing in filter(None, re.split(r"[,，]\s*", header.get("missing", ""))):
        if missing not in sources:
            out.append(f"missing: no finding {missing}")
    return out


def main():
    paths = sorted((HERE / "source").glob("*.txt"))
    sources = set()
    for path in paths:
        header, lines = parse(path.read_text("utf-8"))
        sources |= {label["id"] for label in labels(header, lines) if label["kind"] == "finding"}
    known, wrong = types(), 0
    named = [pathlib.Path(a).resolve() for a in sys.argv[1:]]
    for path in named or paths:
        found = problems(path, known, sources)
        wrong += len(found)
        header, lines = parse(path.read_text("utf-8"))
        all_labels = list(labels(header, lines))
        print(f"{path.name}: {sum(1 for x in all_labels if x['kind'] == 'finding')} findings, "
              f"{sum(1 for x in all_labels if x['kind'] == 'item')} items")
        for sentence in found:
            print("  WRONG:", sentence)
        if named:
            for label in all_labels:
                print("  ", label.get("id"), label.get("type") or label.get("verdict"), label.get("unit") or "", label["quote"])
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
