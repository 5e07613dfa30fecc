//! Units (被巡察党组织): party organisations named in a text, their full names, and the words that stand for them.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::facts::pattern;
use crate::lang::Renames;

/// A unit named in a text (单位名).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mention {
    /// Where it stands, in bytes.
    pub(super) range: Range<usize>,
    /// The name as written, without 中共.
    pub(super) name: String,
}

/// The kinds of party organisations a unit's name ends in, longest first.
pub(super) const PARTY_SUFFIXES: [&str; 18] = [
    "党委（党组）",
    "党组（党委）",
    "直属党支部",
    "机关党支部",
    "党总支部",
    "党总支",
    "党支部",
    "机关党委",
    "党工委",
    "临时党委",
    "党委",
    "党组",
    "支部委员会",
    "校务委员会",
    "部务会",
    "室务会",
    "委务会",
    "院务会",
];

static PARTY: LazyLock<Regex> = LazyLock::new(|| pattern(&PARTY_SUFFIXES.join("|")));
static COMMITTEE: LazyLock<Regex> = LazyLock::new(|| pattern(r"中共([\p{Han}]{2,24}?)(支部|总支部)?委员会"));
/// What ends the name of an office, school, firm or village.
static OFFICE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"委员会|联合社|供销社|基层社|人民法院|法院|法庭|检察院|派出所|看守所|支队|大队|分局|医院|卫生院|保健院|服务中心|控制中心|中心|中学|小学|学校|学院|幼儿园|有限责任公司|有限公司|公司|集团|粮库|储备库|粮站|管委会|局|委|镇|乡|街道|村|社区|园|站|所|院|社|中$",
    )
});
static LOCALITY: LazyLock<Regex> = LazyLock::new(|| pattern(r"[\p{Han}]{2,3}?(?:自治县|市|县|区|旗)"));

/// Words that stand right before a unit's name and are not part of it.
const STOPPERS: [&str; 47] = [
    "对",
    "向",
    "给",
    "由",
    "于",
    "从",
    "将",
    "被",
    "把",
    "指出",
    "认为",
    "要求",
    "发现",
    "巡察",
    "检查",
    "延伸",
    "所属",
    "下属",
    "所辖",
    "以及",
    "及",
    "其",
    "该",
    "反馈",
    "同意",
    "支持",
    "关于",
    "中共",
    "是",
    "在",
    "督促",
    "指导",
    "责成",
    "移交",
    "所在",
    "包括",
    "涉及",
    "收到",
    "抄送",
    "抄报",
    "听取",
    "部分",
    "个别",
    "围绕",
    "延伸至",
    "延伸了解",
    "了解",
];

/// Names that say which level, not which unit.
const GENERIC: [&str; 26] = [
    "", "局", "委", "院", "校", "社", "厅", "镇", "乡", "村", "集团", "公司", "街道", "机关", "中心", "本级", "各级",
    "上级", "基层", "所", "我局", "我委", "我院", "我校", "园", "库",
];

/// The party organisations named in a text.
pub(super) fn mentions(text: &str) -> Vec<Mention> {
    let mut found: Vec<Mention> = Vec::new();
    for captures in COMMITTEE.captures_iter(text) {
        let (Some(whole), Some(core)) = (captures.get(0), captures.get(1)) else { continue };
        // 中共某市发展和改革委员会党组: the committee is the office, not the party organisation.
        let goes_on = PARTY_SUFFIXES.iter().any(|suffix| text[whole.end()..].starts_with(suffix));
        if goes_on || core.as_str().contains("关于") || core.as_str().contains("巡察") {
            continue;
        }
        let suffix = match captures.get(2).map(|kind| kind.as_str()) {
            Some("支部") => "党支部",
            Some(_) => "党总支",
            None => "党委",
        };
        found.push(Mention { range: whole.range(), name: format!("{}{suffix}", core.as_str()) });
    }
    for suffix in PARTY.find_iter(text) {
        // 党组织 is no 党组, and 企业党支部书记 speaks of a person.
        if text[suffix.end()..].starts_with('织') {
            continue;
        }
        let start = name_start(text, suffix.start());
        let core = &text[start..suffix.start()];
        if GENERIC.contains(&core) || is_vague(core) || found.iter().any(|it| it.range.contains(&suffix.start())) {
            continue;
        }
        found.push(Mention { range: start..suffix.end(), name: text[start..suffix.end()].to_owned() });
    }
    found.sort_by_key(|mention| mention.range.start);
    with_enumerated(text, found)
}

