//! Ledgers (台账): tables of problems, with their header rows, merged cells, group rows and totals.

use std::collections::BTreeMap;
use std::ops::Range;

use super::clauses::trim;
use super::numbering::leading;
use crate::model::Block;

/// What a column holds (栏目).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Column {
    /// The problem.
    Problem,
    /// The unit.
    Unit,
    /// Term and round.
    Round,
    /// Sector.
    Sector,
    /// Field or type of the problem.
    Category,
    /// Rectification measure or progress.
    Measure,
    /// Rectification status.
    Status,
    /// The day or year it was found; only looked for where a ledger stands for itself.
    Date,
    /// Anything else.
    Other,
}

/// One problem of a ledger with what its row says of it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Row {
    /// Block of the problem's cell.
    pub(super) block_idx: usize,
    /// Bytes of the problem in that block.
    pub(super) range: Range<usize>,
    /// Text of the unit column, filled down.
    pub(super) unit: Option<String>,
    /// What else may name the unit, the nearest first: the group row above, the lines over the header, the sheet.
    pub(super) around: Vec<String>,
    /// Text of the round column.
    pub(super) round: Option<String>,
    /// Text of the sector column.
    pub(super) sector: Option<String>,
    /// Text of the date column.
    pub(super) date: Option<String>,
    /// Text of the category columns.
    pub(super) categories: Vec<String>,
    /// Block of the measure.
    pub(super) measure_idx: Option<usize>,
    /// Text of the status column.
    pub(super) status: Option<String>,
    /// The header over the problem.
    pub(super) header: String,
}

/// Header words of each column, more telling first.
const HEADERS: [(Column, &[&str]); 7] = [
    (
        Column::Measure,
        &[
            "整改措施",
            "整改情况",
            "整改进展",
            "措施",
            "进展",
            "成效",
            "整改目标",
            "佐证",
            "整改要求",
            "举一反三",
            "处理情况",
            "落实情况",
            "整改结果",
            "举措",
            "办法",
            "做法",
            "打算",
            "怎么改",
            "怎么说",
            "回执",
            "答复",
        ],
    ),
    (Column::Status, &["完成情况", "整改状态", "状态", "是否完成", "销号", "进度", "完成时", "办结"]),
    (Column::Round, &["轮次", "届次", "巡察批次", "批次"]),
    (Column::Sector, &["系统", "领域", "行业", "板块"]),
    (
        Column::Category,
        &["问题类别", "问题类型", "问题分类", "类别", "类型", "方面", "聚焦", "分类", "监督重点", "问题归类"],
    ),
    (
        Column::Unit,
        &["被巡察", "被检查", "党组织", "单位", "学校", "部门", "责任主体", "医院", "院（所）", "法院", "机构"],
    ),
    (
        Column::Problem,
        &[
            "具体问题",
            "问题描述",
            "问题表述",
            "问题内容",
            "反馈问题",
            "存在问题",
            "存在的问题",
            "发现问题",
            "发现的问题",
            "主要问题",
            "问题摘要",
            "问题清单",
            "具体表现",
            "问题表现",
            "问题事实",
            "问题概述",
            "反馈内容",
            "反馈意见",
            "意见内容",
            "存在不足",
            "不足之处",
            "主要不足",
            "差距",
            "问题详情",
            "问题情况",
            "巡察问题",
            "问题",
        ],
    ),
];

/// A table of a document: its cells by row and column.
pub(super) struct Grid<'a> {
    blocks: &'a [Block],
    /// First row and column of each block to the block; merged cells cover several positions.
    cells: BTreeMap<(u32, u32), usize>,
    n_rows: u32,
    n_cols: u32,
}

/// What stands over the header of the first table of problems, title first.
pub(super) fn captions(blocks: &[Block]) -> Vec<String> {
    let found = tables(blocks).into_iter().map(|cells| grid(blocks, &cells)).find_map(|grid| {
        let (header_row, _, columns) = header(&grid)?;
        columns.values().any(|column| *column == Column::Problem).then(|| grid.above(header_row))
    });
    found.unwrap_or_default()
}

