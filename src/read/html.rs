//! Web pages (网页): the article without the page around it.

use encoding_rs::{Encoding, GB18030};
use scraper::{ElementRef, Html, Node, Selector};

use super::{Limits, Parsed, Refusal, cell_block, paragraph, text, tidy};
use crate::model::{Block, BlockKind, Cell};

/// Elements that never hold the article.
const CHROME: [&str; 20] = [
    "script", "style", "nav", "header", "footer", "aside", "form", "noscript", "iframe", "button", "select", "svg",
    "template", "head", "object", "video", "audio", "input", "textarea", "menu",
];
/// Words in the class or id of elements around the article.
const CHROME_NAMES: [&str; 22] = [
    "nav",
    "menu",
    "footer",
    "header",
    "sidebar",
    "side-",
    "side_",
    "breadcrumb",
    "crumb",
    "position",
    "share",
    "copyright",
    "friend",
    "link",
    "toolbar",
    "pager",
    "prev",
    "related",
    "hot",
    "rank",
    "search",
    "banner",
];
/// Elements whose text is a paragraph of its own.
const BLOCKS: [&str; 20] = [
    "p",
    "div",
    "li",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "section",
    "article",
    "blockquote",
    "dd",
    "dt",
    "center",
    "pre",
    "ul",
    "ol",
    "main",
    "body",
];
/// Nested elements deeper than this are left out.
const MAX_DEPTH: usize = 200;

/// Reads a web page.
pub(super) fn parse(bytes: &[u8], limits: &Limits) -> Parsed {
    let (decoded, diagnostics) = decode(bytes)?;
    if decoded.len() / 3 > limits.chars {
        return Err(Refusal::too_big("网页太大"));
    }
    let page = Html::parse_document(&decoded);
    let root = page.root_element();
    let article = article(root).unwrap_or(root);
    let mut walk = Walk::default();
    walk.element(article, 0);
    walk.flush(BlockKind::Paragraph);
    let mut blocks: Vec<Block> = walk.blocks.into_iter().filter(|block| !is_page_talk(&block.text)).collect();
    put_title_first(&page, &mut blocks);
    Ok((blocks, diagnostics))
}

/// The encoding a page states, else the one it is in.
fn decode(bytes: &[u8]) -> Result<(String, Vec<crate::diag::Diagnostic>), Refusal> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(4096)]).to_ascii_lowercase();
    let stated = head.find("charset=").map(|at| {
        head[at + "charset=".len()..]
            .trim_start_matches(['"', '\''])
            .chars()
            .take_while(|character| character.is_ascii_alphanumeric() || "-_".contains(*character))
            .collect::<String>()
    });
    let encoding = stated.and_then(|name| Encoding::for_label(name.as_bytes()));
    match encoding {
        Some(encoding) if std::str::from_utf8(bytes).is_err() => {
            let encoding = if encoding.name() == "GBK" { GB18030 } else { encoding };
            let (decoded, _, had_errors) = encoding.decode(bytes);
            if had_errors { text::decode(bytes) } else { Ok((decoded.into_owned(), Vec::new())) }
        }
        _ => text::decode(bytes),
    }
}

