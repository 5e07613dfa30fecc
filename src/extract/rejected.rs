//! Rejected sentences (未采用的句子): what carries a sign of a problem and was not taken as one, and why.

use std::ops::Range;

use super::canonical::canonical;
use super::finding::Text;
use super::statements::{Role, analysed, aside};
use super::structure::Line;
use super::zone::{Zone, Zoned};
use super::{clauses::clauses, header, structure, zone};
use crate::lang::{Cue, Lexicon};
use crate::model::{Block, Finding, Genre, Quotation};

/// A sentence that was not taken as a finding (未采用的句子).
#[derive(Debug, Clone, PartialEq)]
pub struct Rejected {
    /// The sentence.
    pub quotation: Quotation,
    /// Why it was not taken, in Chinese.
    pub reason: String,
}

/// The clauses of a document that carry a deficiency cue and are in no finding, in reading order.
pub fn rejected(
    document: &str,
    blocks: &[Block],
    genre: Genre,
    findings: &[Finding],
    lexicon: &Lexicon,
) -> Vec<Rejected> {
    let read = canonical(blocks);
    let text = Text { document, original: blocks, read: &read };
    let (_, title_blocks) = header::title(&read, "");
    let lines = structure::lines(&read, &title_blocks);
    let zones = zone::zones(&lines, genre, lexicon);
    let mut taken: Vec<Vec<Range<u32>>> = vec![Vec::new(); blocks.len()];
    for finding in findings {
        for place in std::iter::once(&finding.place).chain(finding.detail.iter().map(|it| &it.place)) {
            taken[place.block as usize].push(place.start..place.end);
        }
    }
    let mut found = Vec::new();
    for (line_idx, (line, zoned)) in lines.iter().zip(&zones).enumerate() {
        for clause in clauses(line.text, line.body_start()..line.text.len()) {
            if !lexicon.cues.any(Cue::Deficiency, &line.text[clause.range.clone()]) {
                continue;
            }
            let (_, quotation) = text.quoted(line.block_idx, clause.range.clone());
            let place = &quotation.place;
            if taken[line.block_idx].iter().any(|it| it.start < place.end && place.start < it.end) {
                continue;
            }
            let reason = reason(&lines, line_idx, *zoned, &clause.range, genre, lexicon);
            found.push(Rejected { quotation, reason });
        }
    }
    found
}

/// Why a clause was not taken, the widest reason first.
fn reason(
    lines: &[Line<'_>],
    line_idx: usize,
    zoned: Zoned,
    clause: &Range<usize>,
    genre: Genre,
    lexicon: &Lexicon,
) -> String {
    let line = &lines[line_idx];
    let under = line.path.last().map_or(String::new(), |&above| format!("“{}”", lines[above].body().trim()));
    match genre {
        Genre::Feedback | Genre::Report | Genre::Summary => {}
        Genre::Ledger => return "不在问题栏".to_owned(),
        Genre::Plan | Genre::Rectification => {
            return format!("文种是{}，引述的问题记在整改事项中，措施不算问题", genre.term());
        }
        Genre::Thematic | Genre::Notice | Genre::Other => {
            return format!("文种是{}，其中的话不是对某个单位提出的问题", genre.term());
        }
    }
    match zoned.zone {
        Zone::Problems if clause.start < zoned.from => "在引出问题的话之前".to_owned(),
        Zone::Problems if line.is_cell => "在表格中，表格没有问题栏".to_owned(),
        Zone::Problems => {
            let mark = line.number.map(|number| number.mark);
            let analysed = analysed(line.text, zoned.from.max(line.body_start())..line.text.len(), mark, lexicon);
            let role = analysed.roles_at(clause);
            if let Some(why) = aside(&line.text[clause.clone()], true, lexicon) {
                why.to_owned()
            } else if line.rank.is_some() {
                "标题，下面另有具体问题".to_owned()
            } else if role.contains(&Role::Head) {
                "总起句，后面逐条列出".to_owned()
            } else if role.contains(&Role::Aside) {
                "是肯定、交代或太短的话".to_owned()
            } else {
                "与前文重复，或是前面问题的展开".to_owned()
            }
        }
        Zone::Opening => "还没有转入问题".to_owned(),
        Zone::Background => format!("在背景、评价部分{under}"),
        Zone::Causes => format!("在原因部分{under}"),
        Zone::Suggestions => format!("在意见建议、要求部分{under}"),
        Zone::Other => format!("在其他部分{under}"),
    }
}
