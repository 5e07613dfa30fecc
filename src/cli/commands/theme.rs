//! `theme`: curation of themes, through the journal.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Value, json};

use super::super::theme_args::{Theme, ThemeAction as Asked};
use super::super::ui::{Ui, clean};
use super::super::{Ended, Outcome, Stopped, clock, json as contract};
use super::finding::whole_ids;
use crate::cluster::Rule;
use crate::diag::Error;
use crate::model::{ThemeAction, ThemeDecision, ThemeEvent, Themes};
use crate::workspace::{Curated, NewTrigger, Proposal, Wish, Workspace};

pub(crate) fn run(args: &Theme, root: &Path, ui: &Ui) -> Outcome {
    let mut workspace = Workspace::open_existing(root)?;
    let whole = |ids: &[String], workspace: &Workspace| -> Result<Vec<String>, Error> { whole_ids(ids, workspace) };
    let (wish, reason) = match &args.action {
        Asked::Move(it) => (Wish::Move(whole(&it.findings, &workspace)?, it.to.clone()), &it.reason),
        Asked::Merge(it) => (Wish::Merge(it.themes.clone()), &it.reason),
        Asked::Split(it) => {
            (Wish::Split(it.theme.clone(), whole(&it.findings, &workspace)?, it.name.clone()), &it.reason)
        }
        Asked::New(it) => (Wish::New(whole(&it.findings, &workspace)?, it.name.clone()), &it.reason),
        Asked::Rename(it) => (Wish::Rename(it.theme.clone(), it.name.clone()), &it.reason),
        Asked::Pin(it) => (Wish::Pin(it.theme.clone(), !it.off), &it.reason),
        Asked::Exclude(it) => {
            let (themes, findings): (Vec<String>, Vec<String>) =
                it.ids.iter().cloned().partition(|id| id.starts_with('T'));
            (Wish::Exclude([themes, whole(&findings, &workspace)?].concat()), &it.reason)
        }
        Asked::Apart(it) => {
            let are_themes = [&it.left, &it.right].map(|id| id.starts_with('T'));
            match are_themes {
                [true, true] => (Wish::Apart(it.left.clone(), it.right.clone()), &it.reason),
                [false, false] => {
                    let ids = whole(&[it.left.clone(), it.right.clone()], &workspace)?;
                    (Wish::Apart(ids[0].clone(), ids[1].clone()), &it.reason)
                }
                _ => {
                    return Err(Error::new(
                        "一个是主题，一个是问题",
                        "写两个主题的编号，或两条问题的编号；要把一条问题移出主题，用 theme move 或 theme exclude",
                    )
                    .into());
                }
            }
        }
        Asked::Note(it) => (Wish::Note(it.theme.clone(), it.text.clone()), &it.reason),
        Asked::Pairs(it) => return pairs(it.sector.as_deref(), it.limit, &workspace, ui),
        Asked::Trigger(it) => return trigger(it, &mut workspace, ui),
        Asked::Propose(it) => return propose(it.sector.as_deref(), it.all, &workspace, ui),
        Asked::Accept(it) => {
            let proposal =
                workspace.accept(&it.proposal, it.sector.as_deref(), &it.reason.by, &it.reason.why, &clock::now())?;
            if ui.json {
                ui.out(&json!({"accepted": proposal.id, "moved": proposal.n_moving}).to_string())?;
            } else {
                ui.out(&format!("已采纳提案{}：{}条问题换了主题", proposal.id, proposal.n_moving))?;
                ui.say("要退回去：jianlin theme undo");
            }
            return Ok(Ended::Done);
        }
        Asked::Undo(it) => return undo(it.number, &it.by, &mut workspace, ui),
        Asked::Log(it) => return log(it.sector.as_deref(), it.theme.as_deref(), &workspace, ui),
        Asked::Export(it) => return export(&it.file, &workspace, ui),
        Asked::Import(it) => return import(&it.file, &mut workspace, ui),
    };
    let decision = workspace.curate(&wish, &reason.by, &reason.why, &clock::now())?;
    told(&decision, &workspace, ui)
}

