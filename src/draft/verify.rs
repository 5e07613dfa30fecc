//! Verification (核验): every sentence of a draft is held against its manifest, every anchor is opened again.

use std::collections::{BTreeMap, BTreeSet};

use super::docx::note_of_manifest;
use super::json::{Anchored, Manifest, Sentence};

/// What opening an anchor again gave (出处状态).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Anchor {
    /// The quote stands where it stood.
    Live,
    /// The quote stands elsewhere in the document, or only the record could be opened: how, in Chinese.
    Moved(String),
    /// The quote is not to be found: why, in Chinese.
    Missing(String),
}

/// How a sentence stands (核验结论).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It rests on live evidence.
    Live,
    /// A prompt to the writer: it states nothing.
    Prompt,
    /// Evidence is missing, or a figure does not follow from it.
    Failed,
    /// It stands in the draft but not in the manifest: written or changed by hand.
    Unknown,
    /// It stands in the manifest but no longer in the draft.
    Removed,
}

/// A sentence with its standing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// The sentence.
    pub text: String,
    /// How it stands.
    pub standing: Standing,
    /// Why, in Chinese.
    pub reasons: Vec<String>,
}

/// The outcome for a whole draft (核验结果).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verification {
    /// Sentences in order, unknown ones last.
    pub sentences: Vec<Checked>,
    /// Number of anchors opened.
    pub n_anchors: usize,
}

impl Verification {
    /// How many sentences stand so.
    pub fn count(&self, standing: Standing) -> usize {
        self.sentences.iter().filter(|sentence| sentence.standing == standing).count()
    }

    /// Whether every sentence of the draft rests on live evidence or is a prompt.
    pub fn holds(&self) -> bool {
        self.count(Standing::Failed) == 0 && self.count(Standing::Unknown) == 0
    }
}

/// Verifies a draft: `paragraphs` are its paragraphs (no table cells) as read from the file, `open` opens an anchor.
pub fn verify(paragraphs: &[String], manifest: &Manifest, open: &mut dyn FnMut(&Anchored) -> Anchor) -> Verification {
    let anchors: BTreeMap<&str, (&Anchored, Anchor)> =
        manifest.evidence.iter().map(|evidence| (evidence.finding.as_str(), (evidence, open(evidence)))).collect();
    let whole: Vec<String> = paragraphs.iter().map(|paragraph| squeezed(paragraph)).collect();
    let mut sentences: Vec<Checked> = Vec::new();
    for sentence in manifest.sections.iter().flat_map(|section| &section.sentences) {
        let is_there = whole.iter().any(|paragraph| paragraph.contains(&squeezed(&sentence.text)));
        sentences.push(if is_there {
            check(sentence, &anchors)
        } else {
            Checked {
                text: sentence.text.clone(),
                standing: Standing::Removed,
                reasons: vec!["稿中已没有这句话".to_owned()],
            }
        });
    }
    sentences.extend(unknown(&whole, manifest));
    Verification { sentences, n_anchors: anchors.len() }
}

fn check(sentence: &Sentence, anchors: &BTreeMap<&str, (&Anchored, Anchor)>) -> Checked {
    let done = |standing, reasons| Checked { text: sentence.text.clone(), standing, reasons };
    if sentence.kind == "prompt" {
        return done(Standing::Prompt, Vec::new());
    }
    let mut reasons = Vec::new();
    let mut failed = false;
    if sentence.evidence.is_empty() {
        return done(Standing::Failed, vec!["没有依据".to_owned()]);
    }
    for id in &sentence.evidence {
        match anchors.get(id.as_str()) {
            Some((_, Anchor::Live)) => {}
            Some((_, Anchor::Moved(how))) => reasons.push(how.clone()),
            Some((_, Anchor::Missing(why))) => {
                failed = true;
                reasons.push(why.clone());
            }
            None => {
                failed = true;
                reasons.push(format!("来源清单里没有依据{id}"));
            }
        }
    }
    for (value, expected, of) in wrong_figures(sentence, anchors) {
        failed = true;
        reasons.push(if value == expected {
            format!("{of}应为{expected}，文中没有写")
        } else {
            format!("{of}写的是{value}，按依据重算是{expected}")
        });
    }
    if sentence.kind == "quoted" && !quotes_evidence(sentence, anchors) {
        failed = true;
        reasons.push("引文与依据的原文不一致".to_owned());
    }
    reasons.sort();
    reasons.dedup();
    done(if failed { Standing::Failed } else { Standing::Live }, reasons)
}

