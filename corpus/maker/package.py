"""Zip archives whose bytes depend on their entries only."""
import io
import zipfile

EPOCH = (1980, 1, 1, 0, 0, 0)


def pack(entries, first=()):
    """The bytes of a zip of {name: str or bytes}; names in `first` come first, the others sorted."""
    names = [n for n in first if n in entries] + sorted(n for n in entries if n not in first)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in names:
            info = zipfile.ZipInfo(name, EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 3
            info.external_attr = 0o644 << 16
            data = entries[name]
            archive.writestr(info, data.encode() if isinstance(data, str) else data, compresslevel=9)
    return buffer.getvalue()