/// The themes of a decision's sector as they are now.
fn now(scope: &str, workspace: &Workspace) -> Result<Themes, Error> {
    workspace.themes(Some(scope).filter(|it| !it.is_empty()), &[], &Rule::STANDARD)
}

/// A theme in a few words.
fn brief(id: &str, themes: &Themes) -> String {
    match themes.themes.iter().find(|theme| theme.id == id) {
        Some(theme) => {
            format!("{id}“{}”（{}条，{}家）", clean(&theme.name), theme.findings.len(), theme.units.len())
        }
        None => format!("{id}（已没有问题）"),
    }
}

fn told(decision: &ThemeDecision, workspace: &Workspace, ui: &Ui) -> Outcome {
    let themes = now(&decision.scope, workspace)?;
    let mut touched: Vec<&String> = decision.themes.iter().map(|it| &it.id).collect();
    touched.extend(
        decision
            .groups
            .iter()
            .filter_map(|group| group.theme.as_ref())
            .filter(|id| !decision.themes.iter().any(|it| it.id == **id)),
    );
    if ui.json {
        let listed: Vec<Value> = touched
            .iter()
            .map(|id| {
                let theme = themes.themes.iter().find(|theme| theme.id == **id);
                json!({"id": id, "name": theme.map(|it| &it.name), "findings": theme.map_or(0, |it| it.findings.len()),
                    "units": theme.map_or(0, |it| it.units.len())})
            })
            .collect();
        ui.out(&json!({"decision": decision.uid, "action": decision.action.name(), "themes": listed}).to_string())?;
        return Ok(Ended::Done);
    }
    let n_findings: usize = decision.groups.iter().map(|group| group.findings.len()).sum();
    let first = touched.first().map_or(String::new(), |id| brief(id, &themes));
    let said = match decision.action {
        ThemeAction::Move => format!("已把{n_findings}条问题移到 {first}"),
        ThemeAction::Merge => format!("已合并为 {first}"),
        ThemeAction::Split => {
            let parts: Vec<String> = touched[1..].iter().map(|id| brief(id, &themes)).collect();
            format!("已拆分：{first}；新的主题 {}", parts.join("、"))
        }
        ThemeAction::New => format!("已新建 {first}"),
        ThemeAction::Rename => format!("已改名 {first}"),
        ThemeAction::Pin => format!("已锁定 {first}：重新归类的提案不再动它，新读入的问题仍可归入"),
        ThemeAction::Unpin => format!("已解除锁定 {first}"),
        ThemeAction::Exclude => format!("已把{n_findings}条问题列为个性问题，不再参加归类"),
        ThemeAction::Apart if touched.len() == 2 => {
            format!("已标明不是一类：{first} 与 {}", brief(touched[1], &themes))
        }
        ThemeAction::Apart => "已标明这两条问题不是一类".to_owned(),
        ThemeAction::Note => format!("已给 {first} 写上批注"),
        ThemeAction::Trigger | ThemeAction::Accept | ThemeAction::Undo => String::new(),
    };
    ui.out(&said)?;
    ui.say("看结果：jianlin themes；要退回去：jianlin theme undo");
    Ok(Ended::Done)
}

fn pairs(sector: Option<&str>, limit: usize, workspace: &Workspace, ui: &Ui) -> Outcome {
    let pairs = workspace.theme_pairs(sector, limit)?;
    let themes = workspace.themes(sector, &[], &Rule::STANDARD)?;
    if ui.json {
        let listed: Vec<Value> = pairs
            .iter()
            .map(|(value, left, right)| json!({"left": left, "right": right, "similarity": contract::rounded(*value)}))
            .collect();
        ui.out(&json!({"pairs": listed}).to_string())?;
    } else if pairs.is_empty() {
        ui.out("没有相近到可以建议合并的主题")?;
    } else {
        for (value, left, right) in &pairs {
            ui.out(&format!("  相近{:>3.0}%  {}  与  {}", value * 100.0, brief(left, &themes), brief(right, &themes)))?;
        }
        ui.say("是一类：jianlin theme merge 编号 编号；不是一类：jianlin theme apart 编号 编号");
    }
    Ok(if pairs.is_empty() { Ended::Partly } else { Ended::Done })
}

