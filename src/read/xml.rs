//! XML trees (XML 树) of bounded depth and size, with local names only.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::{Limits, Refusal};

/// An element.
#[derive(Debug, Default)]
pub(super) struct Node {
    /// Local name.
    pub(super) name: String,
    attributes: Vec<(String, String)>,
    /// Child elements.
    pub(super) children: Vec<Node>,
    /// Its own text.
    pub(super) text: String,
}

impl Node {
    /// The first child of that name.
    pub(super) fn child(&self, name: &str) -> Option<&Node> {
        self.children.iter().find(|child| child.name == name)
    }

    /// The attribute of that local name.
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The `val` attribute of the first child of that name.
    pub(super) fn value(&self, name: &str) -> Option<&str> {
        self.child(name).and_then(|child| child.attribute("val"))
    }

    /// The `val` of that child as a number.
    pub(super) fn number(&self, name: &str) -> Option<u32> {
        self.value(name).and_then(|value| value.trim().parse().ok())
    }

    /// Whether the child is there and not switched off.
    pub(super) fn is_on(&self, name: &str) -> bool {
        self.child(name).is_some_and(|child| !matches!(child.attribute("val"), Some("0" | "false" | "off")))
    }
}

/// Parses a part; its root is the only child of the node returned.
pub(super) fn tree(bytes: &[u8], limits: &Limits) -> Result<Node, Refusal> {
    let broken = || Refusal::corrupt("内部结构不完整");
    let mut reader = Reader::from_reader(bytes);
    let mut stack = vec![Node::default()];
    let mut buffer = Vec::new();
    let mut n_nodes = 0usize;
    loop {
        match reader.read_event_into(&mut buffer).map_err(|_| broken())? {
            Event::Start(start) => {
                n_nodes += 1;
                if stack.len() > limits.xml_depth || n_nodes > limits.xml_nodes {
                    return Err(Refusal::too_big("内部层次或部件超出上限"));
                }
                stack.push(node(&start));
            }
            Event::Empty(start) => {
                n_nodes += 1;
                stack.last_mut().ok_or_else(broken)?.children.push(node(&start));
            }
            Event::End(_) => {
                let closed = stack.pop().ok_or_else(broken)?;
                stack.last_mut().ok_or_else(broken)?.children.push(closed);
            }
            Event::Text(text) => stack.last_mut().ok_or_else(broken)?.text.push_str(&text),
            Event::CData(text) => {
                stack.last_mut().ok_or_else(broken)?.text.push_str(&text);
            }
            Event::GeneralRef(reference) => {
                let resolved = match reference.to_string().as_str() {
                    "amp" => Some('&'),
                    "lt" => Some('<'),
                    "gt" => Some('>'),
                    "quot" => Some('"'),
                    "apos" => Some('\''),
                    _ => reference.resolve_char_ref().ok().flatten(),
                };
                stack.last_mut().ok_or_else(broken)?.text.extend(resolved);
            }
            // Nothing an office writes needs a document type; entity bombs do.
            Event::DocType(_) => return Err(Refusal::corrupt("内含不安全的定义，已拒读")),
            Event::Eof => break,
            _ => {}
        }
        buffer.clear();
    }
    if stack.len() != 1 {
        return Err(broken());
    }
    stack.pop().ok_or_else(broken)
}

fn node(start: &BytesStart<'_>) -> Node {
    let attributes = start
        .attributes()
        .flatten()
        .map(|attribute| (local(attribute.key.as_ref()), unescape(&attribute.value)))
        .collect();
    Node { name: local(start.name().as_ref()), attributes, ..Node::default() }
}

fn local(name: &str) -> String {
    name.rsplit(':').next().unwrap_or(name).to_owned()
}

fn unescape(value: &str) -> String {
    value.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&apos;", "'").replace("&amp;", "&")
}
