//! The language layer (语言层): normalisation, number words, segmentation, and the tables that say what words mean.
//! The only owner of jieba. Its tables are data files; a user's own lines extend them.

mod cues;
mod frames;
mod lexicon;
mod normalise;
mod numbers;
mod pinyin;
mod renames;
mod sectors;
mod segment;
mod synonyms;
mod taxonomy;
mod thesaurus;
mod values;

pub use cues::{Cue, Cues, Held};
pub use frames::Frames;
pub use lexicon::{Lexicon, Tables};
pub use normalise::{Normalised, normalise};
pub use numbers::number;
pub use renames::Renames;
pub use sectors::Sectors;
pub use segment::{Segmenter, Word};
pub use synonyms::Synonyms;
pub use taxonomy::{ProblemType, Taxonomy, Trigger};
pub use thesaurus::Thesaurus;
pub use values::{Value, values};
