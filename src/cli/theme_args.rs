//! Arguments of `theme` (整理主题的参数); the doc comments are the help.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// Curation of themes.
#[derive(Debug, Args)]
pub(crate) struct Theme {
    #[command(subcommand)]
    pub(crate) action: ThemeAction,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ThemeAction {
    /// 把一条或多条问题移到另一个主题
    Move(Move),
    /// 合并主题：后面的并入第一个
    Merge(Merge),
    /// 列出可能是同一类、可以合并的主题
    Pairs(Pairs),
    /// 拆分主题：不选问题时拆细一层，选了问题时把它们单列一个主题
    Split(Split),
    /// 用选定的问题新建一个主题
    New(New),
    /// 给主题改名；改过的名称一直保留
    Rename(Rename),
    /// 锁定主题，重新归类的提案不再动它
    Pin(Pin),
    /// 把问题（或整个主题的问题）列为个性问题
    Exclude(Exclude),
    /// 标明两个主题（或两条问题）不是一类，以后不再建议合并
    Apart(Apart),
    /// 给主题写批注
    Note(Note),
    /// 把几个词加为问题类型的触发词：先看效果，加 --apply 才写入词表
    Trigger(Trigger),
    /// 全部重新归类，只列出与现在的不同，不作改动
    Propose(Propose),
    /// 采纳一份重新归类的提案
    Accept(Accept),
    /// 撤销最近一次整理，或指定序号的一次
    Undo(Undo),
    /// 列出主题的全部变动：谁在什么时候、为什么
    Log(Log),
    /// 把整理记录导出成文件，交给同事
    Export(Exchange),
    /// 导入同事的整理记录，与自己的合在一起
    Import(Exchange),
}

/// Who decides, and why.
#[derive(Debug, Args)]
pub(crate) struct Reason {
    /// 理由，记入整理记录
    #[arg(long, value_name = "理由", default_value = "", hide_default_value = true)]
    pub(crate) why: String,
    /// 谁做的，记入整理记录
    #[arg(
        long,
        value_name = "姓名",
        env = "JIANLIN_BY",
        hide_env = true,
        default_value = "",
        hide_default_value = true
    )]
    pub(crate) by: String,
}

#[derive(Debug, Args)]
pub(crate) struct Move {
    /// 问题编号（可只写前几位）
    #[arg(required = true, value_name = "问题编号")]
    pub(crate) findings: Vec<String>,
    /// 移到哪个主题（T开头的编号）
    #[arg(long, value_name = "主题编号")]
    pub(crate) to: String,
    #[command(flatten)]
    pub(crate) reason: Reason,
}

#[derive(Debug, Args)]
pub(crate) struct Merge {
    /// 主题编号，两个以上；第一个保留编号和名称
    #[arg(required = true, num_args = 2.., value_name = "主题编号")]
    pub(crate) themes: Vec<String>,
    #[command(flatten)]
    pub(crate) reason: Reason,
}

#[derive(Debug, Args)]
pub(crate) struct Pairs {
    /// 哪个系统（不写时为全部系统合在一起的主题）
    #[arg(long, value_name = "系统")]
    pub(crate) sector: Option<String>,
    /// 最多列出几对
    #[arg(long, value_name = "对数", default_value_t = 10, hide_default_value = true)]
    pub(crate) limit: usize,
}

#[derive(Debug, Args)]
pub(crate) struct Split {
    /// 主题编号
    #[arg(value_name = "主题编号")]
    pub(crate) theme: String,
    /// 要单列出来的问题（不写时由程序拆细一层）
    #[arg(value_name = "问题编号")]
    pub(crate) findings: Vec<String>,
    /// 单列出来的主题叫什么
    #[arg(long, value_name = "名称")]
    pub(crate) name: Option<String>,
    #[command(flatten)]
    pub(crate) reason: Reason,
}

#[derive(Debug, Args)]
pub(crate) struct New {
    /// 问题编号（可只写前几位）
    #[arg(required = true, value_name = "问题编号")]
    pub(crate) findings: Vec<String>,
    /// 主题的名称
    #[arg(long, value_name = "名称")]
    pub(crate) name: String,
    #[command(flatten)]
    pub(crate) reason: Reason,
}