fn trigger(args: &super::super::theme_args::Trigger, workspace: &mut Workspace, ui: &Ui) -> Outcome {
    const LISTED: usize = 20;
    let wanted = NewTrigger { words: args.words.clone(), type_name: args.type_name.clone(), area: args.area.clone() };
    let effect = workspace.trigger_effect(&args.theme, &wanted)?;
    if args.apply {
        workspace.add_trigger(&effect, &args.reason.by, &args.reason.why, &clock::now())?;
    }
    if ui.json {
        let changed: Vec<Value> = effect
            .changed
            .iter()
            .map(|(before, after)| json!({"finding": before.id, "quote": before.quote, "from": before.type_id, "to": after.type_id}))
            .collect();
        let value = json!({"line": effect.line, "type": effect.type_id, "new_type": effect.is_new_type,
            "documents": effect.n_documents, "changed": changed, "otherwise": effect.n_otherwise, "applied": args.apply});
        ui.out(&value.to_string())?;
        return Ok(Ended::Done);
    }
    let new = if effect.is_new_type { "新设类型" } else { "类型" };
    ui.out(&ui.bold(&format!("{new} {} {}：加触发词“{}”", effect.type_id, effect.type_name, args.words.join("”“"))))?;
    ui.out(&format!("含有这些词的文书{}份，会改类的问题{}条", effect.n_documents, effect.changed.len()))?;
    for (before, after) in effect.changed.iter().take(LISTED) {
        let from = if before.type_name.is_empty() { "未定类" } else { &before.type_name };
        ui.out(&format!("  {}  {}", before.id, clean(&before.quote)))?;
        ui.out(&ui.dim(&format!("    {from} → {}", after.type_name)))?;
    }
    if effect.changed.len() > LISTED {
        ui.out(&ui.dim(&format!("  另有{}条（加 --json 列出全部）", effect.changed.len() - LISTED)))?;
    }
    if effect.n_otherwise > 0 {
        ui.out(&format!("另有{}条问题的起止会有变动", effect.n_otherwise))?;
    }
    if args.apply {
        ui.out(&format!("已写入 {}", workspace.root().join("taxonomy.tsv").display()))?;
        ui.say("词表变了，文书要按新词表重新抽取：运行 jianlin reindex；要退回去：jianlin theme undo");
        ui.say("改类后要看归类有什么不同：jianlin theme propose");
    } else if effect.changed.is_empty() {
        ui.say("没有问题会改类：换几个这一类问题原文里常用、别的类少用的词再试");
    } else {
        ui.say("还没有改动；认可的话，同一命令加 --apply");
    }
    Ok(if effect.changed.is_empty() && !args.apply { Ended::Partly } else { Ended::Done })
}

fn propose(sector: Option<&str>, all: bool, workspace: &Workspace, ui: &Ui) -> Outcome {
    const LISTED: usize = 5;
    let proposal: Proposal = workspace.propose(sector)?;
    let themes = workspace.themes(sector, &[], &Rule::STANDARD)?;
    if ui.json {
        let changes: Vec<Value> = proposal
            .changes
            .iter()
            .map(|it| json!({"kind": it.kind, "id": it.id, "from": it.from, "joining": it.joining, "leaving": it.leaving, "findings": it.n_findings}))
            .collect();
        let value =
            json!({"id": proposal.id, "same": proposal.n_same, "moving": proposal.n_moving, "changes": changes});
        ui.out(&value.to_string())?;
        return Ok(if proposal.n_moving == 0 { Ended::Partly } else { Ended::Done });
    }
    if proposal.n_moving == 0 {
        ui.out(&format!("重新归类的结果与现在一致（{}个主题），没有要改的", proposal.n_same))?;
        return Ok(Ended::Partly);
    }
    ui.out(
        &ui.bold(&format!("提案{}：{}个主题不变，{}条问题会换地方", proposal.id, proposal.n_same, proposal.n_moving)),
    )?;
    for change in &proposal.changes {
        let detail = match change.kind {
            "合并" | "拆分" => {
                let from: Vec<String> =
                    change.from.iter().map(|(id, n)| format!("{n}条来自{}", named(id, &themes))).collect();
                format!("{}条，其中{}", change.n_findings, from.join("、"))
            }
            "新增" => format!("{}条", change.n_findings),
            "散入其他" => format!("原有{}条分到别处", change.leaving.len()),
            _ => format!("加入{}条，离开{}条，共{}条", change.joining.len(), change.leaving.len(), change.n_findings),
        };
        ui.out(&format!("  {}  {}  {detail}", change.kind, named(&change.id, &themes)))?;
        for (mark, ids) in [("＋", &change.joining), ("－", &change.leaving)] {
            let n_shown = if all { ids.len() } else { ids.len().min(LISTED) };
            for located in workspace.located(&ids[..n_shown])? {
                ui.out(&ui.dim(&format!("      {mark} {}  {}", located.finding.id, clean(&located.finding.quote))))?;
            }
            if ids.len() > n_shown {
                ui.out(&ui.dim(&format!("      {mark} 另有{}条（加 --all 列出）", ids.len() - n_shown)))?;
            }
        }
    }
    let scope = sector.map_or(String::new(), |sector| format!(" --sector {sector}"));
    ui.say(&format!("还没有改动；认可的话：jianlin theme accept {}{scope}", proposal.id));
    Ok(Ended::Done)
}

