//! PDF (版式文件): glyphs to lines, lines to paragraphs. Pages are certain; pictures of text are told apart.

use hayro_interpret::font::GlyphRun;
use hayro_interpret::hayro_cmap::BfString;
use hayro_interpret::hayro_syntax::{LoadPdfError, Pdf};
use hayro_interpret::kurbo::{Affine, BezPath, Point, Rect};
use hayro_interpret::{
    BlendMode, ClipPath, Context, Device, DrawMode, DrawProps, Image, ImageDrawProps, InterpreterCache,
    InterpreterSettings, SoftMask, interpret_page,
};

use super::{Limits, Parsed, Refusal, tidy};
use crate::diag::Diagnostic;
use crate::model::{Block, BlockKind, Verdict};

/// Reads a PDF.
pub(super) fn parse(bytes: &[u8], limits: &Limits) -> Parsed {
    let pdf = Pdf::new(bytes.to_vec()).map_err(|error| match error {
        LoadPdfError::Decryption(_) => {
            Refusal::new(Verdict::Encrypted, "文件有密码，打不开", "去掉密码后另存一份，再运行一次")
        }
        LoadPdfError::Invalid => Refusal::corrupt("不是完整的PDF"),
    })?;
    let pages = pdf.pages();
    if pages.len() > limits.pages {
        return Err(Refusal::too_big(&format!("超过{}页", limits.pages)));
    }
    let cache = InterpreterCache::new();
    let mut lines: Vec<Line> = Vec::new();
    let mut pictures: Vec<u32> = Vec::new();
    let mut n_chars = 0;
    for (page_idx, page) in pages.iter().enumerate() {
        let (width, height) = page.render_dimensions();
        let mut context = Context::new(
            Affine::IDENTITY,
            Rect::new(0.0, 0.0, 1.0, 1.0),
            &cache,
            pdf.xref(),
            InterpreterSettings::default(),
        );
        let mut glyphs = Glyphs { height: f64::from(height), ..Glyphs::default() };
        interpret_page(page, &mut context, &mut glyphs);
        let n_broken = glyphs.glyphs.iter().filter(|glyph| glyph.text.contains('\u{fffd}')).count();
        let is_picture = glyphs.glyphs.len() < 8 && glyphs.n_images > 0 || n_broken * 20 > glyphs.glyphs.len().max(1);
        if is_picture {
            pictures.push(page_idx as u32 + 1);
            continue;
        }
        let page_lines = lines_of_page(glyphs.glyphs, page_idx as u32 + 1, f64::from(width), f64::from(height));
        n_chars += page_lines.iter().map(|line| line.text.len() / 3).sum::<usize>();
        if n_chars > limits.chars {
            return Err(Refusal::too_big("文字太多"));
        }
        lines.extend(page_lines);
    }
    drop_page_furniture(&mut lines, pages.len());
    let blocks = paragraphs(&lines);
    if blocks.is_empty() && !pictures.is_empty() {
        return Err(Refusal::new(Verdict::NeedsOcr, "是扫描件或提取不出文字", "先做文字识别，或改用Word原件"));
    }
    let diagnostics = if pictures.is_empty() { Vec::new() } else { vec![unread_pages(&pictures)] };
    Ok((blocks, diagnostics))
}

fn unread_pages(pages: &[u32]) -> Diagnostic {
    let listed: Vec<String> = pages.iter().take(10).map(u32::to_string).collect();
    let more = if pages.len() > 10 { "等" } else { "" };
    Diagnostic::warning(
        format!("第{}{more}页是图片或文字读不出来，共{}页没有读", listed.join("、"), pages.len()),
        "对这些页先做文字识别，或改用Word原件",
    )
}

/// A glyph with its position; y grows downwards.
#[derive(Debug, Clone)]
struct Glyph {
    x: f64,
    y: f64,
    size: f64,
    text: String,
}

#[derive(Default)]
struct Glyphs {
    glyphs: Vec<Glyph>,
    height: f64,
    n_images: usize,
}

