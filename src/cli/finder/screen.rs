//! How the finder looks.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Position, Rect};
use ratatui::style::{Modifier, Style, Stylize};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Paragraph, Wrap};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::super::commands::hits::FACET_TERMS;
use super::super::ui::clean;
use super::{Filter, Finder, Mode, Passage, Row};
use crate::index::Rung;

const WIDTH_OF_FACETS: u16 = 34;

pub(super) fn draw(finder: &Finder<'_>, frame: &mut Frame<'_>) {
    let [top, middle, status, keys] =
        Layout::vertical([Constraint::Length(3), Constraint::Min(3), Constraint::Length(1), Constraint::Length(1)])
            .areas(frame.area());
    input(finder, frame, top);
    match &finder.mode {
        Mode::Reading { title, passages, top } => reading(title, passages, *top, frame, middle),
        mode => {
            let [left, right] =
                Layout::horizontal([Constraint::Length(WIDTH_OF_FACETS), Constraint::Min(20)]).areas(middle);
            facets(finder, if let Mode::Choosing(at) = mode { Some(*at) } else { None }, frame, left);
            hits(finder, frame, right);
        }
    }
    frame.render_widget(Paragraph::new(said(finder)), status);
    frame.render_widget(Paragraph::new(known_keys(&finder.mode)).style(Style::new().dim()), keys);
}

/// The columns a text takes.
fn columns(text: &str) -> u16 {
    u16::try_from(text.width()).unwrap_or(u16::MAX)
}

fn input(finder: &Finder<'_>, frame: &mut Frame<'_>, area: Rect) {
    let chosen: Vec<String> = finder.filters.iter().map(filter_words).collect();
    let title = if chosen.is_empty() { " 检索 ".to_owned() } else { format!(" 检索｜{} ", chosen.join("｜")) };
    // The end of a long query is what is being typed: its beginning moves out of sight.
    let room = usize::from(area.width.saturating_sub(4));
    let before: String = finder.input[..finder.cursor].iter().collect();
    let mut from = 0;
    while before.chars().skip(from).map(|it| it.width().unwrap_or(0)).sum::<usize>() > room {
        from += 1;
    }
    let shown: String = finder.input[from..].iter().collect();
    frame.render_widget(Paragraph::new(clean(&shown)).block(Block::bordered().title(title)), area);
    if finder.mode == Mode::Typing {
        let before: String = before.chars().skip(from).collect();
        frame.set_cursor_position(Position::new(area.x + 1 + columns(&before), area.y + 1));
    }
}

fn filter_words(filter: &Filter) -> String {
    let term = FACET_TERMS.iter().find(|(name, _)| *name == filter.choice.facet).map_or("", |(_, term)| term);
    format!("{}{term}={}", if filter.is_excluded { "不" } else { "" }, filter.choice.shown)
}

fn facets(finder: &Finder<'_>, chosen: Option<usize>, frame: &mut Frame<'_>, area: Rect) {
    let mut lines: Vec<Line<'_>> = Vec::new();
    let mut line_of_chosen = 0;
    let mut before = "";
    for (at, choice) in finder.found.choices.iter().enumerate() {
        if choice.facet != before {
            before = choice.facet;
            let term = FACET_TERMS.iter().find(|(name, _)| *name == before).map_or("", |(_, term)| term);
            lines.push(Line::from(term.bold()));
        }
        let filter = finder
            .filters
            .iter()
            .find(|filter| filter.choice.facet == choice.facet && filter.choice.value == choice.value);
        let mark = filter.map_or("  ", |filter| if filter.is_excluded { "－" } else { "＋" });
        let count = choice.count.to_string();
        let room = usize::from(area.width.saturating_sub(2)).saturating_sub(2 + count.len() + 1);
        let name = cut(&choice.shown, room);
        let space = " ".repeat(room.saturating_sub(name.width()) + 1);
        let mut line = Line::from(format!("{mark}{name}{space}{count}"));
        if chosen == Some(at) {
            line_of_chosen = lines.len();
            line = line.style(Style::new().add_modifier(Modifier::REVERSED));
        }
        lines.push(line);
    }
    let height = usize::from(area.height.saturating_sub(2));
    let from = (line_of_chosen + 1).saturating_sub(height);
    let lines: Vec<Line<'_>> = lines.into_iter().skip(from).collect();
    frame.render_widget(Paragraph::new(lines).block(Block::bordered().title(" 分面 ")), area);
}

