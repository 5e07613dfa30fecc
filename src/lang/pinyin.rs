//! Words by how they are spelt in Latin letters (拼音): in full, or by the first letters of their characters.

use std::collections::BTreeMap;

use pinyin::ToPinyinMulti;

/// Spellings of words (拼音表).
#[derive(Debug, Default)]
pub(super) struct Spellings {
    by_spelling: BTreeMap<String, Vec<String>>,
}

/// First letters alone say little: shorter ones would find too much.
const MIN_INITIALS: usize = 3;
/// Most spellings of one word; characters read in several ways multiply.
const MAX_READINGS: usize = 16;

impl Spellings {
    pub(super) fn of<'a>(words: impl Iterator<Item = &'a str>) -> Self {
        let mut by_spelling: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for word in words {
            for (full, initials) in readings(word) {
                if initials.len() >= MIN_INITIALS {
                    by_spelling.entry(initials).or_default().push(word.to_owned());
                }
                by_spelling.entry(full).or_default().push(word.to_owned());
            }
        }
        for words in by_spelling.values_mut() {
            words.sort();
            words.dedup();
        }
        Self { by_spelling }
    }

    pub(super) fn words(&self, spelling: &str) -> &[String] {
        self.by_spelling.get(spelling).map_or(&[], Vec::as_slice)
    }
}

/// How a word of Chinese characters may be spelt: in full and by first letters; nothing for other words.
fn readings(word: &str) -> Vec<(String, String)> {
    let mut readings = vec![(String::new(), String::new())];
    for character in word.chars() {
        let Some(multi) = character.to_pinyin_multi() else { return Vec::new() };
        let mut sounds: Vec<&str> = multi.into_iter().map(pinyin::Pinyin::plain).collect();
        sounds.sort_unstable();
        sounds.dedup();
        let longer = readings.iter().flat_map(|(full, initials)| {
            sounds.iter().map(move |sound| (format!("{full}{sound}"), format!("{initials}{}", &sound[..1])))
        });
        readings = longer.take(MAX_READINGS).collect();
    }
    readings
}