impl Device<'_> for Glyphs {
    fn draw_path(&mut self, _: &BezPath, _: DrawProps<'_>, _: &DrawMode) {}
    fn push_clip_path(&mut self, _: &ClipPath) {}
    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'_>>, _: BlendMode) {}
    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, '_>, props: DrawProps<'_>, _: &DrawMode) {
        let flip = Affine::translate((0.0, self.height)) * Affine::scale_non_uniform(1.0, -1.0);
        for glyph in run.glyphs() {
            let transform = flip * props.transform * glyph.transform();
            let origin = transform * Point::ZERO;
            // Glyph space is a thousandth of the font size.
            let size = transform.determinant().abs().sqrt() * 1000.0;
            let text = match glyph.as_unicode() {
                Some(BfString::Char(character)) => character.to_string(),
                Some(BfString::String(text)) => text,
                None => '\u{fffd}'.to_string(),
            };
            if origin.x.is_finite() && origin.y.is_finite() && size.is_finite() {
                self.glyphs.push(Glyph { x: origin.x, y: origin.y, size, text });
            }
        }
    }
    fn draw_image(&mut self, _: Image<'_, '_>, _: ImageDrawProps<'_>) {
        self.n_images += 1;
    }
    fn pop_clip(&mut self) {}
    fn pop_transparency_group(&mut self) {}
}

/// A line of text with its extent, in points.
#[derive(Debug, Clone)]
struct Line {
    page: u32,
    text: String,
    left: f64,
    right: f64,
    y: f64,
    size: f64,
    page_width: f64,
    page_height: f64,
}

/// Groups glyphs to lines by their base line, top to bottom, and orders each line left to right.
fn lines_of_page(mut glyphs: Vec<Glyph>, page: u32, page_width: f64, page_height: f64) -> Vec<Line> {
    glyphs.retain(|glyph| !glyph.text.is_empty());
    glyphs.sort_by(|left, right| left.y.total_cmp(&right.y).then(left.x.total_cmp(&right.x)));
    let mut groups: Vec<Vec<Glyph>> = Vec::new();
    for glyph in glyphs {
        match groups.last_mut() {
            Some(group)
                if group
                    .first()
                    .is_some_and(|first| (glyph.y - first.y).abs() <= first.size.max(glyph.size) * 0.45) =>
            {
                group.push(glyph)
            }
            _ => groups.push(vec![glyph]),
        }
    }
    groups.into_iter().filter_map(|group| line(group, page, page_width, page_height)).collect()
}

fn line(mut glyphs: Vec<Glyph>, page: u32, page_width: f64, page_height: f64) -> Option<Line> {
    glyphs.sort_by(|left, right| left.x.total_cmp(&right.x));
    let size = glyphs.iter().map(|glyph| glyph.size).fold(0.0, f64::max);
    let mut text = String::new();
    let mut end = f64::NEG_INFINITY;
    let mut left = f64::INFINITY;
    let mut last: Option<&Glyph> = None;
    for glyph in &glyphs {
        if glyph.text.trim().is_empty() {
            continue;
        }
        // Bold is often made by printing each glyph twice, a hair's breadth apart.
        let is_twin = last.is_some_and(|last: &Glyph| last.text == glyph.text && glyph.x - last.x < glyph.size * 0.3);
        if is_twin {
            continue;
        }
        last = Some(glyph);
        let narrow = glyph.text.is_ascii();
        let is_letter = |character: char| character.is_ascii_alphabetic();
        let between_words =
            glyph.text.chars().all(is_letter) && text.chars().next_back().is_some_and(|it| it.is_ascii_alphanumeric());
        // A gap between Latin words is a space; typesetting leaves small gaps beside Chinese characters.
        if glyph.x - end > size * 0.25 && between_words {
            text.push(' ');
        }
        text.push_str(&glyph.text);
        left = left.min(glyph.x);
        end = glyph.x + glyph.size * if narrow { 0.5 } else { 1.0 };
    }
    let text = tidy(&text);
    let y = glyphs.first()?.y;
    (!text.is_empty()).then_some(Line { page, text, left, right: end, y, size, page_width, page_height })
}

/// Drops page numbers, and headers and footers that recur on most pages.
fn drop_page_furniture(lines: &mut Vec<Line>, n_pages: usize) {
    let in_margin = |line: &Line| line.y < line.page_height * 0.09 || line.y > line.page_height * 0.91;
    let core = |text: &str| -> String {
        text.chars().filter(|character| !character.is_ascii_digit() && !"—-－–第页共/ ".contains(*character)).collect()
    };
    let mut counts = std::collections::BTreeMap::new();
    for line in lines.iter().filter(|line| in_margin(line)) {
        *counts.entry(core(&line.text)).or_insert(0usize) += 1;
    }
    lines.retain(|line| {
        if !in_margin(line) {
            return true;
        }
        let core = core(&line.text);
        let recurs = n_pages > 2 && counts.get(&core).is_some_and(|count| count * 2 > n_pages);
        !(core.is_empty() || recurs)
    });
}