fn hits(finder: &Finder<'_>, frame: &mut Frame<'_>, area: Rect) {
    let room = usize::from(area.width.saturating_sub(2));
    let n_shown = (usize::from(area.height.saturating_sub(2)) / 2).max(1);
    let from = (finder.selected + 1).saturating_sub(n_shown);
    let mut lines: Vec<Line<'_>> = Vec::new();
    for (at, row) in finder.found.rows.iter().enumerate().skip(from).take(n_shown) {
        let [first, second] = row_lines(row, room);
        let style = if at == finder.selected { Style::new().add_modifier(Modifier::REVERSED) } else { Style::new() };
        lines.push(first.style(style));
        lines.push(second);
    }
    if finder.found.rows.is_empty() {
        lines.push(Line::from("没有找到。减少词或条件再试。"));
    }
    let title = format!(" 命中{}条 ", finder.found.total);
    frame.render_widget(Paragraph::new(lines).block(Block::bordered().title(title)), area);
}

fn row_lines(row: &Row, room: usize) -> [Line<'static>; 2] {
    let facts = Line::from(cut(&format!("  {}", clean(&row.facts)), room)).style(if row.rung == Rung::AsAsked {
        Style::new().dim()
    } else {
        Style::new().dim().italic()
    });
    [marked(&row.quote, &row.marks, Some(room)), facts]
}

/// A text with its marks, cut to so many columns.
fn marked(text: &str, marks: &[[usize; 2]], room: Option<usize>) -> Line<'static> {
    let mut spans: Vec<Span<'static>> = Vec::new();
    let mut taken = 0;
    for (at, character) in text.chars().enumerate() {
        let character = if character.is_control() { ' ' } else { character };
        let own = character.width().unwrap_or(0);
        if room.is_some_and(|room| taken + own + 1 > room) {
            spans.push(Span::raw("…"));
            break;
        }
        taken += own;
        let is_marked = marks.iter().any(|[start, end]| (*start..*end).contains(&at));
        let style = if is_marked { Style::new().red().bold() } else { Style::new() };
        match spans.last_mut() {
            Some(last) if last.style == style => last.content.to_mut().push(character),
            _ => spans.push(Span::styled(character.to_string(), style)),
        }
    }
    Line::from(spans)
}

/// A text cut to so many columns.
fn cut(text: &str, room: usize) -> String {
    if text.width() <= room {
        return text.to_owned();
    }
    let mut kept = String::new();
    let mut taken = 0;
    for character in text.chars() {
        taken += character.width().unwrap_or(0);
        if taken + 1 > room {
            break;
        }
        kept.push(character);
    }
    kept + "…"
}

fn reading(title: &str, passages: &[Passage], top: usize, frame: &mut Frame<'_>, area: Rect) {
    let shown = passages.iter().skip(top).take(usize::from(area.height));
    let lines: Vec<Line<'_>> = shown.map(|passage| marked(&passage.text, &passage.marks, None)).collect();
    let block = Block::bordered().title(format!(" {title} "));
    frame.render_widget(Paragraph::new(lines).wrap(Wrap { trim: false }).block(block), area);
}

fn said(finder: &Finder<'_>) -> Line<'static> {
    if let Mode::Exporting(name) = &finder.mode {
        return Line::from(format!("写到哪个文件（.xlsx 或 .csv）：{}▏", clean(name)));
    }
    if !finder.message.is_empty() {
        return Line::from(clean(&finder.message)).yellow();
    }
    let at = if finder.found.rows.is_empty() { 0 } else { finder.selected + 1 };
    Line::from(format!("第{at}条，共{}条  {}", finder.found.total, finder.found.summary))
}

fn known_keys(mode: &Mode) -> &'static str {
    match mode {
        Mode::Typing => "↑↓ 选择  回车 看原文  Tab 分面  Ctrl+S 导出  Esc 清空，再按退出",
        Mode::Choosing(_) => "↑↓ 选择  空格 只看  - 排除  Tab 回到检索",
        Mode::Reading { .. } => "↑↓ 翻看  PgUp PgDn 翻页  Esc 返回",
        Mode::Exporting(_) => "回车 写出  Esc 取消",
    }
}