/// A theme by id and name; one that is not there yet by id.
fn named(id: &str, themes: &Themes) -> String {
    let theme = themes.themes.iter().find(|theme| theme.id == id);
    theme.map_or_else(|| id.to_owned(), |theme| format!("{id}“{}”", clean(&theme.name)))
}

fn undo(number: Option<i64>, by: &str, workspace: &mut Workspace, ui: &Ui) -> Outcome {
    let Some((number, decision)) = workspace.undo_theme(number, by, &clock::now())? else {
        ui.out("没有可撤销的整理")?;
        if number.is_some() {
            ui.say("序号从 jianlin theme log 里看；已撤销的不能再撤销");
        }
        return Ok(Ended::Partly);
    };
    if ui.json {
        ui.out(&json!({"undone": number}).to_string())?;
        return Ok(Ended::Done);
    }
    ui.out(&format!("已撤销第{number}号：{}", in_words(&decision, &names(&decision.scope, workspace)?)))?;
    if decision.action == ThemeAction::Trigger {
        ui.say("词表里加的那一行已去掉；运行 jianlin reindex 后生效");
    }
    Ok(Ended::Done)
}

/// The names of themes by id, as far as they are known without looking at all findings.
fn names(scope: &str, workspace: &Workspace) -> Result<BTreeMap<String, String>, Error> {
    // A sector that has no findings any more has no themes to name.
    let curated = workspace.curated(Some(scope).filter(|it| !it.is_empty())).unwrap_or_default();
    Ok(curated.into_iter().filter_map(|(id, theme)| Some((id, theme.name.or(theme.birth_name)?))).collect())
}

/// A decision in one line.
fn in_words(decision: &ThemeDecision, names: &BTreeMap<String, String>) -> String {
    let named = |id: &str| names.get(id).map_or_else(|| id.to_owned(), |name| format!("{id}“{}”", clean(name)));
    let themes: Vec<String> = decision.themes.iter().map(|it| named(&it.id)).collect();
    // A name that is given is said once.
    let bare: String = decision.themes.iter().map(|it| it.id.as_str()).collect();
    let n_findings: usize = decision.groups.iter().map(|group| group.findings.len()).sum();
    let made: Vec<&str> = decision.groups.iter().filter_map(|group| group.theme.as_deref()).collect();
    let text = clean(&decision.text);
    let detail = match decision.action {
        ThemeAction::Move => format!("{n_findings}条问题到{}", themes.join("")),
        ThemeAction::Merge => format!("{}并入{}", themes[1..].join("、"), themes[0]),
        ThemeAction::Split => format!("{}，单列出{}（{n_findings}条）", themes.join(""), made.join("、")),
        ThemeAction::New => format!("{}“{text}”（{n_findings}条）", made.join("")),
        ThemeAction::Rename => format!("{bare}为“{text}”"),
        ThemeAction::Note => format!("{}：{text}", themes.join("")),
        ThemeAction::Pin | ThemeAction::Unpin => themes.join(""),
        ThemeAction::Exclude => format!("{n_findings}条问题"),
        ThemeAction::Apart if !themes.is_empty() => themes.join("与"),
        ThemeAction::Apart => decision
            .groups
            .iter()
            .flat_map(|group| group.findings.iter().map(String::as_str))
            .collect::<Vec<_>>()
            .join("与"),
        ThemeAction::Trigger => format!("“{}”", text.replace('\t', " ")),
        ThemeAction::Accept => format!("（{n_findings}条问题换了主题）"),
        ThemeAction::Undo => String::new(),
    };
    format!("{} {detail}", decision.action.term()).trim_end().to_owned()
}