/// The element that holds the article: the deepest one with nearly all of the page's text outside links.
fn article(root: ElementRef<'_>) -> Option<ElementRef<'_>> {
    let total = text_weight(root, 0);
    let mut best = root;
    let mut depth = 0;
    while depth < MAX_DEPTH {
        depth += 1;
        let heaviest = best
            .children()
            .filter_map(ElementRef::wrap)
            .filter(|child| !is_chrome(*child))
            .map(|child| (text_weight(child, 0), child))
            .fold(None::<(usize, ElementRef<'_>)>, |best, next| match best {
                Some(best) if best.0 >= next.0 => Some(best),
                _ => Some(next),
            });
        match heaviest {
            Some((weight, child)) if weight * 10 >= total * 7 && !is_paragraph(child) => best = child,
            _ => break,
        }
    }
    (total > 0).then_some(best)
}

fn is_paragraph(element: ElementRef<'_>) -> bool {
    matches!(element.value().name(), "p" | "table" | "tbody" | "span" | "a" | "pre")
}

/// Characters of text outside links and chrome.
fn text_weight(element: ElementRef<'_>, depth: usize) -> usize {
    if depth > MAX_DEPTH || is_chrome(element) || element.value().name() == "a" {
        return 0;
    }
    element
        .children()
        .map(|child| match child.value() {
            Node::Text(text) => text.chars().filter(|character| !character.is_whitespace()).count(),
            Node::Element(_) => ElementRef::wrap(child).map_or(0, |child| text_weight(child, depth + 1)),
            _ => 0,
        })
        .sum()
}

fn is_chrome(element: ElementRef<'_>) -> bool {
    let value = element.value();
    if CHROME.contains(&value.name()) {
        return true;
    }
    if matches!(value.name(), "html" | "body" | "p" | "table" | "tr" | "td" | "h1") {
        return false;
    }
    let names: String = value.classes().chain(value.id()).collect::<Vec<_>>().join(" ").to_ascii_lowercase();
    let words: Vec<&str> = names.split(|character: char| !character.is_ascii_alphanumeric()).collect();
    let is_named =
        CHROME_NAMES.iter().any(|name| words.iter().any(|word| word.starts_with(name.trim_end_matches(['-', '_']))));
    is_named && !names.contains("content") && !names.contains("article")
}

#[derive(Default)]
struct Walk {
    blocks: Vec<Block>,
    text: String,
    /// Characters of `text` that are in links.
    n_linked: usize,
    n_tables: u32,
}

impl Walk {
    fn element(&mut self, element: ElementRef<'_>, depth: usize) {
        if depth > MAX_DEPTH {
            return;
        }
        for child in element.children() {
            match child.value() {
                Node::Text(text) => self.text.push_str(&text.replace(['\n', '\r', '\t'], " ")),
                Node::Element(_) => {
                    if let Some(child) = ElementRef::wrap(child) {
                        self.child(child, depth);
                    }
                }
                _ => {}
            }
        }
    }

    fn child(&mut self, child: ElementRef<'_>, depth: usize) {
        let name = child.value().name();
        if is_chrome(child) {
            return;
        }
        match name {
            "br" | "hr" => self.flush(BlockKind::Paragraph),
            "table" if is_data_table(child) => {
                self.flush(BlockKind::Paragraph);
                self.table(child);
            }
            "a" => {
                let before = self.text.len();
                self.element(child, depth + 1);
                self.n_linked += self.text[before..].chars().filter(|character| !character.is_whitespace()).count();
            }
            "tr" | "td" | "th" | "table" | "tbody" => {
                self.flush(BlockKind::Paragraph);
                self.element(child, depth + 1);
                self.flush(BlockKind::Paragraph);
            }
            _ if BLOCKS.contains(&name) => {
                self.flush(BlockKind::Paragraph);
                self.element(child, depth + 1);
                self.flush(match name {
                    "h1" => BlockKind::Title,
                    "h2" => BlockKind::Heading(1),
                    "h3" => BlockKind::Heading(2),
                    "h4" => BlockKind::Heading(3),
                    "h5" | "h6" => BlockKind::Heading(4),
                    _ => BlockKind::Paragraph,
                });
            }
            _ => self.element(child, depth + 1),
        }
    }

    /// Ends the paragraph; one that is mostly links is a menu.
    fn flush(&mut self, kind: BlockKind) {
        let text = squeezed(&std::mem::take(&mut self.text));
        let n_linked = std::mem::take(&mut self.n_linked);
        let n_chars = text.chars().filter(|character| !character.is_whitespace()).count();
        if !text.is_empty() && n_linked * 2 <= n_chars {
            self.blocks.push(Block { kind, ..paragraph(text) });
        }
    }

    fn table(&mut self, table: ElementRef<'_>) {
        let table_idx = self.n_tables;
        self.n_tables += 1;
        let mut taken = std::collections::BTreeSet::new();
        for (row, line) in rows(table).into_iter().enumerate() {
            let mut col = 0u32;
            for cell in
                line.children().filter_map(ElementRef::wrap).filter(|cell| matches!(cell.value().name(), "td" | "th"))
            {
                while taken.contains(&(row as u32, col)) {
                    col += 1;
                }
                let span = |name: &str| {
                    cell.value().attr(name).and_then(|value| value.trim().parse().ok()).unwrap_or(1u32).clamp(1, 500)
                };
                let (rows, cols) = (span("rowspan"), span("colspan").min(64));
                taken.extend((0..rows).flat_map(|down| (0..cols).map(move |right| (row as u32 + down, col + right))));
                let mut walk = Walk::default();
                walk.element(cell, 0);
                walk.flush(BlockKind::Paragraph);
                let text = walk.blocks.iter().map(|block| block.text.as_str()).collect::<Vec<_>>().join("\n");
                if !text.is_empty() {
                    let place = Cell { table: table_idx, sheet: None, row: row as u32, col, rows, cols };
                    self.blocks.push(cell_block(text, place));
                }
                col += cols;
            }
        }
    }
}

fn rows(table: ElementRef<'_>) -> Vec<ElementRef<'_>> {
    let mut found = Vec::new();
    for child in table.children().filter_map(ElementRef::wrap) {
        match child.value().name() {
            "tr" => found.push(child),
            "tbody" | "thead" | "tfoot" => {
                found.extend(child.children().filter_map(ElementRef::wrap).filter(|it| it.value().name() == "tr"))
            }
            _ => {}
        }
    }
    found
}

/// A table of data has rows of several cells; one of a single cell, or with a table inside, is page layout.
fn is_data_table(table: ElementRef<'_>) -> bool {
    let lines = rows(table);
    let n_wide = lines
        .iter()
        .filter(|line| {
            line.children().filter_map(ElementRef::wrap).filter(|it| matches!(it.value().name(), "td" | "th")).count()
                >= 2
        })
        .count();
    let has_inner = Selector::parse("table table").is_ok_and(|selector| table.select(&selector).next().is_some());
    n_wide >= 2 && !has_inner
}

/// Runs of white space as one space; none between Chinese characters.
fn squeezed(text: &str) -> String {
    let text = tidy(text);
    let mut squeezed = String::with_capacity(text.len());
    let mut is_space = false;
    let is_wide = |character: char| character as u32 > 0x2e7f;
    for character in text.chars() {
        if character.is_whitespace() {
            is_space = true;
            continue;
        }
        if is_space {
            let joins = squeezed.chars().next_back().is_some_and(is_wide) && is_wide(character);
            if !joins && !squeezed.is_empty() {
                squeezed.push(' ');
            }
            is_space = false;
        }
        squeezed.push(character);
    }
    squeezed
}

/// Lines by which a page talks of itself.
fn is_page_talk(text: &str) -> bool {
    const STARTS: [&str; 20] = [
        "您的位置",
        "当前位置",
        "您当前",
        "您现在",
        "发布时间",
        "发布日期",
        "来源：",
        "信息来源",
        "作者：",
        "责任编辑",
        "编辑：",
        "字号",
        "字体",
        "浏览次数",
        "点击数",
        "上一篇",
        "下一篇",
        "分享到",
        "打印",
        "扫一扫",
    ];
    const ANYWHERE: [&str; 7] = ["版权所有", "ICP备", "公网安备", "网站标识码", "主办单位：", "技术支持：", "关闭窗口"];
    let n_chars = text.chars().count();
    n_chars < 120
        && (STARTS.iter().any(|word| text.starts_with(word)) || ANYWHERE.iter().any(|word| text.contains(word)))
}

/// The title: the page's first `h1`, else its `title` without the site's name.
fn put_title_first(page: &Html, blocks: &mut Vec<Block>) {
    if blocks.iter().any(|block| block.kind == BlockKind::Title) {
        return;
    }
    let pick = |name: &str| {
        let selector = Selector::parse(name).ok()?;
        let element = page.select(&selector).next()?;
        Some(squeezed(&element.text().collect::<String>())).filter(|text| !text.is_empty())
    };
    let site_name_off = |title: String| {
        let parts: Vec<&str> = title.split(['_', '|', '－']).map(str::trim).filter(|part| !part.is_empty()).collect();
        parts.first().map_or(title.clone(), |part| (*part).to_owned())
    };
    let Some(title) = pick("h1").or_else(|| pick("title").map(site_name_off)) else { return };
    if let Some(same) = blocks.iter_mut().find(|block| block.text == title) {
        same.kind = BlockKind::Title;
    } else {
        blocks.insert(0, Block { kind: BlockKind::Title, ..paragraph(title) });
    }
}