/// Adds the units that share the party suffix of the one they are listed with: 磬埠镇、苇桥镇、茅岫乡党委 are three.
fn with_enumerated(text: &str, found: Vec<Mention>) -> Vec<Mention> {
    let mut all: Vec<Mention> = Vec::with_capacity(found.len());
    for mention in found {
        let suffix = split_suffix(&mention.name).1;
        let mut start = mention.range.start;
        let mut listed: Vec<Mention> = Vec::new();
        while !suffix.is_empty() {
            let Some(before) = text[..start].strip_suffix('、').or_else(|| text[..start].strip_suffix('和')) else {
                break;
            };
            let from = name_start(text, before.len());
            let core = &text[from..before.len()];
            let is_office = OFFICE.find_iter(core).last().is_some_and(|last| last.end() == core.len());
            let is_taken = all.iter().any(|it| it.range.end > from);
            if !is_office || is_taken || core.chars().count() < 3 || is_vague(core) || GENERIC.contains(&core) {
                break;
            }
            listed.push(Mention { range: from..before.len(), name: format!("{core}{suffix}") });
            start = from;
        }
        all.extend(listed.into_iter().rev());
        all.push(mention);
    }
    all
}

/// The organisation a short text such as a heading or title names without saying which party organisation.
pub(super) fn office_mention(text: &str) -> Option<Mention> {
    let last = OFFICE.find_iter(text).filter(|found| found.end() <= text.len()).last()?;
    let start = name_start(text, last.start());
    let name = &text[start..last.end()];
    let core = &text[start..last.start()];
    // 镇党委方面 and 局党组 speak of the party organisation of the document itself.
    let is_self = name.contains('党');
    // 市委 inspects; 群众反映强烈的校园 is a phrase.
    let is_phrase = name.contains(['的', '、', '，', '“'])
        || ["市委", "县委", "区委", "省委", "州委", "旗委"].iter().any(|it| name.ends_with(it));
    (core.chars().count() >= 2 && !is_self && !is_phrase && !is_vague(core))
        .then(|| Mention { range: start..last.end(), name: name.to_owned() })
}

/// Found at the start of a statement's first clause or of its second: 靠虚增项目多记费用，县中医院…
static SUBORDINATE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^(?:[^，。；]{0,14}?|[^，。；]{2,24}，)((?:[市县区]|[\p{Han}--[局的从指把对与和将向由出各个了等在是乡镇家所]]{2}[镇乡])[\p{Han}--[局的从指把对与和将向由]]{0,8}?(?:医院|保健院|卫生院|疾控中心|控制中心|中学|小学|学校|幼儿园|法庭|派出所|看守所|粮库|储备库|粮站|供销社))",
    )
});

/// The hospital, school, court or station under a bureau that a statement is about: named near its start, by the place
/// it belongs to and what it is.
pub(super) fn subordinate(text: &str) -> Option<String> {
    SUBORDINATE.captures(text).map(|captures| captures[1].to_owned())
}