fn log(sector: Option<&str>, theme: Option<&str>, workspace: &Workspace, ui: &Ui) -> Outcome {
    let theme =
        theme.map(|prefix| workspace.find_theme(prefix).map(|(_, id)| id).unwrap_or_else(|_| prefix.to_owned()));
    let is_about = |id: &str| theme.as_ref().is_none_or(|theme| id.starts_with(theme.as_str()));
    let in_scope = |scope: &str| sector.is_none_or(|sector| sector == scope);
    let log = workspace.theme_log()?;
    let numbers: BTreeMap<&str, i64> = log.iter().map(|it| (it.decision.uid.as_str(), it.number)).collect();
    // Each line with its time; what happened by itself stands before what was decided at the same moment.
    let mut lines: Vec<(String, u8, String, Value)> = Vec::new();
    let mut grouped: BTreeMap<(String, String, String, String), (usize, usize)> = BTreeMap::new();
    for event in workspace.theme_events()?.into_iter().filter(|it| in_scope(&it.scope) && is_about(&it.theme)) {
        let counts = grouped.entry((event.at, event.scope, event.kind, event.cause)).or_default();
        counts.0 += usize::from(!event.theme.is_empty());
        counts.1 += event.findings.len();
    }
    for ((at, scope, kind, cause), (n_themes, n_findings)) in grouped {
        let line = format!("   ·  {at}  {}{kind}：主题{n_themes}个，问题{n_findings}条；{cause}", in_sector(&scope));
        let value = json!({"at": at, "sector": scope, "event": kind, "themes": n_themes, "findings": n_findings, "cause": cause});
        lines.push((at, 0, line, value));
    }
    let mut known: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    for it in log.iter().filter(|it| in_scope(&it.decision.scope)) {
        let decision = &it.decision;
        let touches = decision.themes.iter().any(|theme| is_about(&theme.id))
            || decision.groups.iter().filter_map(|group| group.theme.as_deref()).any(is_about);
        if theme.is_some() && !touches {
            continue;
        }
        if !known.contains_key(&decision.scope) {
            known.insert(decision.scope.clone(), names(&decision.scope, workspace)?);
        }
        let mut said = in_words(decision, &known[&decision.scope]);
        if decision.action == ThemeAction::Undo {
            let number =
                numbers.get(decision.text.as_str()).map_or("（本库没有）".to_owned(), |n| format!("第{n}号"));
            said = format!("撤销{number}");
        }
        let who = if decision.by.is_empty() { String::new() } else { format!("{} ", clean(&decision.by)) };
        let why = if decision.why.is_empty() { String::new() } else { format!("；理由：{}", clean(&decision.why)) };
        let mut state = String::new();
        for (is_so, words) in [
            (decision.is_imported, "（导入）"),
            (!it.stands, "（已撤销）"),
            (it.stands && it.is_idle, "（本库还没有所指的问题或主题）"),
        ] {
            state.push_str(if is_so { words } else { "" });
        }
        let line = format!("{:>4}  {}  {}{who}{said}{why}{state}", it.number, decision.at, in_sector(&decision.scope));
        let value = json!({"number": it.number, "at": decision.at, "sector": decision.scope, "by": decision.by,
            "decision": said, "action": decision.action.name(), "why": decision.why, "imported": decision.is_imported,
            "in_force": it.stands, "idle": it.is_idle, "uid": decision.uid});
        lines.push((decision.at.clone(), 1, line, value));
    }
    lines.sort_by(|left, right| (&left.0, left.1).cmp(&(&right.0, right.1)));
    if ui.json {
        let list: Vec<Value> = lines.into_iter().map(|it| it.3).collect();
        ui.out(&json!({"log": list}).to_string())?;
        return Ok(Ended::Done);
    }
    if lines.is_empty() {
        ui.out("主题还没有变动记录")?;
    }
    for (_, _, line, _) in &lines {
        ui.out(line)?;
    }
    Ok(Ended::Done)
}

