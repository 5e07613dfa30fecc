//! Features (特征) of findings: what a problem is about, as sparse vectors.
//!
//! The text is brought to one wording (synonyms), masked (units, persons, figures) and freed of filler (不到位, 存在,
//! 部分…), for the object of a problem matters, not how its deficiency is put. Words and character 2- and 3-grams are
//! weighted by 1 + ln tf and smoothed idf over the findings at hand, each normalised, then mixed so that the dot
//! product of two vectors is the weighted mean of the two cosines. Findings with the same words and type are one point,
//! for nothing can tell them apart: ledgers repeat themselves.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::lang::{Cue, Lexicon, normalise};
use crate::model::Finding;

/// Share of words in the mix; the rest are character n-grams. Measured best with 0.25 on terse findings.
const WORD_SHARE: f32 = 0.25;
/// Findings whose texts are taken apart at the same time, before their features get numbers one by one.
const BLOCK: usize = 8192;

/// What grouping needs to know of a finding (归类对象).
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// The finding's words.
    pub quote: &'a str,
    /// Its unit, which is not part of what it is about.
    pub unit: Option<&'a str>,
    /// Its problem type; empty where unknown.
    pub type_id: &'a str,
}

impl<'a> From<&'a Finding> for Subject<'a> {
    fn from(finding: &'a Finding) -> Self {
        Self { quote: &finding.quote, unit: finding.unit.as_deref(), type_id: &finding.type_id }
    }
}

/// Features of findings (特征表): one sparse row for each point, the points of the findings, and the words behind them.
#[derive(Debug)]
pub struct Features {
    /// The point of each finding.
    pub(super) points: Vec<u32>,
    /// Where the row of each point starts; then the end of the last.
    starts: Vec<u32>,
    /// Feature and weight, by feature within a row.
    entries: Vec<(u32, f32)>,
    /// The type of each point.
    pub(super) types: Vec<Option<u16>>,
    /// The words; a feature below their number is the word at that place.
    pub(super) words: Vec<Box<str>>,
    /// Number of features.
    pub(super) n_features: usize,
}

impl Features {
    /// The row of a point.
    pub(super) fn row(&self, point: u32) -> &[(u32, f32)] {
        &self.entries[self.starts[point as usize] as usize..self.starts[point as usize + 1] as usize]
    }

    /// The row of a finding.
    pub(super) fn of(&self, finding: usize) -> &[(u32, f32)] {
        self.row(self.points[finding])
    }

    /// How many findings can be told apart by words and type (不同的问题).
    pub fn n_distinct(&self) -> usize {
        self.types.len()
    }

    /// Number of points.
    pub(super) fn n_points(&self) -> usize {
        self.types.len()
    }

    /// The words of a finding that can be shown.
    pub(super) fn words_of(&self, finding: usize) -> impl Iterator<Item = u32> + '_ {
        self.of(finding)
            .iter()
            .map(|&(feature, _)| feature)
            .take_while(|&feature| (feature as usize) < self.words.len())
    }
}

