//! Segments (句段): the smallest pieces that statements are made of, and the learnt model that says where one begins,
//! where it goes on, and what is outside.
//!
//! A paragraph is cut at every mark that may part two problems. A linear chain over the segments then labels each:
//! first of a statement, further part of it, outside. The rules of `statements` are among the features, so the model
//! knows what they would say and learns where they are wrong. `cargo bench --profile dev --bench train` trains it.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::LazyLock;

use super::clauses::{clauses, nesting, trim};
use super::learn::{Names, Training, Weights, feature, order};
use super::numbering::Mark;
use crate::lang::{Cue, Lexicon, normalise};

/// A segment (句段) of a paragraph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Segment {
    /// Bytes of the paragraph, without outer white space and marks.
    pub(super) range: Range<usize>,
    /// The mark before it; `^` at the start of the paragraph, `#` for a list mark.
    before: char,
    /// The mark after it; `$` at the end of the paragraph.
    after: char,
    /// The list mark it followed.
    mark: Option<Mark>,
}

impl Segment {
    /// Whether a sentence begins with it.
    pub(super) fn opens_sentence(&self) -> bool {
        "。！？\n".contains(self.before)
    }
}

/// What a segment is to a statement (句段标记).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Label {
    /// Its first segment.
    Begin,
    /// A further one.
    Inside,
    /// None of it.
    Outside,
}

const LABELS: [Label; 3] = [Label::Begin, Label::Inside, Label::Outside];

/// What is known of a paragraph as a whole.
#[derive(Debug, Clone, Copy)]
pub(super) struct Around<'a> {
    pub(super) genre: &'a str,
    pub(super) zone: &'a str,
    /// Where in the paragraph its zone begins.
    pub(super) from: usize,
    /// The number it starts with.
    pub(super) mark: Option<Mark>,
    pub(super) is_heading: bool,
    /// Whether the lines below only detail it.
    pub(super) is_own_statement: bool,
    /// Whether it details the statement above.
    pub(super) is_detail_line: bool,
    /// Whether a heading with a sign of a problem stands right above.
    pub(super) under_judgement: bool,
    /// Whether it fills a table cell.
    pub(super) is_cell: bool,
    /// The outermost heading above it.
    pub(super) top: &'a str,
    /// The heading right above it, or the heading itself.
    pub(super) near: &'a str,
    /// What stands under the heading right above, or under the heading itself.
    pub(super) shape: Shape,
    /// Its place among the lines under the heading right above.
    pub(super) nth: usize,
    /// How the document writes.
    pub(super) style: Style,
    /// What the next line is: a heading, numbered, plain, or none.
    pub(super) next: &'a str,
}

/// How a document writes (行文习惯), in buckets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Style {
    /// Commas a sentence or clause ended by a semicolon.
    pub(super) commas: &'static str,
    /// Digits a hundred characters.
    pub(super) digits: &'static str,
}

impl Style {
    /// The style of texts.
    pub(super) fn of<'a>(texts: impl Iterator<Item = &'a str>) -> Self {
        let (mut n_commas, mut n_stops, mut n_digits, mut n_chars) = (0usize, 0usize, 0usize, 0usize);
        for character in texts.flat_map(str::chars) {
            n_chars += 1;
            match character {
                '，' => n_commas += 1,
                '。' | '；' => n_stops += 1,
                _ if character.is_ascii_digit() => n_digits += 1,
                _ => {}
            }
        }
        Self {
            commas: bucket(2 * n_commas / n_stops.max(1), &[1, 2, 3, 5, 8]),
            digits: bucket(100 * n_digits / n_chars.max(1), &[1, 2, 4, 7]),
        }
    }
}

/// What stands under a heading (标题下的写法).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Shape {
    /// Lines under it, none of them a heading or numbered; 0 if it has others.
    pub(super) n_plain: usize,
    /// Sentences in them.
    pub(super) n_sentences: usize,
    /// List marks inside them.
    pub(super) n_marks: usize,
    /// Semicolons inside them.
    pub(super) n_semicolons: usize,
    /// Whether the heading is numbered as an item: （一）, 1., （1）.
    pub(super) is_item: bool,
    /// Whether it has a sign of a problem.
    pub(super) is_strong: bool,
}

