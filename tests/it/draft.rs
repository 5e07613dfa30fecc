//! A draft cannot be changed without its verification saying so.

use jianlin::cluster::Rule;
use jianlin::draft::Standing;

use crate::sample;

/// Writes a Markdown draft, changes it and its manifest, and verifies it.
fn verified(
    change: impl Fn(String) -> String,
    change_manifest: impl Fn(String) -> String,
) -> jianlin::draft::Verification {
    let (folder, mut workspace) = sample::workspace();
    let today = "2026-01-01".parse().unwrap();
    let outline = workspace.outline(Some("教育"), &[], &Rule::STANDARD, today, "巡察办").unwrap();
    let file = folder.path().join("稿.md");
    let manifest = workspace.write_draft(&outline, &file, today, "巡察办", "2026-01-01").unwrap();
    std::fs::write(&file, change(std::fs::read_to_string(&file).unwrap())).unwrap();
    std::fs::write(&manifest, change_manifest(std::fs::read_to_string(&manifest).unwrap())).unwrap();
    workspace.verify(&file).unwrap()
}

#[test]
fn a_changed_number_is_seen() {
    let verification =
        verified(|text| text.replacen("家被巡察党组织中有", "家被巡察党组织中有1", 1), |manifest| manifest);
    assert!(!verification.holds());
    assert_eq!(verification.count(Standing::Unknown), 1);
    let both = |text: String| text.replacen("家被巡察党组织中有", "家被巡察党组织中有1", 1);
    let verification = verified(both, both);
    assert_eq!(verification.count(Standing::Failed), 1, "a figure that does not follow from its evidence");
}

#[test]
fn an_added_sentence_is_seen() {
    let add = |text: String| text.replacen("## 二、", "该系统党组织普遍存在严重问题，必须全面整顿。\n\n## 二、", 1);
    let verification = verified(add, |manifest| manifest);
    let unknown: Vec<_> = verification.sentences.iter().filter(|it| it.standing == Standing::Unknown).collect();
    assert_eq!(unknown.len(), 1);
    assert!(unknown[0].text.contains("普遍存在严重问题"));
}

#[test]
fn lost_evidence_is_seen() {
    let lose = |manifest: String| {
        let mut value: serde_json::Value = serde_json::from_str(&manifest).unwrap();
        value["evidence"][0]["quote"] = "原文里没有的一句话".into();
        value.to_string()
    };
    let verification = verified(|text| text, lose);
    assert!(verification.count(Standing::Failed) > 0);
    let reasons: Vec<&String> = verification.sentences.iter().flat_map(|it| &it.reasons).collect();
    assert!(reasons.iter().any(|reason| reason.contains("找不到原文")), "{reasons:?}");
}

#[test]
fn a_removed_sentence_does_no_harm() {
    let verification = verified(
        |text| text.lines().filter(|line| !line.contains("此外，")).collect::<Vec<_>>().join("\n"),
        |manifest| manifest,
    );
    assert!(verification.holds() && verification.count(Standing::Removed) > 0);
}