/// The problems listed in the tables of a document.
pub(super) fn rows(blocks: &[Block]) -> Vec<Row> {
    grids(blocks).iter().flat_map(rows_of_table).collect()
}

/// The tables of a document.
pub(super) fn grids(blocks: &[Block]) -> Vec<Grid<'_>> {
    tables(blocks).iter().map(|cells| grid(blocks, cells)).collect()
}

/// The cells of each table.
fn tables(blocks: &[Block]) -> Vec<Vec<usize>> {
    let mut tables: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    for (block_idx, block) in blocks.iter().enumerate() {
        if let Some(cell) = &block.cell {
            tables.entry(cell.table).or_default().push(block_idx);
        }
    }
    tables.into_values().collect()
}

fn grid<'a>(blocks: &'a [Block], table: &[usize]) -> Grid<'a> {
    /// A merged cell that claims to cover more is cut: the far corner of a sheet must not become a loop.
    const MAX_SPAN: u32 = 2_000;
    let mut cells = BTreeMap::new();
    let (mut n_rows, mut n_cols) = (0, 0);
    for &block_idx in table {
        let Some(cell) = &blocks[block_idx].cell else { continue };
        let (rows, cols) = (cell.rows.clamp(1, MAX_SPAN), cell.cols.clamp(1, 64));
        for row in cell.row..cell.row.saturating_add(rows) {
            for col in cell.col..cell.col.saturating_add(cols) {
                cells.entry((row, col)).or_insert(block_idx);
            }
        }
        n_rows = n_rows.max(cell.row.saturating_add(1));
        n_cols = n_cols.max(cell.col.saturating_add(cols));
    }
    Grid { blocks, cells, n_rows, n_cols: n_cols.min(256) }
}

impl Grid<'_> {
    pub(super) fn block(&self, row: u32, col: u32) -> Option<usize> {
        self.cells.get(&(row, col)).copied()
    }

    /// Rows and columns.
    pub(super) fn size(&self) -> (u32, u32) {
        (self.n_rows, self.n_cols)
    }

    /// The sheet's name, if it has one.
    pub(super) fn sheet(&self) -> Option<&str> {
        let &block_idx = self.cells.values().next()?;
        self.blocks[block_idx].cell.as_ref()?.sheet.as_deref()
    }

    pub(super) fn text(&self, row: u32, col: u32) -> &str {
        self.block(row, col).map_or("", |block_idx| self.blocks[block_idx].text.trim())
    }

    /// The texts of the rows above one, each once.
    fn above(&self, row: u32) -> Vec<String> {
        let mut texts: Vec<String> = Vec::new();
        for above in 0..row {
            for block_idx in self.row_cells(above) {
                let text = self.blocks[block_idx].text.trim();
                if !text.is_empty() && !texts.iter().any(|known| known == text) {
                    texts.push(text.to_owned());
                }
            }
        }
        texts
    }

    /// The distinct cells of a row, left to right.
    fn row_cells(&self, row: u32) -> Vec<usize> {
        let mut cells: Vec<usize> =
            self.cells.range((row, 0)..(row, u32::MAX)).map(|(_, &block_idx)| block_idx).collect();
        cells.dedup();
        cells
    }
}

/// A form of one problem (底稿): what it is called on the left, what it is on the right. The facts, else the name.
fn form(grid: &Grid<'_>) -> Option<Row> {
    const FACTS: [&str; 8] = ["问题事实", "主要事实", "基本事实", "事实", "问题概述", "概述", "问题描述", "具体表现"];
    const NAMES: [&str; 3] = ["问题名称", "问题标题", "问题"];
    const LABELS: [&str; 12] =
        ["依据", "佐证", "来源", "途径", "定性", "承办", "核对", "审核", "编号", "备注", "证据", "影响"];
    let label = |row: u32| -> String { grid.text(row, 0).chars().filter(|it| !it.is_whitespace()).collect() };
    let is = |row: u32, words: &[&str]| {
        let label = label(row);
        label.chars().count() <= 8 && words.iter().any(|word| label.contains(word))
    };
    let n_labels = (0..grid.n_rows).filter(|&row| is(row, &LABELS) || is(row, &FACTS) || is(row, &NAMES)).count();
    if n_labels < 3 || 2 * n_labels < grid.n_rows as usize {
        return None;
    }
    let row =
        (0..grid.n_rows).find(|&row| is(row, &FACTS)).or_else(|| (0..grid.n_rows).find(|&row| is(row, &NAMES)))?;
    let block_idx = grid.block(row, 1)?;
    let text = &grid.blocks[block_idx].text;
    let range = trim(text, 0..text.len());
    (text[range.clone()].chars().count() >= 4).then(|| Row {
        block_idx,
        range,
        unit: None,
        around: Vec::new(),
        round: None,
        sector: None,
        date: None,
        categories: Vec::new(),
        measure_idx: None,
        status: None,
        header: label(row),
    })
}

