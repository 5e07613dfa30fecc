//! Multiplies documents for growth: each copy tells of other places with other figures in other words.
//!
//! What varies is decided by a hash of copy and position, so a size is the same set of documents on every machine.

use std::collections::BTreeMap;

use jianlin::model::{Block, BlockKind};

/// Stand-ins for the places of the sample, one row for each copy in turn.
const PLACES: [(&str, [&str; 8]); 4] = [
    ("东澜", ["云溪", "临汀", "南浦", "岚江", "青渡", "松阜", "海陵", "白沙"]),
    ("北垣", ["北岭", "北泉", "北坞", "北湾", "北塘", "北滩", "北坡", "北寨"]),
    ("西浦", ["西岑", "西林", "西津", "西洲", "西渚", "西屏", "西崖", "西圩"]),
    ("南汀", ["南岙", "南埠", "南溪", "南坪", "南湖", "南冈", "南涧", "南沙"]),
];

/// Wordings that say the same.
const WORDINGS: [[&str; 2]; 23] = [
    ["不到位", "没有落到实处"],
    ["不规范", "不合规范"],
    ["不严格", "把得不紧"],
    ["没有", "未"],
    ["拖欠", "欠付"],
    ["挪用", "改作他用"],
    ["流于形式", "走了过场"],
    ["长期", "多年"],
    ["部分", "有些"],
    ["个别", "少数"],
    ["违规", "违反规定"],
    ["虚列", "编列"],
    ["超标准", "超出标准"],
    ["未经", "不经"],
    ["招标", "公开招标"],
    ["采购", "购置"],
    ["检查", "查验"],
    ["整改", "改正"],
    ["台账", "登记簿"],
    ["制度", "规定"],
    ["会议记录", "会议纪要"],
    ["发放", "发给"],
    ["闲置", "空置"],
];

/// A number that looks random but is always the same for the same key (FNV-1a).
pub(crate) fn chance(key: &[usize]) -> u64 {
    key.iter()
        .flat_map(|part| part.to_le_bytes())
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
        >> 8
}

/// One text of a copy; copy 0 is the text itself.
pub(crate) fn varied(text: &str, copy: usize, position: usize) -> String {
    if copy == 0 {
        return text.to_owned();
    }
    let mut text = text.to_owned();
    for (place, others) in PLACES {
        text = text.replace(place, &place_name(others[copy % others.len()], copy / others.len()));
    }
    for (at, [one, other]) in WORDINGS.into_iter().enumerate() {
        if chance(&[copy, position, at]).is_multiple_of(3) {
            text = text.replace(one, other);
        }
    }
    with_other_figures(&text, copy, position)
}

/// Further names from one: its second character followed by an ordinal one, so that no two rows of places meet.
fn place_name(name: &str, turn: usize) -> String {
    const MORE: [&str; 13] = ["", "安", "平", "和", "清", "永", "宁", "丰", "泰", "康", "裕", "昌", "盛"];
    let mut characters = name.chars();
    let first: String = characters.by_ref().take(1).collect();
    if turn == 0 { name.to_owned() } else { format!("{first}{}", MORE[turn % MORE.len()]) }
}

/// Changes amounts and counts, but no years, dates, rounds and numbers of paragraphs.
fn with_other_figures(text: &str, copy: usize, position: usize) -> String {
    let characters: Vec<char> = text.chars().collect();
    let mut varied = String::with_capacity(text.len());
    let mut at = 0;
    while at < characters.len() {
        let run = characters[at..].iter().take_while(|it| it.is_ascii_digit()).count();
        if run == 0 {
            varied.push(characters[at]);
            at += 1;
            continue;
        }
        let after = characters.get(at + run).copied().unwrap_or(' ');
        let is_fixed = at == 0 || run >= 4 || "年月日轮届号条.．、）)-".contains(after);
        for offset in 0..run {
            let digit = characters[at + offset];
            let other = char::from(b'1' + (chance(&[copy, position, at, offset]) % 9) as u8);
            varied.push(if is_fixed { digit } else { other });
        }
        at += run;
    }
    varied
}

/// A copy of a document as a text file, or as csv where it is a table.
pub(crate) fn copy(blocks: &[Block], copy: usize) -> (&'static str, String) {
    let is_table = blocks.iter().filter(|block| block.kind == BlockKind::Cell).count() * 2 > blocks.len();
    let mut rows: BTreeMap<(u32, u32), BTreeMap<u32, String>> = BTreeMap::new();
    let mut lines = Vec::new();
    for (position, block) in blocks.iter().enumerate() {
        let text = varied(&block.text, copy, position);
        match &block.cell {
            Some(cell) if is_table => {
                rows.entry((cell.table, cell.row)).or_default().insert(cell.col, text.replace('"', "”"));
            }
            _ => lines.push(text),
        }
    }
    if !is_table {
        return ("txt", lines.join("\n"));
    }
    let n_cols = rows.values().filter_map(|row| row.keys().last()).max().copied().unwrap_or(0) + 1;
    for row in rows.values() {
        let cells: Vec<String> =
            (0..n_cols).map(|col| format!("\"{}\"", row.get(&col).map_or("", String::as_str))).collect();
        lines.push(cells.join(","));
    }
    ("csv", lines.join("\n"))
}