/// Joins lines to paragraphs: a line goes on in the next one if it reaches the right margin and the next one is not
/// indented.
fn paragraphs(lines: &[Line]) -> Vec<Block> {
    let body_size = common(lines.iter().map(|line| line.size));
    let margin_left = common(lines.iter().filter(|line| line.text.chars().count() > 12).map(|line| line.left));
    let margin_right =
        lines.iter().filter(|line| (line.size - body_size).abs() < 1.5).map(|line| line.right).fold(0.0, f64::max);
    let mut blocks: Vec<Block> = Vec::new();
    let mut previous: Option<&Line> = None;
    for line in lines {
        let goes_on = previous.is_some_and(|before| {
            let is_same_size = (before.size - line.size).abs() < 1.5;
            let is_title = before.size > body_size + 2.5 && is_same_size && is_centred(before) && is_centred(line);
            let is_full = before.right > margin_right - before.size * 1.8;
            let is_indented = line.left > margin_left + line.size * 0.9;
            let is_near = before.page != line.page || (line.y - before.y) < line.size * 3.2;
            let starts_item = before.text.ends_with(['。', '；', '：']) && starts_numbered(&line.text);
            is_near && !starts_item && (is_title || is_same_size && is_full && !is_indented)
        });
        match blocks.last_mut().filter(|_| goes_on) {
            Some(last) => {
                let is_latin = |character: char| character.is_ascii_alphanumeric();
                let joins_words = last.text.chars().next_back().is_some_and(is_latin)
                    && line.text.chars().next().is_some_and(|it| it.is_ascii_alphabetic());
                if joins_words {
                    last.text.push(' ');
                }
                last.text.push_str(&line.text);
            }
            None => {
                let is_first = blocks.is_empty() || blocks.iter().all(|block| block.kind != BlockKind::Paragraph);
                let is_title = is_first && line.size > body_size + 2.5 && line.page == 1;
                let kind = if is_title { BlockKind::Title } else { BlockKind::Paragraph };
                blocks.push(Block { kind, text: line.text.clone(), page: Some(line.page), cell: None });
            }
        }
        previous = Some(line);
    }
    only_last_title(&mut blocks);
    blocks
}

/// Whether a line starts with a number of the official levels: 一、（一）1.（1）
fn starts_numbered(text: &str) -> bool {
    let opened = text.strip_prefix(['（', '(']);
    let rest = opened.unwrap_or(text);
    let is_numeral = |character: char| character.is_ascii_digit() || "一二三四五六七八九十".contains(character);
    let after = rest.trim_start_matches(is_numeral);
    let n_chars = rest[..rest.len() - after.len()].chars().count();
    let closes =
        if opened.is_some() { after.starts_with(['）', ')']) } else { after.starts_with(['、', '.', '．']) };
    (1..=3).contains(&n_chars) && closes
}

/// Of large lines at the top the last one is the title: a red head may stand above it.
fn only_last_title(blocks: &mut [Block]) {
    let titles: Vec<usize> = (0..blocks.len()).filter(|&at| blocks[at].kind == BlockKind::Title).collect();
    for &at in titles.iter().rev().skip(1) {
        blocks[at].kind = BlockKind::Paragraph;
    }
}

fn is_centred(line: &Line) -> bool {
    let middle = f64::midpoint(line.left, line.right);
    (middle - line.page_width / 2.0).abs() < line.page_width * 0.06
}

/// The most common value, to a tenth of a point; the smallest of equally common ones.
fn common(values: impl Iterator<Item = f64>) -> f64 {
    let mut counts = std::collections::BTreeMap::new();
    for value in values {
        *counts.entry((value * 10.0).round() as i64).or_insert(0usize) += 1;
    }
    let best = counts.iter().max_by_key(|(value, count)| (**count, -**value));
    best.map_or(0.0, |(value, _)| *value as f64 / 10.0)
}