/// The rows of a table from its header on; a table without a problem column has none.
fn rows_of_table(grid: &Grid<'_>) -> Vec<Row> {
    if let Some(row) = form(grid) {
        return vec![row];
    }
    header(grid).map(|found| rows_under(grid, found)).unwrap_or_default()
}

/// The first and last row of a header, and what the columns under it hold.
pub(super) type Header = (u32, u32, BTreeMap<u32, Column>);

/// The rows of a table under its header.
pub(super) fn rows_under(grid: &Grid<'_>, (header_row, last_header_row, columns): Header) -> Vec<Row> {
    let problem_cols: Vec<u32> =
        columns.iter().filter(|(_, column)| **column == Column::Problem).map(|(&col, _)| col).collect();
    let Some(problem_col) = best_problem_column(grid, &problem_cols, header_row, last_header_row) else {
        return Vec::new();
    };
    let mut rows = Vec::new();
    let mut above = grid.above(header_row);
    above.reverse();
    let sheet = grid.cells.values().next().and_then(|&block_idx| grid.blocks[block_idx].cell.as_ref()?.sheet.clone());
    above.extend(sheet);
    let mut group: Option<String> = None;
    let mut filled: BTreeMap<u32, String> = BTreeMap::new();
    let mut last_problem: Option<usize> = None;
    let mut present: Vec<u32> = grid.cells.keys().map(|&(row, _)| row).filter(|row| *row > last_header_row).collect();
    present.dedup();
    for row in present {
        let cells = grid.row_cells(row);
        if let [only] = cells[..] {
            // One cell across: a group title or a note.
            let text = grid.blocks[only].text.trim();
            if !is_note(text) {
                group = Some(text.to_owned());
                filled.clear();
            }
            continue;
        }
        if cells.iter().take(3).any(|&block_idx| is_total(&grid.blocks[block_idx].text)) {
            continue;
        }
        let mut value = |wanted: Column| -> Option<String> {
            let col = *columns.iter().find(|(_, column)| **column == wanted)?.0;
            let text = grid.text(row, col);
            let is_same = text.is_empty() || ["同上", "〃", "″", "同前"].contains(&text);
            if !is_same {
                filled.insert(col, text.to_owned());
            }
            filled.get(&col).cloned()
        };
        let (unit, round, sector) = (value(Column::Unit), value(Column::Round), value(Column::Sector));
        let date = value(Column::Date);
        let Some(block_idx) = grid.block(row, problem_col) else { continue };
        // One row a measure: the problem's cell is merged over them and counts once.
        if last_problem == Some(block_idx) {
            continue;
        }
        last_problem = Some(block_idx);
        let text = &grid.blocks[block_idx].text;
        // A header again, as on each page: a problem in few words may hold a header's word, a whole row of them does not.
        let n_header = cells.iter().filter(|&&block_idx| is_header_text(grid.blocks[block_idx].text.trim())).count();
        let is_header = is_header_text(text.trim()) && 2 * n_header > cells.len();
        if is_header || ["同上", "〃"].contains(&text.trim()) {
            continue;
        }
        let other = |wanted: Column| columns.iter().find(|(_, column)| **column == wanted).map(|(&col, _)| col);
        let categories = columns
            .iter()
            .filter(|(_, column)| **column == Column::Category)
            .map(|(&col, _)| grid.text(row, col).to_owned())
            .filter(|text| !text.is_empty())
            .collect::<Vec<_>>();
        for range in problems_in(text) {
            rows.push(Row {
                block_idx,
                range,
                unit: unit.clone(),
                around: group.iter().chain(&above).cloned().collect(),
                round: round.clone(),
                sector: sector.clone(),
                date: date.clone(),
                categories: categories.clone(),
                measure_idx: other(Column::Measure).and_then(|col| grid.block(row, col)),
                status: other(Column::Status).map(|col| grid.text(row, col).to_owned()).filter(|text| !text.is_empty()),
                header: grid.text(last_header_row, problem_col).to_owned(),
            });
        }
    }
    rows
}