#[derive(Debug, Args)]
pub(crate) struct Rename {
    /// 主题编号
    #[arg(value_name = "主题编号")]
    pub(crate) theme: String,
    /// 新名称
    #[arg(value_name = "名称")]
    pub(crate) name: String,
    #[command(flatten)]
    pub(crate) reason: Reason,
}

#[derive(Debug, Args)]
pub(crate) struct Pin {
    /// 主题编号
    #[arg(value_name = "主题编号")]
    pub(crate) theme: String,
    /// 解除锁定
    #[arg(long)]
    pub(crate) off: bool,
    #[command(flatten)]
    pub(crate) reason: Reason,
}

#[derive(Debug, Args)]
pub(crate) struct Exclude {
    /// 问题编号，或主题编号（其中的问题全部列为个性问题）
    #[arg(required = true, value_name = "编号")]
    pub(crate) ids: Vec<String>,
    #[command(flatten)]
    pub(crate) reason: Reason,
}

#[derive(Debug, Args)]
pub(crate) struct Apart {
    /// 主题编号，或问题编号
    #[arg(value_name = "编号")]
    pub(crate) left: String,
    /// 另一个主题，或另一条问题
    #[arg(value_name = "另一编号")]
    pub(crate) right: String,
    #[command(flatten)]
    pub(crate) reason: Reason,
}

#[derive(Debug, Args)]
pub(crate) struct Note {
    /// 主题编号
    #[arg(value_name = "主题编号")]
    pub(crate) theme: String,
    /// 批注
    #[arg(value_name = "批注")]
    pub(crate) text: String,
    #[command(flatten)]
    pub(crate) reason: Reason,
}

#[derive(Debug, Args)]
pub(crate) struct Trigger {
    /// 主题编号
    #[arg(value_name = "主题编号")]
    pub(crate) theme: String,
    /// 触发词：原文里能说明这一类的词
    #[arg(required = true, value_name = "词")]
    pub(crate) words: Vec<String>,
    /// 归为哪一类：编号如 E1，或名称；没有的名称加 --area 新设
    #[arg(long = "type", value_name = "类型")]
    pub(crate) type_name: String,
    /// 新设一类时属于哪个领域
    #[arg(long, value_name = "领域")]
    pub(crate) area: Option<String>,
    /// 写入资料库的 taxonomy.tsv
    #[arg(long)]
    pub(crate) apply: bool,
    #[command(flatten)]
    pub(crate) reason: Reason,
}

#[derive(Debug, Args)]
pub(crate) struct Propose {
    /// 哪个系统（不写时为全部系统合在一起的主题）
    #[arg(long, value_name = "系统")]
    pub(crate) sector: Option<String>,
    /// 逐条列出要换地方的问题
    #[arg(long)]
    pub(crate) all: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Accept {
    /// 提案编号（P开头，由 theme propose 给出）
    #[arg(value_name = "提案编号")]
    pub(crate) proposal: String,
    /// 哪个系统（与 theme propose 时写的相同）
    #[arg(long, value_name = "系统")]
    pub(crate) sector: Option<String>,
    #[command(flatten)]
    pub(crate) reason: Reason,
}

#[derive(Debug, Args)]
pub(crate) struct Undo {
    /// 整理记录中的序号（不写时为自己最近的一次）
    #[arg(value_name = "序号")]
    pub(crate) number: Option<i64>,
    /// 谁撤销的，记入整理记录
    #[arg(
        long,
        value_name = "姓名",
        env = "JIANLIN_BY",
        hide_env = true,
        default_value = "",
        hide_default_value = true
    )]
    pub(crate) by: String,
}

#[derive(Debug, Args)]
pub(crate) struct Log {
    /// 只看这个系统的
    #[arg(long, value_name = "系统")]
    pub(crate) sector: Option<String>,
    /// 只看这个主题的
    #[arg(long, value_name = "主题编号")]
    pub(crate) theme: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Exchange {
    /// 文件
    #[arg(value_name = "文件")]
    pub(crate) file: PathBuf,
}
