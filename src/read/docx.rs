//! Word documents (.docx): paragraphs with their automatic numbers, headings by outline level, tables with spans.

use std::collections::BTreeMap;

use super::archive::Package;
use super::numbering::Numbering;
use super::xml::{Node, tree};
use super::{Limits, Parsed, Refusal, cell_block, paragraph, tidy};
use crate::model::{Block, BlockKind, Cell};

/// Nested tables and text boxes deeper than this are left out.
const MAX_NESTING: usize = 40;

/// What a paragraph style says, its own word only; `None` where it leaves things to the style it is based on.
#[derive(Debug, Default)]
struct Style {
    name: String,
    based_on: Option<String>,
    list: Option<String>,
    level: Option<u32>,
    outline: Option<u32>,
}

struct Reader<'a> {
    numbering: Numbering,
    styles: BTreeMap<String, Style>,
    blocks: Vec<Block>,
    n_tables: u32,
    n_chars: usize,
    limits: &'a Limits,
}

/// Reads a Word document.
pub(super) fn parse(bytes: &[u8], limits: &Limits) -> Parsed {
    let mut package = Package::open(bytes, limits)?;
    let main = main_part(&mut package, limits)?;
    let folder = main.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
    let mut part = |name: &str| -> Result<Option<Node>, Refusal> {
        let path = if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
        package.part(&path)?.map(|bytes| tree(&bytes, limits)).transpose()
    };
    let numbering = part("numbering.xml")?.map(|root| Numbering::new(&root)).unwrap_or_default();
    let styles = part("styles.xml")?.map(|root| styles(&root)).unwrap_or_default();
    let notes = part("footnotes.xml")?;
    let document =
        package.part(&main)?.ok_or_else(|| Refusal::corrupt("缺少正文")).and_then(|bytes| tree(&bytes, limits))?;
    let mut reader = Reader { numbering, styles, blocks: Vec::new(), n_tables: 0, n_chars: 0, limits };
    reader.read_blocks(&document, 0)?;
    if let Some(notes) = notes {
        for note in
            notes.children.iter().flat_map(|root| &root.children).filter(|note| note.attribute("type").is_none())
        {
            reader.read_blocks(note, 0)?;
        }
    }
    Ok((reader.blocks, Vec::new()))
}

/// The main part, found through the package's relations.
fn main_part(package: &mut Package<'_>, limits: &Limits) -> Result<String, Refusal> {
    if let Some(bytes) = package.part("_rels/.rels")? {
        let relations = tree(&bytes, limits)?;
        let target = relations
            .children
            .iter()
            .flat_map(|root| &root.children)
            .find(|relation| relation.attribute("Type").is_some_and(|kind| kind.ends_with("/officeDocument")))
            .and_then(|relation| relation.attribute("Target"));
        if let Some(target) = target {
            return Ok(target.trim_start_matches('/').to_owned());
        }
    }
    Ok("word/document.xml".to_owned())
}

fn styles(root: &Node) -> BTreeMap<String, Style> {
    let nodes = root.children.iter().flat_map(|top| &top.children).filter(|node| node.name == "style");
    nodes
        .map(|node| {
            let properties = node.child("pPr");
            let list = properties.and_then(|properties| properties.child("numPr"));
            let style = Style {
                name: node.value("name").unwrap_or_default().to_lowercase(),
                based_on: node.value("basedOn").map(str::to_owned),
                list: list.and_then(|list| list.value("numId")).map(str::to_owned),
                level: list.and_then(|list| list.number("ilvl")),
                outline: properties.and_then(|properties| properties.number("outlineLvl")),
            };
            (node.attribute("styleId").unwrap_or_default().to_owned(), style)
        })
        .collect()
}

