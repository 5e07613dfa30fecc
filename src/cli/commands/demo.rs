//! `demo`: the whole path on the built-in sample.

use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};

use super::super::args::Demo;
use super::super::ui::Ui;
use super::super::{Ended, Outcome, clock};
use crate::cluster::Rule;
use crate::diag::Error;
use crate::workspace::{Given, Workspace};

/// The sample documents of `corpus/`, in their real formats.
const SAMPLE: &[u8] = include_bytes!("../../../corpus/sample.zip");
const OFFICE: &str = "东澜市委巡察工作领导小组办公室";

pub(crate) fn run(args: &Demo, ui: &Ui) -> Outcome {
    let documents = args.dir.join("巡察文书");
    let root = args.dir.join("资料库");
    let count = unpack(&documents)?;
    ui.say(&format!("已解出样本{count}份到 {}（单位、人员均为虚构）", documents.display()));
    let mut workspace = Workspace::open(&root)?;
    let ingested = super::ingest::ingest(
        &mut workspace,
        std::slice::from_ref(&documents),
        &Given::default(),
        ui,
        false,
        &mut |_| {},
    )?;
    ui.say(&super::ingest::summary(&ingested));
    for (sector, n_findings, _) in workspace.sectors()? {
        // A handful of findings is no sector's picture.
        if n_findings >= 20 {
            workspace.register_themes(Some(&sector), &clock::now())?;
            let themes = workspace.themes(Some(&sector), &[], &Rule::STANDARD)?;
            super::themes::print(&themes, &Rule::STANDARD, false, ui)?;
        }
    }
    let file = args.dir.join(format!("{}系统共性问题提纲.docx", args.sector));
    let today = clock::today();
    let outline = workspace.outline(Some(&args.sector), &[], &Rule::STANDARD, today, OFFICE)?;
    workspace.write_draft(&outline, &file, today, OFFICE, &clock::now())?;
    let verification = workspace.verify(&file)?;
    ui.out(&ui.bold(&format!("提纲：{}", file.display())))?;
    let verdict =
        if verification.holds() { "每句都有依据" } else { "有句子缺依据，请运行 verify 查看" };
    ui.out(&format!("已核验{}处原文，{verdict}", verification.n_anchors))?;
    let workspace_option = format!("-w {}", root.display());
    ui.out("接着可以试：")?;
    ui.out(&format!("  jianlin {workspace_option} search 食堂 采购"))?;
    ui.out(&format!("  jianlin {workspace_option} themes --sector {} --all", args.sector))?;
    ui.out(&format!("  jianlin {workspace_option} verify {}", file.display()))?;
    ui.out("  jianlin ingest 你的文件夹")?;
    if args.open {
        open(&file);
    }
    Ok(if verification.holds() { Ended::Done } else { Ended::Partly })
}

/// Unpacks the sample; files that are there already are left alone.
fn unpack(folder: &Path) -> Result<usize, Error> {
    let broken = |error: &(dyn std::error::Error + 'static)| {
        Error::new(format!("{}：样本解不出来", folder.display()), "检查目录权限和磁盘空间，或用 --dir 换一个目录")
            .because(error)
    };
    let mut archive = zip::ZipArchive::new(Cursor::new(SAMPLE)).map_err(|error| broken(&error))?;
    let mut count = 0;
    for entry_idx in 0..archive.len() {
        let mut entry = archive.by_index(entry_idx).map_err(|error| broken(&error))?;
        let Some(name) = entry.enclosed_name() else { continue };
        if entry.is_dir() {
            continue;
        }
        let path: PathBuf = folder.join(name);
        count += 1;
        if path.exists() {
            continue;
        }
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).map_err(|error| broken(&error))?;
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent).map_err(|error| broken(&error))?;
        }
        std::fs::write(&path, bytes).map_err(|error| broken(&error))?;
    }
    Ok(count)
}

/// Opens a file with the program the system has for it; if there is none, the path printed above is enough.
fn open(file: &Path) {
    let (program, first): (&str, &[&str]) = if cfg!(target_os = "windows") {
        ("cmd", &["/C", "start", ""])
    } else if cfg!(target_os = "macos") {
        ("open", &[])
    } else {
        ("xdg-open", &[])
    };
    let _ = std::process::Command::new(program).args(first).arg(file).spawn();
}