/// Cuts `text[range]` at every mark that may part two problems.
pub(super) fn cut(text: &str, range: Range<usize>, lexicon: &Lexicon) -> Vec<Segment> {
    let mut found: Vec<Segment> = Vec::new();
    let last_mark = |upto: usize, from: usize| text[from..upto].chars().rfind(|it| "。；！？：，、\n;".contains(*it));
    let mut end = range.start;
    for clause in clauses(text, range.clone()) {
        for piece in pieces(text, clause.range.clone(), lexicon) {
            let is_first = piece.start == clause.range.start;
            let before = match last_mark(piece.start, end) {
                _ if is_first && clause.mark.is_some() => '#',
                Some(mark) => mark,
                None if found.is_empty() => '^',
                None => ' ',
            };
            if let Some(last) = found.last_mut() {
                last.after = before;
            }
            end = piece.end;
            let mark = clause.mark.filter(|_| is_first);
            found.push(Segment { range: piece, before, after: '$', mark });
        }
    }
    if let Some(last) = found.last_mut() {
        last.after = last_mark(range.end, last.range.end).unwrap_or('$');
    }
    found
}

/// A clause parted at ， and ：, and at 、 between what are judgements of their own.
fn pieces(text: &str, range: Range<usize>, lexicon: &Lexicon) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let telling = |it: &Range<usize>| {
        let held = lexicon.cues.held(&text[it.clone()]);
        held.any(Cue::Deficiency) || held.any(Cue::Weak)
    };
    for part in split(text, range, &['，', '：', '\n']) {
        if !text[part.clone()].contains('、') {
            found.push(part);
            continue;
        }
        let listed = split(text, part.clone(), &['、']);
        let lengths = || listed.iter().map(|it| text[it.clone()].chars().count());
        let are_judgements = lengths().all(|n| n >= 4) && listed.iter().filter(|it| telling(it)).count() >= 2;
        // 氧气间堆着旧床垫、医疗废水流进农渠: plain sentences in a row are longer than the members of a list.
        let are_sentences = lengths().all(|n| n >= 6);
        if listed.len() > 1 && (are_judgements || are_sentences) {
            found.extend(listed);
        } else {
            found.push(part);
        }
    }
    found.into_iter().map(|it| trim(text, it)).filter(|it| !it.is_empty()).collect()
}

/// Parts a range at marks outside quotation marks and brackets.
fn split(text: &str, range: Range<usize>, marks: &[char]) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let (mut start, mut depth) = (range.start, 0usize);
    for (offset, character) in text[range.clone()].char_indices() {
        depth = nesting(depth, character);
        if depth == 0 && marks.contains(&character) {
            let at = range.start + offset;
            parts.push(start..at);
            start = at + character.len_utf8();
        }
    }
    parts.push(start..range.end);
    parts
}

struct Sink<'a> {
    features: Vec<u64>,
    names: Option<&'a mut Names>,
}

impl Sink<'_> {
    fn add(&mut self, parts: &[&str]) {
        let key = feature(parts);
        self.features.push(key);
        if let Some(names) = &mut self.names {
            names.entry(key).or_insert_with(|| parts.join("="));
        }
    }
}

/// What the cue words say of a segment.
struct Signs<'a> {
    /// Its words but nouns and figures.
    words: Vec<&'a str>,
    strong: bool,
    weak: bool,
    /// The other signs, by name.
    others: Vec<&'static str>,
    n_digits: usize,
    n_chars: usize,
    topic: Option<usize>,
    /// Parts of speech of the first two words and the last.
    speech: [char; 3],
    /// Whether a noun stands before the first verb.
    has_subject: bool,
}

fn signs<'a>(slice: &'a str, lexicon: &'a Lexicon) -> Signs<'a> {
    let held = lexicon.cues.held(slice);
    let mut others: Vec<&'static str> = Vec::new();
    let anywhere = [
        (Cue::Praise, "praise"),
        (Cue::NoProblem, "none"),
        (Cue::Clue, "clue"),
        (Cue::Turn, "turn"),
        (Cue::Suggest, "suggest"),
        (Cue::ProblemHead, "problemhead"),
    ];
    others.extend(anywhere.iter().filter(|(cue, _)| held.any(*cue)).map(|(_, name)| name));
    let at_start = [
        (Cue::Detail, "detail^"),
        (Cue::Effect, "effect^"),
        (Cue::Require, "require^"),
        (Cue::Closing, "closing^"),
        (Cue::Weak, "weak^"),
        (Cue::Deficiency, "strong^"),
    ];
    others.extend(at_start.iter().filter(|(cue, _)| held.starts(*cue)).map(|(_, name)| name));
    if held.ends(Cue::Deficiency) {
        others.push("strong$");
    }
    if slice.contains(['“', '《']) {
        others.push("quoted");
    }
    let tagged = lexicon.segmenter.tagged(slice);
    let tags: Vec<char> = tagged.iter().map(|(_, tag)| tag.chars().next().unwrap_or('x')).collect();
    let first_verb = tags.iter().position(|tag| *tag == 'v').unwrap_or(tags.len());
    let at = |position: usize| tags.get(position).copied().unwrap_or('$');
    let words = tagged.iter().map(|(word, _)| *word).filter(|word| !word.is_ascii()).collect();
    Signs {
        words,
        speech: [at(0), at(1), tags.last().copied().unwrap_or('$')],
        has_subject: tags[..first_verb].contains(&'n'),
        strong: held.any(Cue::Deficiency),
        weak: held.any(Cue::Weak),
        others,
        n_digits: slice.chars().filter(char::is_ascii_digit).count(),
        n_chars: slice.chars().count(),
        topic: lexicon.taxonomy.topic(&normalise(slice).text),
    }
}