fn in_sector(scope: &str) -> String {
    if scope.is_empty() { "【全部系统】".to_owned() } else { format!("【{scope}】") }
}

fn export(file: &Path, workspace: &Workspace, ui: &Ui) -> Outcome {
    let exported = workspace.export_decisions(file)?;
    if ui.json {
        ui.out(&json!({"file": file.display().to_string(), "decisions": exported.n_decisions}).to_string())?;
    } else {
        ui.out(&format!("{}：导出整理记录{}条", file.display(), exported.n_decisions))?;
        ui.say("交给同事，对方运行 jianlin theme import 文件");
    }
    Ok(if exported.n_decisions == 0 { Ended::Partly } else { Ended::Done })
}

fn import(file: &Path, workspace: &mut Workspace, ui: &Ui) -> Outcome {
    let taken = workspace.import_decisions(file)?;
    if ui.json {
        let value =
            json!({"new": taken.n_new, "known": taken.n_known, "idle": taken.n_idle, "triggers": taken.triggers});
        ui.out(&value.to_string())?;
        return Ok(Ended::Done);
    }
    ui.out(&format!("导入新的整理记录{}条，本来就有的{}条", taken.n_new, taken.n_known))?;
    if taken.n_idle > 0 {
        ui.say(&format!("其中{}条所指的问题或主题本库还没有，先记下，读入同样的文书后生效", taken.n_idle));
    }
    for line in &taken.triggers {
        ui.say(&format!("对方在词表里加了一行，没有自动加到本库；需要的话写进 taxonomy.tsv：{}", clean(line)));
    }
    ui.say("逐条查看：jianlin theme log；不认可哪一条：jianlin theme undo 序号");
    Ok(Ended::Done)
}

/// What people said of a theme, in lines.
pub(crate) fn said_of(curated: &Curated, ui: &Ui) -> Result<(), Stopped> {
    if curated.is_pinned {
        ui.out("已锁定")?;
    }
    for (at, by, text) in &curated.notes {
        let who = if by.is_empty() { String::new() } else { format!("{}：", clean(by)) };
        ui.out(&format!("批注（{}）{who}{}", at.chars().take(10).collect::<String>(), clean(text)))?;
    }
    Ok(())
}

/// Adds to the JSON of themes what people said of them.
pub(crate) fn annotate(themes: &mut Value, curated: &BTreeMap<String, Curated>) {
    for theme in themes["themes"].as_array_mut().into_iter().flatten() {
        let said = theme["id"].as_str().and_then(|id| curated.get(id)).cloned().unwrap_or_default();
        theme["named_by_hand"] = json!(said.name.is_some());
        theme["pinned"] = json!(said.is_pinned);
        theme["notes"] =
            said.notes.iter().map(|(at, by, text)| json!({"at": at, "by": by, "text": text})).collect::<Value>();
    }
}

/// Tells what happened to themes since they were last looked at; of the first time there is nothing to tell.
pub(crate) fn happened(events: &[ThemeEvent], ui: &Ui) {
    let count = |kind: &str| events.iter().filter(|it| it.kind == kind).map(|it| it.findings.len()).sum::<usize>();
    let n_born = events.iter().filter(|it| it.kind == "新生").count();
    if events.iter().any(|it| it.cause == "首次归类") {
        return;
    }
    let mut said = Vec::new();
    for (kind, words) in [
        ("归入", "条归入已有主题"),
        ("接续", "条因文书改动按原话接上"),
        ("复归", "条回到原处"),
        ("离开", "条因原文改动离开主题"),
    ] {
        if count(kind) > 0 {
            said.push(format!("{}{words}", count(kind)));
        }
    }
    if n_born > 0 {
        said.push(format!("新生主题{n_born}个"));
    }
    if !said.is_empty() {
        ui.say(&format!("自上次归类以来：{}（详见 jianlin theme log）", said.join("，")));
    }
}