/// Where the name that ends at `end` starts: after the last character that no name holds, or the last stopper.
fn name_start(text: &str, end: usize) -> usize {
    const MAX_NAME: usize = 32;
    let mut start = end;
    for (at, character) in text[..end].char_indices().rev().take(MAX_NAME) {
        let is_name = ('\u{4e00}'..='\u{9fff}').contains(&character)
            || character.is_ascii_digit()
            || character == '×'
            || character == '*';
        if !is_name {
            break;
        }
        start = at;
    }
    let window = &text[start..end];
    let mut cut = 0;
    for stopper in STOPPERS {
        // 对外, 原种 and the like begin names, but only right at the start of the window.
        if let Some(at) = window.rfind(stopper) {
            let after = at + stopper.len();
            if after < window.len() {
                cut = cut.max(after);
            }
        }
    }
    // 和 joins two units only where a unit ends before it: 自然资源和规划局 stays whole.
    for (at, _) in window.match_indices(['和', '、']) {
        let before = &window[..at];
        let ends_unit = PARTY_SUFFIXES.iter().any(|suffix| before.ends_with(suffix)) || before.ends_with("等");
        if ends_unit {
            cut = cut.max(at + '和'.len_utf8());
        }
    }
    start + cut
}

/// 各, 有关, 两级 and so on: no particular unit.
fn is_vague(core: &str) -> bool {
    const STARTS: [&str; 20] = [
        "各", "有关", "相关", "两级", "全体", "全市", "全县", "全区", "同级", "所有", "一些", "多数", "少数", "被",
        "本", "你", "您", "我市", "我县", "上述",
    ];
    const CLASSES: [&str; 15] = [
        "子公司",
        "下属单位",
        "所属单位",
        "企业",
        "社有企业",
        "国有企业",
        "行政村",
        "村级",
        "镇村",
        "学校",
        "医院",
        "党员",
        "直属单位",
        "下级",
        "农村",
    ];
    // 认可院党组, 管大局, 三个村, 县级医院: words that no name holds.
    const NO_NAME: [&str; 18] = [
        "认可", "肯定", "同志", "三个", "两个", "四个", "五个", "了", "下拨", "上级", "县级", "市级", "区级", "管大",
        "性办", "庄稼", "某某", "直属",
    ];
    // 4家企业党支部 counts units, 7月26日召开党组会 tells a day.
    let holds_figure = core.chars().any(|character| character.is_ascii_digit());
    let counted = core.trim_start_matches(|character: char| "两三四五六七八九十几多".contains(character));
    let is_count = counted.len() < core.len() && counted.starts_with(['家', '个', '名', '所']);
    core.chars().count() > 26
        || is_count
        || holds_figure && core.contains(['月', '日', '家', '个', '年', '次', '份'])
        || NO_NAME.iter().any(|word| core.contains(word))
        || CLASSES.contains(&core)
        || STARTS.iter().any(|word| core.starts_with(word))
}

/// What a document calls its units (单位称谓): full names, and short forms introduced by 以下简称.
#[derive(Debug, Clone, Default)]
pub(super) struct Naming {
    /// Full names in order of appearance.
    pub(super) units: Vec<String>,
    /// Whether the inspection reached down to offices under the unit (延伸巡察), so that findings may be theirs.
    pub(super) reaches_down: bool,
    /// Short form to full name.
    aliases: BTreeMap<String, String>,
    /// Localities named in full, such as 东澜市, most frequent first.
    localities: Vec<String>,
}

static ALIAS: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^（(?:以下|下)?(?:统一)?简称[:：]?[“「]?([^”」（）]{2,12})[”」]?）"));

