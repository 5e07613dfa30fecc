"""Turns typed numbers 一、 （一） 1. （1） into Word's automatic numbering, and proves that Word counts the same."""
import dataclasses
import re

DIGITS = "一二三四五六七八九"
TYPED = (
    re.compile(r"([一二三四五六七八九十]+)、"),
    re.compile(r"（([一二三四五六七八九十]+)）"),
    re.compile(r"(\d+)\.(?!\d)\s*"),
    re.compile(r"（(\d+)）"),
)
LEVEL_TEXTS = ("%1、", "（%2）", "%3.", "（%4）")
NUMBERED_KINDS = ("h1", "h2", "h3", "item")


class WrongNumber(Exception):
    """A typed number that automatic numbering would not give."""


@dataclasses.dataclass
class Numbered:
    """A paragraph's place in the list: its level, its w:num and the text without the number."""

    level: int
    num_id: int
    text: str


def chinese(n):
    """1–99 in Chinese: 一, 十, 十一, 二十."""
    tens, ones = divmod(n, 10)
    head = "" if not tens else ("十" if tens == 1 else DIGITS[tens - 1] + "十")
    return head + (DIGITS[ones - 1] if ones else "")


def typed_number(text):
    """The level, the number as typed and the rest of a text that starts with a number; or None."""
    for level, pattern in enumerate(TYPED):
        match = pattern.match(text)
        if match:
            return level, match[1], text[match.end():]
    return None


def assign(blocks):
    """Numbers the blocks: ({block index: Numbered}, [(num id, level) of every restart]).

    The counters follow the multilevel list: a paragraph ends the counting of all deeper levels.
    A list that starts anew under the same parent gets a w:num of its own; so does one whose level was skipped
    by deeper numbers before, for programs differ in whether a skipped level has been counted.
    """
    counters, skipped, num_ids, restarts, out = [0] * 4, [False] * 4, [1] * 4, [], {}
    for idx, block in enumerate(blocks):
        found = typed_number(block.text) if block.kind in NUMBERED_KINDS else None
        if not found:
            continue
        level, typed, rest = found
        counters[level] += 1
        if (counters[level] != 1 or skipped[level]) and typed in ("一", "1"):
            counters[level] = 1
            restarts.append((len(restarts) + 2, level))
            num_ids[level:] = [restarts[-1][0]] * (4 - level)
        counters[level + 1:], skipped[level:] = [0] * (3 - level), [False] * (4 - level)
        skipped[:level] = [count == 0 for count in counters[:level]]
        num_ids[level + 1:] = [num_ids[level]] * (3 - level)
        counted = chinese(counters[level]) if level < 2 else str(counters[level])
        if counted != typed:
            raise WrongNumber(f"line {block.line + 1} of the text: typed {typed}, counted {counted}: {block.text[:24]}")
        out[idx] = Numbered(level, num_ids[level], rest)
    return out, restarts


def part(source, restarts, level_styles):
    """numbering.xml: one multilevel list; `level_styles` {level: style id} links levels to styles."""
    counting = ("chineseCounting", "chineseCountingThousand")[source.pick("counting", 3) == 0]
    suffix = ("nothing", "space")[source.pick("suffix", 4) == 0]
    levels = "".join(level_xml(n, counting, suffix, level_styles.get(n)) for n in range(9))
    nums = '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>' + "".join(
        f'<w:num w:numId="{num}"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="{level}">'
        f'<w:startOverride w:val="1"/></w:lvlOverride></w:num>'
        for num, level in restarts
    )
    return (
        '<w:numbering xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        '<w:abstractNum w:abstractNumId="0"><w:multiLevelType w:val="multilevel"/>' + levels + "</w:abstractNum>"
        + nums + "</w:numbering>"
    )


def level_xml(level, counting, suffix, style):
    """One w:lvl; the levels below （1） exist, as Word always writes nine, but stay unused."""
    numbers = counting if level < 2 else "decimal"
    text = LEVEL_TEXTS[level] if level < 4 else f"%{level + 1})"
    return (
        f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{numbers}"/>'
        + (f'<w:pStyle w:val="{style}"/>' if style else "")
        + f'<w:suff w:val="{suffix}"/><w:lvlText w:val="{text}"/><w:lvlJc w:val="left"/>'
        '<w:pPr><w:ind w:left="0" w:firstLine="640"/></w:pPr><w:rPr><w:rFonts w:hint="eastAsia"/></w:rPr></w:lvl>'
    )