impl Reader<'_> {
    fn read_blocks(&mut self, parent: &Node, depth: usize) -> Result<(), Refusal> {
        if depth > MAX_NESTING {
            return Ok(());
        }
        for node in &parent.children {
            match node.name.as_str() {
                "p" => self.read_paragraph(node, depth)?,
                "tbl" => self.read_table(node, depth)?,
                "sectPr" | "pPr" | "tcPr" | "sdtPr" | "Fallback" | "del" | "moveFrom" => {}
                _ => self.read_blocks(node, depth + 1)?,
            }
        }
        Ok(())
    }

    fn read_paragraph(&mut self, node: &Node, depth: usize) -> Result<(), Refusal> {
        let properties = node.child("pPr");
        let style_id = properties.and_then(|properties| properties.value("pStyle")).unwrap_or_default();
        let style = self.resolved_style(style_id);
        let number = self.number(properties, &style);
        let mut runs = Runs::default();
        collect_runs(node, &mut runs, 0);
        let text = tidy(&runs.text);
        if !text.is_empty() || number.as_ref().is_some_and(|number| number != "•") {
            let outline = properties.and_then(|properties| properties.number("outlineLvl")).or(style.outline);
            let kind = match outline {
                Some(level @ 0..=8) => BlockKind::Heading(level as u8 + 1),
                _ if style.is_title => BlockKind::Title,
                _ => BlockKind::Paragraph,
            };
            self.push(Block { kind, ..paragraph(number.unwrap_or_default() + &text) })?;
        }
        for text_box in runs.text_boxes {
            self.read_blocks(text_box, depth + 1)?;
        }
        Ok(())
    }

    /// Counts the paragraph in its list. Its own list beats its style's; list 0 switches numbering off.
    fn number(&mut self, properties: Option<&Node>, style: &Resolved) -> Option<String> {
        let own = properties.and_then(|properties| properties.child("numPr"));
        let list = own.and_then(|own| own.value("numId")).map(str::to_owned).or_else(|| style.list.clone())?;
        let level = own.and_then(|own| own.number("ilvl")).or(style.level).unwrap_or(0);
        self.numbering.next(&list, level)
    }

    /// What a style says after the styles it is based on have filled its gaps.
    fn resolved_style(&self, id: &str) -> Resolved {
        const MAX_HOPS: usize = 20;
        let mut resolved = Resolved::default();
        let mut next = Some(id);
        for _ in 0..MAX_HOPS {
            let Some((id, style)) = next.and_then(|id| self.styles.get_key_value(id)) else { break };
            resolved.is_title |= style.name == "title" || style.name == "标题";
            if resolved.list.is_none()
                && let Some(list) = &style.list
            {
                resolved.level = style.level.or_else(|| self.numbering.level_of_style(list, id)).or(resolved.level);
                resolved.list = Some(list.clone());
            }
            resolved.outline = resolved.outline.or(style.outline);
            next = style.based_on.as_deref();
        }
        resolved
    }

    fn read_table(&mut self, table: &Node, depth: usize) -> Result<(), Refusal> {
        let table_idx = self.n_tables;
        self.n_tables += 1;
        let mut cells: Vec<(Cell, String)> = Vec::new();
        // For each column, the cell that a vertical merge may go on from.
        let mut merging: BTreeMap<u32, usize> = BTreeMap::new();
        let mut nested: Vec<&Node> = Vec::new();
        for (row, row_node) in rows(table).into_iter().enumerate() {
            let mut col = row_node.child("trPr").and_then(|properties| properties.number("gridBefore")).unwrap_or(0);
            for cell_node in row_cells(row_node) {
                let properties = cell_node.child("tcPr");
                let cols = properties.and_then(|properties| properties.number("gridSpan")).unwrap_or(1).clamp(1, 64);
                let merge = properties.and_then(|properties| properties.child("vMerge"));
                let goes_on = merge.is_some_and(|merge| merge.attribute("val").unwrap_or("continue") == "continue");
                if let Some(&above) = merging.get(&col).filter(|_| goes_on) {
                    cells[above].0.rows += 1;
                } else {
                    let text = self.cell_text(cell_node, &mut nested);
                    if merge.is_some() {
                        merging.insert(col, cells.len());
                    } else {
                        merging.remove(&col);
                    }
                    let cell = Cell { table: table_idx, sheet: None, row: row as u32, col, rows: 1, cols };
                    cells.push((cell, text));
                }
                col = col.saturating_add(cols);
            }
            if cells.len() > self.limits.cells {
                return Err(Refusal::too_big("表格单元格太多"));
            }
        }
        for (cell, text) in cells {
            if !text.is_empty() {
                self.push(cell_block(text, cell))?;
            }
        }
        for table in nested {
            if depth < MAX_NESTING {
                self.read_table(table, depth + 1)?;
            }
        }
        Ok(())
    }

    /// The paragraphs of a cell, one a line; tables inside it are put aside.
    fn cell_text<'n>(&mut self, cell: &'n Node, nested: &mut Vec<&'n Node>) -> String {
        let mut lines = Vec::new();
        let mut pending: Vec<(&Node, usize)> = cell.children.iter().rev().map(|child| (child, 0)).collect();
        while let Some((node, depth)) = pending.pop() {
            match node.name.as_str() {
                "p" => {
                    let properties = node.child("pPr");
                    let style = self.resolved_style(properties.and_then(|it| it.value("pStyle")).unwrap_or_default());
                    let number = self.number(properties, &style).unwrap_or_default();
                    let mut runs = Runs::default();
                    collect_runs(node, &mut runs, 0);
                    lines.push(number + &tidy(&runs.text));
                }
                "tbl" => nested.push(node),
                "tcPr" | "sdtPr" | "del" | "moveFrom" | "Fallback" => {}
                _ if depth < MAX_NESTING => pending.extend(node.children.iter().rev().map(|child| (child, depth + 1))),
                _ => {}
            }
        }
        lines.retain(|line| !line.trim().is_empty());
        lines.join("\n")
    }

    fn push(&mut self, block: Block) -> Result<(), Refusal> {
        self.n_chars += block.text.len() / 3;
        if self.n_chars > self.limits.chars {
            return Err(Refusal::too_big("文字太多"));
        }
        self.blocks.push(block);
        Ok(())
    }
}