/// What is known of a sentence as a whole.
#[derive(Debug, Clone, Default)]
struct Sentence {
    start: usize,
    size: &'static str,
    mean: &'static str,
    /// Characters of a segment on average.
    mean_chars: usize,
    with_digits: &'static str,
    with_subject: &'static str,
    telling: &'static str,
    n_topics: &'static str,
    framed: &'static str,
    opened: &'static str,
    /// Marks before its segments, each with how often.
    joints: Vec<(char, usize)>,
}

impl Sentence {
    /// The sentence that begins with the segment at `start`.
    ///
    /// A sentence of many short clauses about many objects is a list; one of few about one object is a statement.
    fn at(start: usize, text: &str, segments: &[Segment], signs: &[Signs<'_>]) -> Self {
        let n = segments[start + 1..].iter().take_while(|segment| !segment.opens_sentence()).count() + 1;
        let own = &signs[start..start + n];
        let count = |is: fn(&Signs<'_>) -> bool| own.iter().filter(|it| is(it)).count();
        let mean_chars = own.iter().map(|it| it.n_chars).sum::<usize>() / n;
        let topics: std::collections::BTreeSet<usize> = own.iter().filter_map(|it| it.topic).collect();
        let mut joints: Vec<(char, usize)> = Vec::new();
        for segment in &segments[start..start + n] {
            match joints.iter_mut().find(|(mark, _)| *mark == segment.before) {
                Some((_, count)) => *count += 1,
                None => joints.push((segment.before, 1)),
            }
        }
        // 存在…、…等问题 frames a list.
        let slice_of = |position: usize| &text[segments[position].range.clone()];
        let opening = slice_of(start);
        let opens = ["存在", "表现为", "表现在", "问题有", "问题是", "暴露出"].iter().any(|it| opening.contains(it));
        let closing = slice_of(start + n - 1);
        let closes =
            ["等问题", "等现象", "等情况", "等方面", "的问题", "等"].iter().any(|word| closing.ends_with(word));
        Self {
            start,
            size: bucket(n, &[2, 3, 4, 6, 9]),
            mean: bucket(mean_chars, &[7, 10, 13, 17, 22]),
            mean_chars,
            with_digits: bucket(4 * count(|it| it.n_digits > 1) / n, &[1, 2, 3]),
            with_subject: bucket(4 * count(|it| it.has_subject) / n, &[1, 2, 3, 4]),
            telling: bucket(4 * count(|it| it.strong || it.weak) / n, &[1, 2, 3, 4]),
            n_topics: bucket(topics.len(), &[1, 2, 3, 5]),
            framed: match (opens, closes) {
                (true, true) => "both",
                (true, false) => "opened",
                (false, true) => "closed",
                _ => "-",
            },
            opened: strength(&signs[start]),
            joints,
        }
    }
}

fn strength(signs: &Signs<'_>) -> &'static str {
    match (signs.strong, signs.weak) {
        (true, _) => "strong",
        (false, true) => "weak",
        _ => "plain",
    }
}

/// The features of a paragraph's segments (特征): those all share, and each one's own.
#[derive(Debug, Clone, Default)]
pub(super) struct Features {
    pub(super) shared: Vec<u64>,
    pub(super) own: Vec<Vec<u64>>,
}

fn bucket(value: usize, bounds: &[usize]) -> &'static str {
    const NAMES: [&str; 8] = ["0", "1", "2", "3", "4", "5", "6", "7"];
    NAMES[bounds.iter().take_while(|bound| value >= **bound).count().min(7)]
}

fn mark_name(mark: Option<Mark>) -> &'static str {
    match mark {
        None => "-",
        Some(Mark::Chapter) => "章",
        Some(Mark::Han) => "一、",
        Some(Mark::HanParen) => "（一）",
        Some(Mark::Digit) => "1.",
        Some(Mark::DigitParen) => "（1）",
        Some(Mark::Circled) => "①",
        Some(Mark::Running) => "一是",
        Some(Mark::Dash) => "—",
    }
}

fn label_name(label: Label) -> &'static str {
    match label {
        Label::Begin => "B",
        Label::Inside => "I",
        Label::Outside => "O",
    }
}