/// Computes the features of findings (提取特征), in their order. Numbers of features depend on the order, similarities
/// only in their last bit: give findings in order of id where bytes must be the same.
pub fn features(subjects: &[Subject<'_>], lexicon: &Lexicon) -> Features {
    let mut table = Table::default();
    for block in subjects.chunks(BLOCK) {
        let taken_apart: Vec<Parts> = block.par_iter().map(|subject| parts(subject, lexicon)).collect();
        for (subject, parts) in block.iter().zip(&taken_apart) {
            table.push(parts, lexicon.taxonomy.position(subject.type_id).map(|at| at as u16));
        }
    }
    table.weighted()
}

/// A text taken apart.
struct Parts {
    words: Vec<Box<str>>,
    grams: Vec<u64>,
}

fn parts(subject: &Subject<'_>, lexicon: &Lexicon) -> Parts {
    let text = object_text(subject, lexicon);
    let words = lexicon.segmenter.words(&text);
    let words = words.into_iter().filter(|word| word.text.chars().count() >= 2).map(|word| word.text.into()).collect();
    Parts { words, grams: grams(&text) }
}

/// The text of a finding without units, figures and filler; stretches are parted by a space.
fn object_text(subject: &Subject<'_>, lexicon: &Lexicon) -> String {
    let mut text = normalise(subject.quote).text;
    if let Some(unit) = subject.unit {
        text = text.replace(unit, " ");
    }
    let masked: String = text
        .chars()
        .map(|character| if character.is_alphabetic() && !character.is_ascii_alphabetic() { character } else { ' ' })
        .collect();
    let masked = lexicon.synonyms.unified(&masked);
    let kept = lexicon.cues.without(Cue::Filler, &masked).join(" ");
    let n_chars = kept.chars().filter(|character| !character.is_whitespace()).count();
    // Wording that is nothing but filler keeps its words: it can only be compared as it stands.
    if n_chars < 2 { masked } else { kept }
}

/// Pairs and triples of characters, each packed into a number (21 bits hold a character).
fn grams(text: &str) -> Vec<u64> {
    let mut grams = Vec::new();
    for stretch in text.split_whitespace() {
        let (mut before, mut last) = (None::<u64>, None::<u64>);
        for code in stretch.chars().map(|character| u64::from(u32::from(character))) {
            if let Some(last) = last {
                grams.push(last << 21 | code);
                if let Some(before) = before {
                    grams.push(before << 42 | last << 21 | code);
                }
            }
            (before, last) = (last, Some(code));
        }
    }
    grams
}

/// Tells character n-grams from words until all words have their numbers.
const IS_GRAM: u32 = 1 << 31;

/// The rows while they are counted.
#[derive(Default)]
struct Table {
    word_ids: FxHashMap<Box<str>, u32>,
    words: Vec<Box<str>>,
    gram_ids: FxHashMap<u64, u32>,
    /// Findings that have each word, each n-gram.
    counts: [Vec<u32>; 2],
    points: Vec<u32>,
    starts: Vec<u32>,
    entries: Vec<(u32, f32)>,
    types: Vec<Option<u16>>,
    /// Points by a hash of their row and type, the first of each hash.
    known: FxHashMap<u64, u32>,
    row: Vec<(u32, f32)>,
}

impl Table {
    fn push(&mut self, parts: &Parts, type_idx: Option<u16>) {
        let mut row = std::mem::take(&mut self.row);
        row.clear();
        for word in &parts.words {
            let id = match self.word_ids.get(word) {
                Some(&id) => id,
                None => {
                    let id = self.words.len() as u32;
                    self.word_ids.insert(word.clone(), id);
                    self.words.push(word.clone());
                    self.counts[0].push(0);
                    id
                }
            };
            row.push((id, 1.0));
        }
        for &gram in &parts.grams {
            let next = self.counts[1].len() as u32;
            let id = *self.gram_ids.entry(gram).or_insert(next);
            if id == next {
                self.counts[1].push(0);
            }
            row.push((id | IS_GRAM, 1.0));
        }
        row.sort_unstable_by_key(|&(feature, _)| feature);
        row.dedup_by(|next, kept| {
            let is_same = next.0 == kept.0;
            if is_same {
                kept.1 += 1.0;
            }
            is_same
        });
        for &(feature, _) in &row {
            self.counts[usize::from(feature & IS_GRAM != 0)][(feature & !IS_GRAM) as usize] += 1;
        }
        let point = self.point(&row, type_idx);
        self.points.push(point);
        self.row = row;
    }

    /// The point of a row: a known one with the same row and type, or a new one.
    fn point(&mut self, row: &[(u32, f32)], type_idx: Option<u16>) -> u32 {
        let seed = 0xcbf2_9ce4_8422_2325 ^ type_idx.map_or(u64::MAX, u64::from);
        let hash = row.iter().fold(seed, |hash: u64, &(feature, count)| {
            (hash ^ u64::from(feature) ^ u64::from(count as u32) << 40).wrapping_mul(0x0100_0000_01b3).rotate_left(29)
        });
        let next = self.types.len() as u32;
        let known = *self.known.entry(hash).or_insert(next);
        if known != next && self.types[known as usize] == type_idx {
            let end = self.starts.get(known as usize + 1).map_or(self.entries.len(), |&end| end as usize);
            if self.entries[self.starts[known as usize] as usize..end] == *row {
                return known;
            }
        }
        self.starts.push(self.entries.len() as u32);
        self.entries.extend_from_slice(row);
        self.types.push(type_idx);
        next
    }

    /// Turns counts into weights: 1 + ln tf times ln((1 + n) / (1 + df)) + 1, words and n-grams each of length 1, then
    /// mixed. What stands in one finding only can meet nothing: it counts for the length, and words can still be shown,
    /// but n-grams are left out.
    fn weighted(mut self) -> Features {
        self.gram_ids = FxHashMap::default();
        self.word_ids = FxHashMap::default();
        self.known = FxHashMap::default();
        let n = self.points.len() as f32;
        let n_words = self.words.len() as u32;
        let idf =
            |counts: &[u32]| counts.iter().map(|&df| ((1.0 + n) / (1.0 + df as f32)).ln() + 1.0).collect::<Vec<f32>>();
        let idf = [idf(&self.counts[0]), idf(&self.counts[1])];
        self.starts.push(self.entries.len() as u32);
        let mut kept = 0;
        for point in 0..self.types.len() {
            let (start, end) = (self.starts[point] as usize, self.starts[point + 1] as usize);
            let mut squares = [0f32; 2];
            for (feature, weight) in &mut self.entries[start..end] {
                let kind = usize::from(*feature & IS_GRAM != 0);
                *weight = (1.0 + weight.ln()) * idf[kind][(*feature & !IS_GRAM) as usize];
                squares[kind] += *weight * *weight;
            }
            let scales = [WORD_SHARE, 1.0 - WORD_SHARE];
            let scale = [0, 1].map(|kind| (scales[kind] / squares[kind].max(f32::MIN_POSITIVE)).sqrt());
            self.starts[point] = kept as u32;
            for at in start..end {
                let (feature, weight) = self.entries[at];
                let kind = usize::from(feature & IS_GRAM != 0);
                let number = feature & !IS_GRAM;
                if kind == 1 && self.counts[1][number as usize] == 1 {
                    continue;
                }
                self.entries[kept] = (if kind == 1 { number + n_words } else { number }, weight * scale[kind]);
                kept += 1;
            }
        }
        if let Some(last) = self.starts.last_mut() {
            *last = kept as u32;
        }
        self.entries.truncate(kept);
        let n_features = n_words as usize + self.counts[1].len();
        self.by_type(n_features)
    }

    /// Points of one type side by side: they are compared with each other more than with others.
    fn by_type(self, n_features: usize) -> Features {
        let n_points = self.types.len();
        let mut order: Vec<u32> = (0..n_points as u32).collect();
        order.sort_by_key(|&point| self.types[point as usize]);
        let mut entries = Vec::with_capacity(self.entries.len());
        let mut starts = Vec::with_capacity(n_points + 1);
        let mut places = vec![0u32; n_points];
        for (place, &point) in order.iter().enumerate() {
            places[point as usize] = place as u32;
            starts.push(entries.len() as u32);
            entries.extend_from_slice(
                &self.entries[self.starts[point as usize] as usize..self.starts[point as usize + 1] as usize],
            );
        }
        starts.push(entries.len() as u32);
        Features {
            points: self.points.iter().map(|&point| places[point as usize]).collect(),
            starts,
            entries,
            types: order.iter().map(|&point| self.types[point as usize]).collect(),
            words: self.words,
            n_features,
        }
    }
}

/// The dot product of two sparse vectors.
pub(super) fn dot(left: &[(u32, f32)], right: &[(u32, f32)]) -> f32 {
    let (mut at_left, mut at_right, mut sum) = (0, 0, 0.0);
    while at_left < left.len() && at_right < right.len() {
        let ((one, weight), (other, other_weight)) = (left[at_left], right[at_right]);
        if one == other {
            sum += weight * other_weight;
        }
        at_left += usize::from(one <= other);
        at_right += usize::from(other <= one);
    }
    sum
}