impl Naming {
    /// Learns the localities of a document from its whole text: those written after 中共, and those that stand free
    /// of other words more than once or in the title.
    pub(super) fn learn_localities<'a>(&mut self, texts: impl Iterator<Item = &'a str>) {
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for text in texts {
            for (start, end) in localities_in(text) {
                let weight = if text[..start].ends_with("中共") { 20 } else { 1 };
                *counts.entry(text[start..end].to_owned()).or_default() += weight;
            }
        }
        counts.retain(|_, count| *count > 1);
        let mut names: Vec<(String, usize)> = counts.into_iter().collect();
        names.sort_by(|left, right| right.1.cmp(&left.1).then_with(|| left.0.cmp(&right.0)));
        self.localities = names.into_iter().map(|(name, _)| name).collect();
    }

    /// Adds the units of a text, with the short forms introduced after them.
    pub(super) fn learn(&mut self, text: &str) {
        for mention in mentions(text) {
            let unit = self.resolve(&mention.name);
            if let Some(captures) = ALIAS.captures(&text[mention.range.end..]) {
                self.aliases.insert(captures[1].to_owned(), unit.clone());
            }
            if !self.units.contains(&unit) {
                self.units.push(unit);
            }
        }
    }

    /// Adds the office of a text that a short form is introduced for, as audits do.
    pub(super) fn learn_office(&mut self, text: &str) {
        for (at, _) in text.match_indices("（") {
            let Some(captures) = ALIAS.captures(&text[at..]) else { continue };
            let head_start = text[..at].char_indices().rev().take(30).last().map_or(0, |(start, _)| start);
            let head = &text[head_start..at];
            let Some(mention) = office_mention(head).filter(|mention| mention.range.end == head.len()) else {
                continue;
            };
            let unit = self.resolve(&mention.name);
            self.aliases.insert(captures[1].to_owned(), unit.clone());
            if !self.units.contains(&unit) {
                self.units.push(unit);
            }
        }
    }

    /// The full name behind a name as written.
    pub(super) fn resolve(&self, name: &str) -> String {
        if let Some(unit) = self.aliases.get(name) {
            return unit.clone();
        }
        let full = self.with_locality(self.without_lead(name));
        if self.units.contains(&full) {
            return full;
        }
        self.same_unit(&full).unwrap_or(full)
    }

    /// The full name behind a name that stands under a heading about another unit: 岩脊村党总支 under 霁原县磬埠镇党委 is
    /// 霁原县磬埠镇岩脊村党总支.
    pub(super) fn resolve_in(&self, name: &str, above: Option<&str>) -> String {
        let full = self.resolve(name);
        let core = split_suffix(&full).0;
        let is_of_town = core.ends_with('村') || core.ends_with("社区");
        let town = above.map(|above| town_of(split_suffix(above).0)).filter(|town| !town.is_empty());
        match town {
            Some(town) if is_of_town && town_of(core).is_empty() => {
                let longer = format!("{town}{name}");
                if self.units.contains(&longer) { longer } else { self.resolve(&longer) }
            }
            _ => full,
        }
    }

    /// The unit that a text opens with by what it is to itself: 局党组, 镇党委, 集团公司党委.
    pub(super) fn self_name(&self, text: &str, above: Option<&str>) -> Option<String> {
        const KINDS: [&str; 18] = [
            "集团公司",
            "街道",
            "中心",
            "公司",
            "集团",
            "医院",
            "学校",
            "镇",
            "乡",
            "局",
            "委",
            "院",
            "校",
            "社",
            "村",
            "园",
            "所",
            "站",
        ];
        let text = text.trim_start_matches(['该', '我', '你', '本', '县', '市', '区']);
        let kind = KINDS.iter().find(|kind| text.starts_with(**kind))?;
        let suffix = PARTY_SUFFIXES.iter().find(|suffix| text[kind.len()..].starts_with(**suffix))?;
        let fits = |unit: &&str| {
            let (core, own) = split_suffix(unit);
            core.ends_with(*kind) && (own == *suffix || own.is_empty())
        };
        if let Some(above) = above.filter(|above| fits(above)) {
            return Some(above.to_owned());
        }
        let mut known = self.units.iter().map(String::as_str).filter(fits);
        known.next().filter(|_| known.next().is_none()).map(str::to_owned)
    }

    /// The full name of an office under a unit: 城关镇卫生院 under a bureau of 北垣县 is 北垣县城关镇卫生院.
    pub(super) fn resolve_under(&self, office: &str, unit: Option<&str>) -> String {
        let full = self.resolve(office);
        let county = unit.and_then(|unit| self.localities.iter().find(|locality| unit.starts_with(locality.as_str())));
        let is_of_town = full.chars().nth(2).is_some_and(|character| "镇乡".contains(character));
        match county.filter(|_| is_of_town) {
            Some(county) => self.resolve(&format!("{county}{full}")),
            None => full,
        }
    }

    /// The unit that a caption, group row or sheet name is about: 被巡察党组织：…, 1教育局党组.
    pub(super) fn unit_in(&self, words: &str) -> Option<String> {
        let words = words.trim().trim_start_matches(|it: char| it.is_ascii_digit() || "、.．（）() ".contains(it));
        let words = super::numbering::leading(words).map_or(words, |number| &words[number.len..]);
        if let Some(mention) = mentions(words).into_iter().next() {
            return Some(self.resolve(&mention.name));
        }
        let mention = office_mention(words)?;
        let is_whole = mention.range.start == 0 && mention.range.end == words.len();
        self.same_unit(&mention.name).or_else(|| is_whole.then(|| self.resolve(&mention.name)))
    }

    /// The known unit that a name is a shorter form of: its characters in the same order, with the same kind of
    /// party organisation if it names one, and no other known unit fits as well.
    pub(super) fn same_unit(&self, name: &str) -> Option<String> {
        let short = Parts::of(name);
        let fits: Vec<&String> = self.units.iter().filter(|unit| short.may_stand_for(&Parts::of(unit))).collect();
        match fits[..] {
            [only] => Some(only.clone()),
            _ => None,
        }
    }

    /// A name without words that were taken for its beginning: 经报县农业农村局党组 starts at 县.
    fn without_lead<'a>(&self, name: &'a str) -> &'a str {
        const MAX_LEAD: usize = 6;
        for (at, character) in name.char_indices().skip(1).take(MAX_LEAD) {
            let before = &name[..at];
            if !"市县区".contains(character)
                || before.ends_with(['社', '园', '校', '院', '景', '新', '矿', '辖', '片', '开', '发', '城', '小'])
            {
                continue;
            }
            let upto = &name[..at + character.len_utf8()];
            let known = self.localities.iter().find(|locality| upto.ends_with(locality.as_str()));
            return match known {
                Some(locality) => &name[upto.len() - locality.len()..],
                None if is_locality(upto) => name,
                None => &name[at..],
            };
        }
        name
    }

    /// 市教育局党组 with the city's name in full.
    fn with_locality(&self, name: &str) -> String {
        for level in ["市", "县", "区"] {
            let Some(rest) = name.strip_prefix(level) else { continue };
            if rest.starts_with(['直', '属', '区', '内']) {
                continue;
            }
            if let Some(locality) = self.localities.iter().find(|locality| locality.ends_with(level)) {
                return format!("{locality}{rest}");
            }
        }
        // A village is known by its town.
        let is_village = split_suffix(name).0.ends_with(['村']) || split_suffix(name).0.ends_with("社区");
        let mut towns =
            self.units.iter().filter_map(|unit| unit.strip_suffix("党委")).filter(|unit| unit.ends_with(['镇', '乡']));
        let town = towns.next().filter(|_| towns.next().is_none());
        match town {
            Some(town) if is_village && !name.contains(['镇', '乡']) => {
                let short = town.rfind(['县', '区', '市']).map_or(town, |at| &town[at + '县'.len_utf8()..]);
                format!("{short}{name}")
            }
            _ => name.to_owned(),
        }
    }
}

