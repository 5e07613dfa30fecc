"""The gold beside the sample: what every document says, and what its sectors have in common."""
import hashlib
import re

import check

ENOUGH_DOCUMENTS = 4
ENOUGH_UNITS = 4


def document(source, data):
    """One entry of documents.json."""
    labels = list(check.labels(source.header, source.lines))
    period = source.period.split()
    return {
        "id": source.id,
        "file": source.file,
        "sha256": hashlib.sha256(data).hexdigest(),
        "format": source.format,
        "genre": source.genre,
        "title": source.title,
        "inspecting_body": source.inspecting_body or None,
        "round": source.round or None,
        "inspection_type": source.inspection_type or None,
        "period": {"start": period[0], "end": period[1]} if period else None,
        "feedback_date": source.feedback_date or None,
        "units": check.units_of(source.header),
        "sector": source.sector or None,
        "findings": [only(x, "id quote type unit") for x in labels if x["kind"] == "finding"],
        "items": [item(x) for x in labels if x["kind"] == "item"],
        "answers": source.answers or None,
        "missing": [m for m in re.split(r"[,，]\s*", source.missing) if m],
    }


def only(label, keys):
    """A label's chosen fields."""
    return {key: label[key] for key in keys.split()}


def item(label):
    """A rectification item."""
    return {
        "id": label["id"], "problem_quote": label["quote"], "finding": label["finding"],
        "verdict": label["verdict"], "reason": label["reason"] or None,
    }


def themes(documents):
    """themes.json: for every sector with enough documents, the types found in enough units."""
    out = []
    for sector in sorted({d["sector"] for d in documents if d["sector"]}):
        members = [d for d in documents if d["sector"] == sector]
        findings = [f for d in members for f in d["findings"]]
        if len(members) >= ENOUGH_DOCUMENTS:
            out.append({"sector": sector, "base": units(findings), "common": common(findings)})
    return out


def units(findings):
    """The units named by findings, sorted."""
    return sorted({f["unit"] for f in findings if f["unit"]})


def common(findings):
    """The types found in enough distinct units, the widest first; statements without a unit belong, but do not count."""
    by_type = {}
    for finding in findings:
        by_type.setdefault(finding["type"], []).append(finding)
    found = [
        {"type": kind, "units": units(members), "findings": [f["id"] for f in members]}
        for kind, members in by_type.items()
        if len(units(members)) >= ENOUGH_UNITS
    ]
    return sorted(found, key=lambda theme: (-len(theme["units"]), theme["type"]))