/// The features of each segment; `rules` is what the rules say of each, or nothing where they are not to be heard.
pub(super) fn features(
    text: &str,
    segments: &[Segment],
    rules: Option<&[Label]>,
    around: Around<'_>,
    lexicon: &Lexicon,
    mut names: Option<&mut Names>,
) -> Features {
    let signs: Vec<Signs<'_>> = segments.iter().map(|segment| signs(&text[segment.range.clone()], lexicon)).collect();
    let mut all = Vec::with_capacity(segments.len());
    let shape = around.shape;
    let shapes = [
        ("plain", bucket(shape.n_plain, &[1, 2, 3])),
        ("sentences", bucket(shape.n_sentences, &[1, 2, 3, 5])),
        ("marks", bucket(shape.n_marks, &[1, 2])),
        ("semicolons", bucket(shape.n_semicolons, &[1, 2])),
        ("item", if shape.is_item { "y" } else { "n" }),
        ("strong", if shape.is_strong { "y" } else { "n" }),
    ];
    let kind = if around.is_heading { "heading" } else { "body" };
    let mut shared = Sink { features: Vec::new(), names: names.as_deref_mut() };
    for (name, heading) in [("top", around.top), ("near", around.near)] {
        let starts: Vec<usize> = heading.char_indices().map(|(start, _)| start).chain([heading.len()]).collect();
        for window in starts.windows(3) {
            shared.add(&[name, &heading[window[0]..window[2]]]);
        }
    }
    if let Some(first) = segments.first() {
        let slice = &text[first.range.clone()];
        for (end, _) in [2, 4].iter().filter_map(|&n| slice.char_indices().nth(n)) {
            shared.add(&["opening", &slice[..end]]);
        }
    }
    shared.add(&["segments", bucket(segments.len(), &[2, 3, 5, 9])]);
    let shared = shared.features;
    let demands = segments.iter().take(2).any(|segment| {
        let slice = &text[segment.range.clone()];
        ["要求", "强调", "建议", "希望", "表示", "指出", "认为", "必须", "务必"].iter().any(|word| slice.contains(word))
    });
    let ends_in_colon = text.trim_end().ends_with('：');
    let n_marks = segments.iter().filter(|segment| segment.mark.is_some()).count();
    let (mut sentence, mut n_sentences) = (Sentence::default(), 0usize);
    for (at, segment) in segments.iter().enumerate() {
        if at == 0 || segment.opens_sentence() {
            sentence = Sentence::at(at, text, segments, &signs);
            n_sentences += usize::from(at > 0);
        }
        let own = &signs[at];
        let slice = &text[segment.range.clone()];
        let mut sink = Sink { features: Vec::with_capacity(128), names: names.as_deref_mut() };
        let (mut left, mut right) = ([0u8; 4], [0u8; 4]);
        let before: &str = mark_text(segment.before, &mut left);
        let after: &str = mark_text(segment.after, &mut right);
        let rule = rules.map_or("-", |rules| label_name(rules[at]));
        let in_zone = match rules {
            None => "-",
            Some(_) if segment.range.start < around.from => "early",
            Some(_) => around.zone,
        };
        let strength = strength(own);
        let position = bucket(at - sentence.start, &[1, 2, 3, 5]);
        sink.add(&["bias"]);
        if let Some(rules) = rules {
            sink.add(&["rule", rule]);
            sink.add(&["rule", rule, "before", before]);
            sink.add(&["rule", rule, "strength", strength]);
            sink.add(&["rule", rule, "zone", in_zone]);
            let next_rule = rules.get(at + 1).map_or("$", |label| label_name(*label));
            sink.add(&["rule", rule, "next", next_rule]);
        }
        sink.add(&["zone", in_zone]);
        sink.add(&["genre", around.genre, "zone", in_zone]);
        sink.add(&["zone", in_zone, "strength", strength]);
        sink.add(&["before", before]);
        sink.add(&["after", after]);
        sink.add(&["before", before, "after", after]);
        sink.add(&["before", before, "strength", strength]);
        sink.add(&["position", position]);
        sink.add(&["position", position, "sentence", bucket(n_sentences, &[1, 2, 3, 6])]);
        sink.add(&["strength", strength]);
        sink.add(&["digits", bucket(own.n_digits, &[1, 2, 4, 8])]);
        sink.add(&["length", bucket(own.n_chars, &[4, 6, 9, 13, 20, 32])]);
        sink.add(&["length", bucket(own.n_chars, &[4, 6, 9, 13, 20, 32]), "strength", strength]);
        sink.add(&["mark", mark_name(segment.mark)]);
        sink.add(&["line", mark_name(around.mark), "first", if at == 0 { "y" } else { "n" }]);
        for (name, holds) in [
            ("heading", around.is_heading),
            ("own", around.is_own_statement),
            ("detailline", around.is_detail_line),
            ("underjudgement", around.under_judgement),
            ("cell", around.is_cell),
        ] {
            if holds {
                sink.add(&[name, if at == 0 { "first" } else { "later" }]);
                sink.add(&[name, "strength", strength]);
            }
        }
        for (name, value) in shapes {
            sink.add(&["shape", kind, name, value, "strength", strength]);
            sink.add(&["shape", kind, name, value, "position", position]);
        }
        sink.add(&["shape", kind, shapes[0].1, shapes[1].1, shapes[2].1, shapes[4].1, shapes[5].1]);
        sink.add(&["shape", kind, shapes[0].1, shapes[1].1, shapes[2].1, "before", before]);
        sink.add(&["nth", bucket(around.nth, &[1, 2, 3]), "strength", strength, "position", position]);
        for (name, heading) in [("top", around.top), ("near", around.near)] {
            if heading.is_empty() {
                sink.add(&[name, "none", "zone", in_zone]);
            }
        }
        sink.add(&["demands", if demands { "y" } else { "n" }, "strength", strength]);
        sink.add(&["colon", if ends_in_colon { "y" } else { "n" }, "strength", strength]);
        sink.add(&["marks", bucket(n_marks, &[1, 2, 3]), "before", before]);
        for sign in &own.others {
            sink.add(&["sign", sign]);
            sink.add(&["sign", sign, "before", before]);
            sink.add(&["sign", sign, "strength", strength]);
        }
        // What stands before and after in the same paragraph.
        for (side, other) in [("previous", at.checked_sub(1)), ("next", (at + 1 < segments.len()).then_some(at + 1))] {
            let Some(other) = other else {
                sink.add(&[side, "end"]);
                continue;
            };
            let other = &signs[other];
            let its = self::strength(other);
            sink.add(&[side, its]);
            let joint = if side == "next" { after } else { before };
            sink.add(&[side, its, "strength", strength, "joint", joint]);
            sink.add(&[side, "digits", bucket(other.n_digits, &[1, 4]), "joint", joint]);
            for sign in &other.others {
                sink.add(&[side, "sign", sign, "joint", joint]);
            }
            let same = match (own.topic, other.topic) {
                (Some(left), Some(right)) if left == right => "same",
                (Some(_), Some(_)) => "other",
                (Some(_), None) => "mine",
                (None, Some(_)) => "its",
                (None, None) => "none",
            };
            sink.add(&[side, "topic", same, "joint", joint]);
        }
        let (mut tag1, mut tag2, mut tag3) = ([0u8; 4], [0u8; 4], [0u8; 4]);
        let (tag1, tag2, tag3): (&str, &str, &str) = (
            own.speech[0].encode_utf8(&mut tag1),
            own.speech[1].encode_utf8(&mut tag2),
            own.speech[2].encode_utf8(&mut tag3),
        );
        let subject = if own.has_subject { "subject" } else { "-" };
        let Sentence { size, mean, with_digits, with_subject, telling, n_topics, framed, opened, .. } = sentence;
        sink.add(&["list", size, "mean", mean, "before", before]);
        sink.add(&["list", size, "digits", with_digits, "before", before]);
        sink.add(&["list", size, "topics", n_topics, "before", before]);
        sink.add(&["list", "mean", mean, "digits", with_digits, "before", before]);
        sink.add(&["list", "topics", n_topics, "digits", with_digits, "before", before, subject]);
        sink.add(&["list", "telling", telling, "subjects", with_subject, "before", before]);
        sink.add(&["list", size, mean, with_digits, "before", before, subject]);
        sink.add(&["framed", framed, "before", before]);
        sink.add(&["framed", framed, "before", before, "size", size]);
        sink.add(&["framed", framed, "before", before, subject, "strength", strength]);
        let n_joints = sentence.joints.iter().find(|it| it.0 == segment.before).map_or(0, |it| it.1);
        let n_joints = bucket(n_joints, &[2, 3, 4, 6]);
        sink.add(&["joints", n_joints, "before", before]);
        sink.add(&["joints", n_joints, "before", before, "digits", with_digits]);
        let relative = bucket(2 * own.n_chars / sentence.mean_chars.max(1), &[1, 2, 3]);
        sink.add(&["list", size, "relative", relative, "before", before]);
        for word in &own.words {
            sink.add(&["word", word]);
        }
        for (side, other) in [("previous", at.checked_sub(1)), ("next", Some(at + 1))] {
            let words = other.and_then(|other| signs.get(other)).map_or(&[][..], |other| &other.words);
            let nearest = if side == "next" { words.first() } else { words.last() };
            if let Some(word) = nearest {
                sink.add(&[side, "word", word]);
            }
        }
        sink.add(&["speech", tag1]);
        sink.add(&["speech", tag1, tag2, "before", before]);
        sink.add(&["speech", "last", tag3, "after", after]);
        sink.add(&[subject, "before", before]);
        sink.add(&[subject, "before", before, "strength", strength]);
        sink.add(&[subject, "before", before, "style", around.style.commas, around.style.digits]);
        sink.add(&["style", around.style.commas, around.style.digits, "before", before]);
        sink.add(&["style", around.style.commas, "before", before, "strength", strength]);
        sink.add(&["size", size, "before", before]);
        sink.add(&["size", size, "before", before, subject]);
        if let Some(previous) = at.checked_sub(1) {
            let previous = &signs[previous];
            let its = if previous.has_subject { "subject" } else { "-" };
            sink.add(&["subjects", its, subject, "before", before]);
            sink.add(&["subjects", its, subject, "before", before, "length", bucket(previous.n_chars, &[6, 10, 16])]);
            let mut buffer = [0u8; 4];
            sink.add(&["speeches", previous.speech[2].encode_utf8(&mut buffer), tag1, "before", before]);
        }
        sink.add(&["opened", opened, "position", position]);
        if sentence.start > 0 {
            let start = &signs[0];
            sink.add(&[
                "paragraph",
                if start.strong { "strong" } else { "plain" },
                "length",
                bucket(start.n_chars, &[6, 12, 20]),
            ]);
        }
        // How it begins and ends.
        let characters: Vec<&str> = {
            let starts: Vec<usize> = slice.char_indices().map(|(start, _)| start).collect();
            [1, 2, 3]
                .iter()
                .filter(|n| starts.len() >= **n)
                .map(|&n| &slice[..starts.get(n).copied().unwrap_or(slice.len())])
                .collect()
        };
        for head in &characters {
            sink.add(&["head", head]);
        }
        if let Some(head) = characters.first() {
            sink.add(&["head", head, "before", before]);
        }
        let ends: Vec<usize> = slice.char_indices().rev().take(2).map(|(start, _)| start).collect();
        for end in ends {
            sink.add(&["tail", &slice[end..]]);
        }
        sink.add(&[
            "followed",
            around.next,
            kind,
            "strength",
            strength,
            "segments",
            bucket(segments.len(), &[2, 3, 5]),
        ]);
        if segments.len() == 1 {
            sink.add(&["alone", kind, mark_name(around.mark), "strength", strength]);
            sink.add(&["alone", kind, "followed", around.next]);
            sink.add(&["alone", kind, "zone", in_zone]);
        }
        all.push(sink.features);
    }
    Features { shared, own: all }
}