/// What a unit's name is made of: 东澜市, 教育局, 党组.
struct Parts<'a> {
    /// The place in full, or its level alone.
    place: Option<&'a str>,
    core: &'a str,
    suffix: &'a str,
}

impl<'a> Parts<'a> {
    fn of(name: &'a str) -> Self {
        let (core, suffix) = split_suffix(name);
        let locality = LOCALITY.find(core).filter(|found| found.start() == 0 && is_locality(found.as_str()));
        let len = match locality {
            Some(found) => found.end(),
            None => core.chars().next().filter(|first| "市县区".contains(*first)).map_or(0, char::len_utf8),
        };
        Self { place: (len > 0).then(|| &core[..len]), core: &core[len..], suffix }
    }

    /// Whether another name has the same characters in the same order, the same kind of party organisation if this one
    /// names one, and may be of the same place: 县 and 市 units of one name are different units.
    fn may_stand_for(&self, other: &Parts<'_>) -> bool {
        let is_same_place = match (self.place, other.place) {
            (Some(left), Some(right)) => left.ends_with(right) || right.ends_with(left),
            _ => true,
        };
        is_same_place
            && (self.suffix.is_empty() || other.suffix == self.suffix)
            && self.core.chars().nth(1).is_some()
            && is_subsequence(self.core, other.core)
    }
}