/// The header rows and what their columns hold: the first row with a problem column and one other known column,
/// and the rows below it that still only hold header words.
pub(super) fn header(grid: &Grid<'_>) -> Option<Header> {
    const DEPTH: u32 = 12;
    for row in 0..grid.n_rows.min(DEPTH) {
        let known = |row: u32| -> BTreeMap<u32, Column> {
            (0..grid.n_cols)
                .filter_map(|col| {
                    let text = grid.text(row, col);
                    column_of(text).map(|column| (col, column))
                })
                .collect()
        };
        let mut columns = known(row);
        // A header is a row of several short words, at least one of them known.
        let cells = grid.row_cells(row);
        let is_short = |block_idx: &&usize| {
            let text = grid.blocks[**block_idx].text.trim();
            (1..=14).contains(&text.chars().count()) && !text.contains(['。', '；'])
        };
        let n_short = cells.iter().filter(is_short).count();
        if cells.len() < 2 || columns.len() < 2 && (cells.len() < 3 || n_short < cells.len()) {
            continue;
        }
        let mut last = row;
        while last + 1 < grid.n_rows.min(row + 4) {
            let below = known(last + 1);
            let n_filled = grid
                .row_cells(last + 1)
                .iter()
                .filter(|&&block_idx| !grid.blocks[block_idx].text.trim().is_empty())
                .count();
            let n_known = grid
                .row_cells(last + 1)
                .iter()
                .filter(|&&block_idx| is_header_text(grid.blocks[block_idx].text.trim()))
                .count();
            if below.is_empty() || n_filled < 2 || n_known * 2 < n_filled {
                break;
            }
            columns.extend(below.into_iter().filter(|(_, column)| *column != Column::Other));
            last += 1;
        }
        if columns.values().any(|column| *column == Column::Problem) {
            return Some((row, last, columns));
        }
        if let Some(col) = telling_column(grid, last, &columns) {
            columns.insert(col, Column::Problem);
            return Some((row, last, columns));
        }
    }
    None
}

/// The column whose cells state problems, where no header says so: most are sentences with 未, 不 and the like.
fn telling_column(grid: &Grid<'_>, last_header_row: u32, columns: &BTreeMap<u32, Column>) -> Option<u32> {
    const SIGNS: [char; 12] = ['未', '不', '没', '无', '仅', '只', '超', '缺', '少', '违', '虚', '欠'];
    let share = |col: u32| -> Option<(usize, usize)> {
        let texts: Vec<&str> = (last_header_row + 1..grid.n_rows)
            .filter_map(|row| grid.block(row, col))
            .map(|block_idx| &grid.blocks[block_idx])
            .filter(|block| block.cell.as_ref().is_some_and(|cell| cell.cols <= 2))
            .map(|block| block.text.trim())
            .filter(|text| !text.is_empty())
            .collect();
        let n_telling =
            texts.iter().filter(|text| text.chars().count() >= 10 && text.contains(SIGNS.as_slice())).count();
        (texts.len() >= 3 && 2 * n_telling >= texts.len()).then_some((n_telling, texts.iter().map(|it| it.len()).sum()))
    };
    let open = |col: &u32| matches!(columns.get(col), None | Some(Column::Category));
    (0..grid.n_cols).filter(open).filter_map(|col| Some((share(col)?, col))).max().map(|(_, col)| col)
}