/// A mark as the text of a feature.
fn mark_text(mark: char, buffer: &mut [u8; 4]) -> &str {
    (if mark == '\n' { '¶' } else { mark }).encode_utf8(buffer)
}

/// The learnt model (句段模型).
#[derive(Debug, Clone, Default)]
pub struct SegmentModel {
    weights: Weights,
}

impl SegmentModel {
    /// The model trained on the gold.
    pub fn builtin() -> &'static Self {
        static BUILTIN: LazyLock<SegmentModel> = LazyLock::new(|| SegmentModel {
            weights: Weights::from_table(include_str!("data/segment_weights.tsv"), LABELS.len()),
        });
        &BUILTIN
    }

    /// The table form.
    pub fn to_table(&self) -> String {
        self.weights.to_table()
    }

    /// The labels of a paragraph's segments, best as a whole; what the rules say where nothing was learnt.
    pub(super) fn labels(&self, features: &Features, segments: &[Segment], rules: &[Label]) -> Vec<Label> {
        if self.weights.is_empty() {
            return rules.to_vec();
        }
        best(&self.weights, features, segments)
    }

    /// What speaks most for a label of a segment, in Chinese.
    pub(super) fn reasons(&self, features: &[u64]) -> Vec<&'static str> {
        let mut told: Vec<(f32, &'static str)> = NAMED
            .iter()
            .filter(|(name, _)| features.contains(&feature(&[name])))
            .filter_map(|(name, said)| Some((*self.weights.of(feature(&[name])).first()?, *said)))
            .filter(|(weight, _)| *weight > 0.0)
            .collect();
        told.sort_by(|left, right| right.0.total_cmp(&left.0).then(left.1.cmp(right.1)));
        told.into_iter().map(|(_, said)| said).take(2).collect()
    }
}