/// A style with its gaps filled.
#[derive(Debug, Default)]
struct Resolved {
    list: Option<String>,
    level: Option<u32>,
    outline: Option<u32>,
    is_title: bool,
}

/// The rows of a table, through content controls.
fn rows(table: &Node) -> Vec<&Node> {
    through(table, "tr")
}

fn row_cells(row: &Node) -> Vec<&Node> {
    through(row, "tc")
}

fn through<'a>(parent: &'a Node, wanted: &str) -> Vec<&'a Node> {
    let mut found = Vec::new();
    let mut pending: Vec<&Node> = parent.children.iter().rev().collect();
    while let Some(node) = pending.pop() {
        if node.name == wanted {
            found.push(node);
        } else if matches!(node.name.as_str(), "sdt" | "sdtContent" | "customXml" | "ins" | "smartTag") {
            pending.extend(node.children.iter().rev());
        }
    }
    found
}

/// The text of a paragraph, and the text boxes anchored in it.
#[derive(Default)]
struct Runs<'a> {
    text: String,
    /// Open fields, innermost last: whether the instruction is still being read.
    fields: Vec<bool>,
    text_boxes: Vec<&'a Node>,
}

/// Collects what is shown: insertions are kept, deletions dropped; of fields only the result, of alternative contents
/// only the first, of ruby only the base.
fn collect_runs<'a>(parent: &'a Node, runs: &mut Runs<'a>, depth: usize) {
    if depth > MAX_NESTING * 4 {
        return;
    }
    for node in &parent.children {
        match node.name.as_str() {
            "t" if !runs.fields.contains(&true) => runs.text.push_str(&node.text),
            "tab" if parent.name == "r" => runs.text.push('\t'),
            "br" | "cr" => runs.text.push('\n'),
            "noBreakHyphen" => runs.text.push('-'),
            "sym" => runs.text.extend(
                node.attribute("char").and_then(|code| u32::from_str_radix(code, 16).ok()).and_then(char::from_u32),
            ),
            "fldChar" => match node.attribute("fldCharType") {
                Some("begin") => runs.fields.push(true),
                Some("separate") => {
                    if let Some(last) = runs.fields.last_mut() {
                        *last = false;
                    }
                }
                Some("end") => {
                    runs.fields.pop();
                }
                _ => {}
            },
            "t" | "instrText" | "delInstrText" | "delText" | "rt" | "rPr" | "pPr" | "sdtPr" | "Fallback" | "del"
            | "moveFrom" => {}
            "txbxContent" => runs.text_boxes.push(node),
            "r" if node.child("rPr").is_some_and(|properties| properties.is_on("vanish")) => {}
            _ => collect_runs(node, runs, depth + 1),
        }
    }
}