/// Whether a quoted sentence holds the words of its evidence.
fn quotes_evidence(sentence: &Sentence, anchors: &BTreeMap<&str, (&Anchored, Anchor)>) -> bool {
    let text = squeezed(&sentence.text);
    sentence
        .evidence
        .iter()
        .filter_map(|id| anchors.get(id.as_str()))
        .all(|(evidence, _)| text.contains(&squeezed(&evidence.quote)))
}

/// Figures that do not follow from the evidence, and figures that the words do not state: value, recomputed, what.
fn wrong_figures(sentence: &Sentence, anchors: &BTreeMap<&str, (&Anchored, Anchor)>) -> Vec<(f64, f64, &'static str)> {
    let evidence: Vec<&Anchored> =
        sentence.evidence.iter().filter_map(|id| anchors.get(id.as_str())).map(|(evidence, _)| *evidence).collect();
    let units: BTreeSet<&String> = evidence.iter().filter_map(|evidence| evidence.unit.as_ref()).collect();
    let documents: BTreeSet<&String> = evidence.iter().map(|evidence| &evidence.sha256).collect();
    let rounds: BTreeSet<&String> = evidence.iter().filter_map(|evidence| evidence.round.as_ref()).collect();
    let mut wrong = Vec::new();
    for figure in &sentence.figures {
        let (expected, of) = match figure.of.as_str() {
            "units" => (units.len(), "党组织家数"),
            "findings" | "items" => (evidence.len(), "条数"),
            "documents" => (documents.len(), "文书份数"),
            "rounds" => (rounds.len(), "轮次数"),
            _ => continue,
        };
        let is_stated = figure.of == "rounds" || numbers(&sentence.text).contains(&figure.value);
        if (figure.value - expected as f64).abs() > f64::EPSILON || !is_stated {
            wrong.push((figure.value, expected as f64, of));
        }
    }
    wrong
}

/// What stands in the draft and is no title, heading, caption, note or sentence of the manifest.
fn unknown(paragraphs: &[String], manifest: &Manifest) -> Vec<Checked> {
    let mut known: Vec<String> = vec![squeezed(&manifest.title)];
    for section in &manifest.sections {
        known.push(squeezed(&section.heading));
        known.extend(section.table.iter().map(|table| squeezed(&table.caption)));
        known.extend(section.sentences.iter().map(|sentence| squeezed(&sentence.text)));
        known.extend(
            section
                .sentences
                .iter()
                .filter_map(|sentence| note_of_manifest(&sentence.evidence, manifest))
                .map(|note| squeezed(&note)),
        );
    }
    // Longer ones first, so that a sentence inside another does not break it up.
    known.sort_by_key(|text| std::cmp::Reverse(text.len()));
    let mut found = Vec::new();
    for paragraph in paragraphs {
        let mut rest = paragraph.clone();
        for text in known.iter().filter(|text| !text.is_empty()) {
            rest = rest.replace(text.as_str(), "\n");
        }
        for piece in rest.split('\n').filter(|piece| is_statement(piece)) {
            let reasons = vec!["稿中有、来源清单里没有：人工增改的内容，请自行核实".to_owned()];
            found.push(Checked { text: piece.to_owned(), standing: Standing::Unknown, reasons });
        }
    }
    found
}

/// Signature, date, marking, note marks and prompts state nothing.
fn is_statement(text: &str) -> bool {
    let text = text.trim_matches(|character: char| character.is_ascii_digit() || "[]^:#-|".contains(character));
    let is_prompt = text.starts_with("【待") && text.ends_with('】');
    let is_furniture = !text.contains(['。', '，', '；']) && text.chars().count() <= 30;
    !text.is_empty() && !is_prompt && !is_furniture
}

fn squeezed(text: &str) -> String {
    let mut squeezed = String::with_capacity(text.len());
    let mut rest = text;
    // Markdown's footnote marks stand between sentences.
    while let Some(at) = rest.find("[^") {
        squeezed.push_str(&rest[..at]);
        rest = rest[at..].find(']').map_or("", |end| &rest[at + end + 1..]);
    }
    squeezed.push_str(rest);
    squeezed.retain(|character| !character.is_whitespace());
    squeezed
}

/// The Arabic numbers of a text, in order.
fn numbers(text: &str) -> Vec<f64> {
    text.split(|it: char| !it.is_ascii_digit() && it != '.').filter_map(|it| it.parse().ok()).collect()
}