/// Features that can be told to a user.
const NAMED: [(&str, &str); 12] = [
    ("strength=strong", "含问题提示语"),
    ("strength=weak", "含“未”“不”等字"),
    ("before=；", "用分号与前一条隔开"),
    ("before=。", "另起一句"),
    ("before=#", "在列举序号之后"),
    ("before=^", "另起一段"),
    ("digits=3", "写明数字"),
    ("digits=4", "写明数字"),
    ("rule=B", "句式是问题表述"),
    ("zone=problems", "在问题部分"),
    ("next=topic=other=joint=，", "与后文对象不同"),
    ("previous=topic=other=joint=，", "与前文对象不同"),
];

/// The feature of a step from one label to the next across a mark.
fn step(from: Option<Label>, to: Label, before: char) -> [u64; 2] {
    let from = from.map_or("^", label_name);
    let mut buffer = [0u8; 4];
    [feature(&["step", from, label_name(to)]), feature(&["step", from, label_name(to), mark_text(before, &mut buffer)])]
}

fn step_names(names: &mut Names, segments: &[Segment]) {
    for segment in segments {
        let mut buffer = [0u8; 4];
        let before: &str = mark_text(segment.before, &mut buffer);
        for from in ["^", "B", "I", "O"] {
            for to in LABELS {
                for parts in [&["step", from, label_name(to)][..], &["step", from, label_name(to), before]] {
                    names.entry(feature(parts)).or_insert_with(|| parts.join("="));
                }
            }
        }
    }
}