/// What a header cell says its column holds.
fn column_of(text: &str) -> Option<Column> {
    let text: String = text.chars().filter(|character| !character.is_whitespace()).collect();
    if text.is_empty() || text.chars().count() > 16 {
        return None;
    }
    // Who rectifies is not who was inspected.
    let is_other = [
        "责任", "牵头", "承办", "配合", "主办", "经办", "领导", "科室", "涉及", "时限", "金额", "人数", "序号", "编号",
        "备注", "原因", "依据",
    ]
    .iter()
    .any(|word| text.contains(word));
    if is_other && !text.contains("党组织") && !text.contains("被巡察") {
        return Some(Column::Other);
    }
    let found = HEADERS.iter().find(|(_, words)| words.iter().any(|word| text.contains(word)));
    found.map(|(column, _)| *column)
}

fn is_header_text(text: &str) -> bool {
    text.chars().count() <= 12 && !text.contains(['，', '。', '；']) && column_of(text).is_some()
}

/// Of several columns whose header speaks of problems, the one with the longest texts.
pub(super) fn best_problem_column(grid: &Grid<'_>, cols: &[u32], header_row: u32, last_header_row: u32) -> Option<u32> {
    let length = |col: u32| -> usize {
        let mut seen = None;
        grid.cells
            .iter()
            .filter(|((row, cell_col), _)| *row > last_header_row && *cell_col == col)
            .filter(|(_, block_idx)| {
                let is_new = seen != Some(**block_idx);
                seen = Some(**block_idx);
                // A group row crosses every column and says nothing about this one.
                is_new && grid.blocks[**block_idx].cell.as_ref().is_some_and(|cell| cell.cols <= 2)
            })
            .map(|(_, &block_idx)| grid.blocks[block_idx].text.chars().count())
            .sum()
    };
    let _ = header_row;
    cols.iter().copied().max_by_key(|&col| (length(col), u32::MAX - col)).filter(|&col| length(col) > 0)
}

fn is_note(text: &str) -> bool {
    ["注：", "注:", "说明", "填表", "备注", "制表", "填报", "审核"].iter().any(|word| text.starts_with(word))
}

pub(super) fn is_total(text: &str) -> bool {
    let text: String = text.chars().filter(|character| !character.is_whitespace()).collect();
    ["合计", "小计", "总计", "共计"].iter().any(|word| text.starts_with(word)) && text.chars().count() <= 12
}

/// The problems in one cell: numbered lines are one each, else the whole cell is one.
pub(super) fn problems_in(text: &str) -> Vec<Range<usize>> {
    let mut lines: Vec<Range<usize>> = Vec::new();
    let mut start = 0;
    for (at, character) in text.char_indices().chain([(text.len(), '\n')]) {
        if character == '\n' {
            lines.push(start..at);
            start = at + character.len_utf8();
        }
    }
    let starts_item = |range: &Range<usize>| leading(&text[range.clone()]).is_some();
    let n_items = lines.iter().filter(|range| starts_item(range)).count();
    let mut found: Vec<Range<usize>> = Vec::new();
    for range in lines {
        if found.is_empty() || (n_items > 1 && starts_item(&range)) {
            found.push(range);
        } else if let Some(last) = found.last_mut() {
            last.end = range.end;
        }
    }
    if n_items <= 1 {
        found = split_inline(text);
    }
    found
        .into_iter()
        .map(|range| {
            let skipped = leading(&text[range.clone()]).map_or(0, |number| number.len);
            trim(text, range.start + skipped..range.end)
        })
        .filter(|range| text[range.clone()].chars().count() >= 4)
        .collect()
}

/// 1.… 2.… in one line.
fn split_inline(text: &str) -> Vec<Range<usize>> {
    let mut starts: Vec<usize> = vec![0];
    let mut expected = 2;
    for (at, _) in text.char_indices().skip(1) {
        let before = text[..at].chars().next_back();
        if before.is_some_and(|character| "。；;\n ".contains(character))
            && leading(&text[at..]).is_some_and(|number| number.value == expected)
            && leading(text).is_some_and(|number| number.value == 1)
        {
            starts.push(at);
            expected += 1;
        }
    }
    starts
        .iter()
        .enumerate()
        .map(|(start_idx, &start)| start..starts.get(start_idx + 1).copied().unwrap_or(text.len()))
        .collect()
}