/// The full name of each unit among all names in use (单位全称): 市教育局党组 is 东澜市教育局党组 where only one known
/// unit ends so, and 市一中党委 is 东澜市第一中学党委 where only one known unit of that place has those characters in
/// that order. Names that are nobody's short form map to themselves.
///
/// An office under its former name is the office of the present name where that is known, too.
pub fn canonical_units<'a>(names: impl Iterator<Item = &'a str>, renames: &Renames) -> BTreeMap<String, String> {
    let all: BTreeSet<&str> = names.collect();
    let cities: BTreeSet<&str> = all.iter().filter_map(|name| city(name)).collect();
    let only_city = if cities.len() == 1 { cities.first().copied() } else { None };
    // Names by the characters they hold and by their ends, so that a name is held against few others.
    let parts: BTreeMap<&str, Parts<'_>> = all.iter().map(|&name| (name, Parts::of(name))).collect();
    let mut holding: BTreeMap<char, Vec<(&str, &Parts<'_>)>> = BTreeMap::new();
    let mut ending: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (&name, parts) in &parts {
        for character in parts.core.chars().collect::<BTreeSet<char>>() {
            holding.entry(character).or_default().push((name, parts));
        }
        for (at, _) in name.char_indices().skip(1) {
            ending.entry(&name[at..]).or_default().push(name);
        }
    }
    let longer_form = |name: &str| -> Option<String> {
        let short = &parts[name];
        let rarest =
            short.core.chars().filter_map(|character| holding.get(&character)).min_by_key(|held| held.len())?;
        let mut fits = rarest.iter().filter(|(other, parts)| *other != name && short.may_stand_for(parts));
        let (only, _) = fits.next().filter(|_| fits.next().is_none())?;
        (only.chars().count() > name.chars().count()).then(|| (*only).to_owned())
    };
    let renamed = |name: &str| -> Option<String> {
        let parts = &parts[name];
        let (new, _) = renames.current(parts.core)?;
        let now = format!("{}{new}{}", parts.place.unwrap_or_default(), parts.suffix);
        all.contains(now.as_str()).then_some(now)
    };
    let step: BTreeMap<&str, String> = all
        .iter()
        .map(|&name| {
            let full = renamed(name).or_else(|| match ending.get(name).map_or(&[][..], Vec::as_slice) {
                [only] => Some((*only).to_owned()),
                // Where all names are of one city, 市 is that city.
                [] => longer_form(name).or_else(|| Some(format!("{}{}", only_city?, name.strip_prefix('市')?))),
                _ => None,
            });
            (name, full.unwrap_or_else(|| name.to_owned()))
        })
        .collect();
    // A short form may lead to a longer one that leads to the full name.
    let mut canonical = BTreeMap::new();
    for &name in &all {
        let mut full = name;
        for _ in 0..4 {
            full = step.get(full).map_or(full, String::as_str);
        }
        canonical.insert(name.to_owned(), full.to_owned());
    }
    canonical
}

/// The city a full name starts with.
fn city(name: &str) -> Option<&str> {
    let end = name.char_indices().nth(3).map_or(name.len(), |(at, _)| at);
    Some(&name[..end]).filter(|start| start.ends_with('市') && is_locality(start))
}

/// A name's core and its party suffix.
pub(super) fn split_suffix(name: &str) -> (&str, &str) {
    let suffix = PARTY_SUFFIXES.iter().find(|suffix| name.ends_with(**suffix)).copied().unwrap_or("");
    (&name[..name.len() - suffix.len()], suffix)
}

const NOT_IN_NAMES: &str = "市县区委该两各全对向在和及由于到是原已未经报转届一二三四五六七八九十为有无从等个名家被把将要应可并也还又再不没均曾先其他此这那围绕了按据会年月日进出通过巡察组";

fn is_locality(name: &str) -> bool {
    const NONE: [&str; 32] = [
        "全市", "我市", "本市", "各市", "城市", "超市", "上市", "全县", "我县", "本县", "各县", "全区", "我区", "本区",
        "各区", "市区", "城区", "镇区", "社区", "园区", "校区", "辖区", "地区", "库区", "山区", "灾区", "片区", "景区",
        "小区", "矿区", "院区", "市县",
    ];
    const VERBS: [&str; 10] = ["建议", "包括", "以及", "督促", "要求", "支持", "协调", "责成", "配合", "其中"];
    let n_chars = name.chars().count();
    let is_han = name.chars().all(|character| ('\u{4e00}'..='\u{9fff}').contains(&character));
    is_han
        && !VERBS.iter().any(|verb| name.starts_with(verb))
        && (3..=4).contains(&n_chars)
        && !NONE.iter().any(|word| name.ends_with(word))
        // Verbs, numerals and function words are in no place name met so far.
        && !name.chars().rev().skip(1).any(|character| NOT_IN_NAMES.contains(character))
}

/// Places named in a text that stand free of other words: two characters, or three, and 市, 县, 区 or 旗.
fn localities_in(text: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    for (at, level) in text.char_indices().filter(|(_, character)| "市县区旗".contains(*character)) {
        let end = at + level.len_utf8();
        let starts: Vec<usize> = text[..at].char_indices().rev().take(3).map(|(start, _)| start).collect();
        for start in [starts.get(1), starts.get(2)].into_iter().flatten().copied() {
            // A name in the middle of a word is none, unless what stands before cannot be part of a name.
            let before = &text[..start];
            let is_free = before.ends_with("中共")
                || before.chars().next_back().is_none_or(|character| {
                    !('\u{4e00}'..='\u{9fff}').contains(&character) || "对向在由为给和及于察组市届".contains(character)
                });
            if is_free && is_locality(&text[start..end]) {
                found.push((start, end));
                break;
            }
        }
    }
    found
}

/// The part of a name up to the town it names: 霁原县磬埠镇 of 霁原县磬埠镇岩脊村; empty where it names none.
fn town_of(core: &str) -> &str {
    let end = ["街道", "镇", "乡"].iter().filter_map(|level| core.find(level).map(|at| at + level.len())).min();
    end.map_or("", |end| &core[..end])
}

/// Whether all characters of one text stand in another, in order.
fn is_subsequence(short: &str, long: &str) -> bool {
    let mut wanted = long.chars();
    short.chars().all(|character| wanted.any(|other| other == character))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<String> {
        mentions(text).into_iter().map(|mention| mention.name).collect()
    }

    #[test]
    fn mentions_in_running_text() {
        assert_eq!(
            names("市委第四巡察组对市自然资源和规划局党组、县医院党委和白渡镇党委开展了巡察"),
            ["市自然资源和规划局党组", "县医院党委", "白渡镇党委"]
        );
        assert_eq!(names("局党组要带头，各级党委要压实责任"), [""; 0]);
        assert_eq!(names("中共北垣县柳溪镇委员会关于整改情况的报告"), ["北垣县柳溪镇党委"]);
    }

    #[test]
    fn short_forms_lead_to_full_names() {
        let mut naming = Naming::default();
        naming.learn_localities(["中共东澜市委第四巡察组"].into_iter());
        naming.learn("对市供销合作社联合社党组（以下简称“市社党组”）和市第一中学党委开展巡察");
        assert_eq!(naming.units, ["东澜市供销合作社联合社党组", "东澜市第一中学党委"]);
        assert_eq!(naming.resolve("市社党组"), "东澜市供销合作社联合社党组");
        assert_eq!(naming.resolve("市一中党委"), "东澜市第一中学党委");
        assert_eq!(naming.resolve("县一中党委"), "县一中党委");
    }
}