/// The best labels of a chain (Viterbi 1967); a statement cannot go on where none began.
fn best(weights: &Weights, features: &Features, segments: &[Segment]) -> Vec<Label> {
    let n = features.own.len();
    let mut shared = [0f32; 3];
    weights.add(&features.shared, &mut shared);
    let stepped = |from: Option<Label>, to: Label, before: char| {
        step(from, to, before).iter().filter_map(|feature| weights.of(*feature).first()).sum::<f32>()
    };
    // The weights of steps by the mark between: from each label, then from the start, to each label.
    let mut steps: Vec<(char, [[f32; 3]; 4])> = Vec::new();
    let mut totals: Vec<[f32; 3]> = Vec::with_capacity(n);
    let mut came_from: Vec<[usize; 3]> = Vec::with_capacity(n);
    for at in 0..n {
        let before = segments[at].before;
        let known = steps.iter().position(|it| it.0 == before).unwrap_or_else(|| {
            let froms = [Some(LABELS[0]), Some(LABELS[1]), Some(LABELS[2]), None];
            steps.push((before, froms.map(|from| LABELS.map(|to| stepped(from, to, before)))));
            steps.len() - 1
        });
        let step = &steps[known].1;
        let mut emission = shared;
        weights.add(&features.own[at], &mut emission);
        let mut total = [f32::NEG_INFINITY; 3];
        let mut from = [0usize; 3];
        for (to, label) in LABELS.iter().enumerate() {
            if at == 0 {
                if *label != Label::Inside {
                    total[to] = emission[to] + step[3][to];
                }
                continue;
            }
            for (previous, before) in LABELS.iter().enumerate() {
                if *label == Label::Inside && *before == Label::Outside {
                    continue;
                }
                let value = totals[at - 1][previous] + emission[to] + step[previous][to];
                if value > total[to] {
                    total[to] = value;
                    from[to] = previous;
                }
            }
        }
        totals.push(total);
        came_from.push(from);
    }
    let Some(last) = totals.last() else { return Vec::new() };
    let mut at = (0..3).fold(0, |best, to| if last[to] > last[best] { to } else { best });
    let mut labels = vec![Label::Outside; n];
    for position in (0..n).rev() {
        labels[position] = LABELS[at];
        at = came_from[position][at];
    }
    labels
}

