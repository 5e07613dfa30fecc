//! Puts the parts that docx-rs writes into the order the WordprocessingML schema demands (元素次序).
//!
//! docx-rs writes the children of several elements in an order of its own, which strict readers call damaged. The
//! orders below are those of ISO/IEC 29500-4. Identifiers that docx-rs draws from a counter are dropped or renumbered,
//! so that the same outline gives the same bytes.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// Orders of children, by parent.
const ORDERS: [(&str, &str); 7] = [
    (
        "w:pPr",
        "pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr suppressLineNumbers pBdr shd tabs suppressAutoHyphens kinsoku wordWrap overflowPunct topLinePunct autoSpaceDE autoSpaceDN bidi adjustRightInd snapToGrid spacing ind contextualSpacing mirrorIndents suppressOverlap jc textDirection textAlignment textboxTightWrap outlineLvl divId cnfStyle rPr sectPr pPrChange",
    ),
    (
        "w:rPr",
        "rStyle rFonts b bCs i iCs caps smallCaps strike dstrike outline shadow emboss imprint noProof snapToGrid vanish webHidden color spacing w kern position sz szCs highlight u effect bdr shd fitText vertAlign rtl cs em lang eastAsianLayout specVanish oMath rPrChange",
    ),
    (
        "w:sectPr",
        "headerReference footerReference footnotePr endnotePr type pgSz pgMar paperSrc pgBorders lnNumType pgNumType cols formProt vAlign noEndnote titlePg textDirection bidi rtlGutter docGrid printerSettings sectPrChange",
    ),
    (
        "w:tblPr",
        "tblStyle tblpPr tblOverlap bidiVisual tblStyleRowBandSize tblStyleColBandSize tblW jc tblCellSpacing tblInd tblBorders shd tblLayout tblCellMar tblLook",
    ),
    (
        "w:tcPr",
        "cnfStyle tcW gridSpan hMerge vMerge tcBorders shd noWrap tcMar textDirection tcFitText vAlign hideMark",
    ),
    (
        "w:trPr",
        "cnfStyle divId gridBefore gridAfter wBefore wAfter cantSplit trHeight tblHeader tblCellSpacing jc hidden",
    ),
    ("w:tblBorders", "top left start bottom right end insideH insideV"),
];

/// Attributes that are counters of docx-rs.
const COUNTERS: [&str; 3] = ["w14:paraId", "w14:textId", "w:rsidR"];

#[derive(Default)]
struct Node {
    name: String,
    attributes: Vec<(String, String)>,
    /// Children and text in order: text has no name.
    children: Vec<Node>,
    text: String,
}

/// The part in schema order; a part that cannot be parsed stays as it is. The first row of every table becomes a
/// header row that repeats on each page.
pub(super) fn in_schema_order(part: &[u8]) -> Vec<u8> {
    let Some(mut root) = parse(part) else { return part.to_vec() };
    mend(&mut root);
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>");
    for child in &root.children {
        write(child, &mut out);
    }
    out.into_bytes()
}

fn parse(part: &[u8]) -> Option<Node> {
    let mut reader = Reader::from_reader(part);
    let mut stack = vec![Node::default()];
    let mut buffer = Vec::new();
    loop {
        match reader.read_event_into(&mut buffer).ok()? {
            Event::Start(start) => stack.push(node(&start)),
            Event::Empty(start) => stack.last_mut()?.children.push(node(&start)),
            Event::End(_) => {
                let closed = stack.pop()?;
                stack.last_mut()?.children.push(closed);
            }
            Event::Text(text) => {
                let text = text.to_string();
                stack.last_mut()?.children.push(Node { text, ..Node::default() });
            }
            Event::GeneralRef(reference) => {
                let text = format!("&{};", &*reference);
                stack.last_mut()?.children.push(Node { text, ..Node::default() });
            }
            Event::Eof => break,
            _ => {}
        }
        buffer.clear();
    }
    stack.pop().filter(|_| stack.is_empty())
}

fn node(start: &BytesStart<'_>) -> Node {
    let attributes = start
        .attributes()
        .flatten()
        .map(|attribute| (attribute.key.as_ref().to_owned(), attribute.value.to_string()))
        .filter(|(key, _)| !COUNTERS.contains(&key.as_str()))
        .collect();
    Node { name: start.name().as_ref().to_owned(), attributes, ..Node::default() }
}

fn mend(node: &mut Node) {
    if let Some((_, order)) = ORDERS.iter().find(|(parent, _)| *parent == node.name) {
        let names: Vec<&str> = order.split(' ').collect();
        let rank = |child: &Node| {
            names.iter().position(|name| child.name.strip_prefix("w:") == Some(name)).unwrap_or(names.len())
        };
        node.children.sort_by_key(rank);
    }
    if node.name == "w:lvl" {
        // Only paragraphs may carry the look of their mark in their properties.
        for properties in node.children.iter_mut().filter(|child| child.name == "w:pPr") {
            properties.children.retain(|child| child.name != "w:rPr");
        }
    }
    if node.name == "w:gridCol" {
        node.attributes.retain(|(key, _)| key != "w:type");
    }
    if node.name == "w:tbl"
        && let Some(row) = node.children.iter_mut().find(|child| child.name == "w:tr")
    {
        let header = || Node { name: "w:tblHeader".to_owned(), ..Node::default() };
        match row.children.iter_mut().find(|child| child.name == "w:trPr") {
            Some(properties) => properties.children.push(header()),
            None => {
                row.children.insert(0, Node { name: "w:trPr".to_owned(), children: vec![header()], ..Node::default() })
            }
        }
    }
    for child in &mut node.children {
        mend(child);
    }
}

fn write(node: &Node, out: &mut String) {
    if node.name.is_empty() {
        out.push_str(&node.text);
        return;
    }
    out.push('<');
    out.push_str(&node.name);
    for (key, value) in &node.attributes {
        out.push_str(&format!(" {key}=\"{value}\""));
    }
    if node.children.is_empty() {
        out.push_str("/>");
        return;
    }
    out.push('>');
    for child in &node.children {
        write(child, out);
    }
    out.push_str(&format!("</{}>", node.name));
}

/// Renumbers identifiers such as `rIdFooter7` in several parts by first appearance: 1, 2, …
pub(super) fn renumber(parts: &mut [&mut Vec<u8>], prefix: &str) {
    let mut known: Vec<String> = Vec::new();
    for part in parts {
        let text = String::from_utf8_lossy(part).into_owned();
        let mut out = String::with_capacity(text.len());
        let mut rest = text.as_str();
        while let Some(at) = rest.find(prefix) {
            let digits_at = at + prefix.len();
            let n_digits = rest[digits_at..].bytes().take_while(u8::is_ascii_digit).count();
            let digits = rest[digits_at..digits_at + n_digits].to_owned();
            out.push_str(&rest[..digits_at]);
            if !digits.is_empty() {
                let position = known.iter().position(|it| *it == digits).unwrap_or_else(|| {
                    known.push(digits.clone());
                    known.len() - 1
                });
                out.push_str(&(position + 1).to_string());
            }
            rest = &rest[digits_at + n_digits..];
        }
        out.push_str(rest);
        **part = out.into_bytes();
    }
}