/// One step towards the weights under which these labels are most likely (forward and backward sums over the chain).
fn climb(training: &mut Training, features: &[Vec<u64>], segments: &[Segment], labels: &[Label]) {
    const N: usize = LABELS.len();
    let n = segments.len();
    let emissions: Vec<[f64; N]> = features
        .iter()
        .map(|features| {
            let mut scores = [0f64; N];
            training.add(features, &mut scores);
            scores
        })
        .collect();
    // Scores of steps into each segment, from each label before it; the first row of the first segment is the start.
    let steps: Vec<[[f64; N]; N]> = segments
        .iter()
        .enumerate()
        .map(|(at, segment)| {
            let mut rows = [[f64::NEG_INFINITY; N]; N];
            for (from, row) in rows.iter_mut().enumerate() {
                let before = (at > 0).then_some(LABELS[from]);
                if at == 0 && from > 0 {
                    continue;
                }
                for (to, cell) in row.iter_mut().enumerate() {
                    let may = LABELS[to] != Label::Inside || before.is_some_and(|it| it != Label::Outside);
                    if may {
                        let mut scores = [0f64; N];
                        training.add(&step(before, LABELS[to], segment.before), &mut scores);
                        *cell = scores[0];
                    }
                }
            }
            rows
        })
        .collect();
    let sum = |values: &[f64]| -> f64 {
        let most = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        if most == f64::NEG_INFINITY {
            return most;
        }
        most + values.iter().map(|value| (value - most).exp()).sum::<f64>().ln()
    };
    let mut forward = vec![[f64::NEG_INFINITY; N]; n];
    let mut backward = vec![[0f64; N]; n];
    for to in 0..N {
        forward[0][to] = steps[0][0][to] + emissions[0][to];
    }
    for at in 1..n {
        for to in 0..N {
            let values: Vec<f64> = (0..N).map(|from| forward[at - 1][from] + steps[at][from][to]).collect();
            forward[at][to] = sum(&values) + emissions[at][to];
        }
    }
    for at in (0..n - 1).rev() {
        for from in 0..N {
            let values: Vec<f64> =
                (0..N).map(|to| steps[at + 1][from][to] + emissions[at + 1][to] + backward[at + 1][to]).collect();
            backward[at][from] = sum(&values);
        }
    }
    let total = sum(&forward[n - 1]);
    for at in 0..n {
        let mut gradient = [0f64; N];
        for (to, slope) in gradient.iter_mut().enumerate() {
            *slope = (forward[at][to] + backward[at][to] - total).exp() - f64::from(u8::from(labels[at] == LABELS[to]));
        }
        training.descend(&features[at], &gradient);
        for from in 0..N {
            let before = (at > 0).then_some(LABELS[from]);
            if at == 0 && from > 0 {
                continue;
            }
            for to in 0..N {
                let reached = if at == 0 { 0.0 } else { forward[at - 1][from] };
                let likely = (reached + steps[at][from][to] + emissions[at][to] + backward[at][to] - total).exp();
                let is_so = labels[at] == LABELS[to] && (at == 0 || labels[at - 1] == LABELS[from]);
                let slope = likely - f64::from(u8::from(is_so));
                if slope.abs() > 1e-9 {
                    training.descend(&step(before, LABELS[to], segments[at].before), &[slope, 0.0, 0.0]);
                }
            }
        }
    }
}

/// A paragraph to learn from (一段训练材料).
#[derive(Debug, Clone)]
pub(super) struct Lesson {
    pub(super) features: Vec<Vec<u64>>,
    pub(super) segments: Vec<Segment>,
    pub(super) labels: Vec<Label>,
}

/// Paragraphs to learn from, with the names of their features (训练材料).
#[derive(Debug, Clone, Default)]
pub struct Lessons {
    pub(super) lessons: Vec<Lesson>,
    pub(super) names: Names,
}

impl Lessons {
    pub(super) fn add(&mut self, lesson: Lesson) {
        step_names(&mut self.names, &lesson.segments);
        self.lessons.push(lesson);
    }

    /// Adds all of another.
    pub fn extend(&mut self, other: &Self) {
        self.lessons.extend(other.lessons.iter().cloned());
        self.names.extend(other.names.iter().map(|(key, name)| (*key, name.clone())));
    }

    /// Trains a model: the paragraphs are gone through several times in a fixed, mixed order.
    pub fn train(&self) -> SegmentModel {
        const ROUNDS: usize = 10;
        const STEP: f64 = 0.03;
        const PENALTY: f64 = 3e-3;
        /// A feature seen less often tells of its document only.
        const LEAST: usize = 5;
        let mut counts: BTreeMap<u64, usize> = BTreeMap::new();
        for feature in self.lessons.iter().flat_map(|lesson| lesson.features.iter().flatten()) {
            *counts.entry(*feature).or_default() += 1;
        }
        let known = |features: &Vec<u64>| features.iter().copied().filter(|it| counts[it] >= LEAST).collect();
        let lessons: Vec<Vec<Vec<u64>>> =
            self.lessons.iter().map(|lesson| lesson.features.iter().map(known).collect()).collect();
        let mut training = Training::new(LABELS.len(), STEP, PENALTY);
        for round in 0..ROUNDS {
            for at in order(self.lessons.len(), round) {
                let Lesson { segments, labels, .. } = &self.lessons[at];
                climb(&mut training, &lessons[at], segments, labels);
            }
            training.end_round();
        }
        SegmentModel { weights: training.finish(&self.names) }
    }
}
