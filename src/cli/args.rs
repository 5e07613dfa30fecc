//! Arguments (命令行参数): what the user may type; the doc comments are the help.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use super::theme_args::Theme;
use crate::cluster::Rule;

/// 既见树木，又见森林：从巡察文书中找出问题、归纳共性、起草有据可查的专题报告提纲
#[derive(Debug, Parser)]
#[command(name = "jianlin", version, disable_help_subcommand = true, max_term_width = 100)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Options of every command.
#[derive(Debug, Args)]
pub(crate) struct Global {
    /// 资料库目录（不写时用 index）
    #[arg(
        short,
        long,
        global = true,
        env = "JIANLIN_WORKSPACE",
        hide_env = true,
        value_name = "目录",
        default_value = "index",
        hide_default_value = true
    )]
    pub(crate) workspace: PathBuf,
    /// 结果以一份JSON输出到标准输出
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// 少说话，只报警告和错误
    #[arg(short, long, global = true)]
    pub(crate) quiet: bool,
    /// 多说话，出错时列出原因
    #[arg(short, long, global = true)]
    pub(crate) verbose: bool,
    /// 颜色：auto 自动、always 总是、never 从不
    #[arg(
        long,
        global = true,
        value_name = "方式",
        default_value = "auto",
        hide_default_value = true,
        hide_possible_values = true
    )]
    pub(crate) color: Color,
}

/// When to colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// 用内置样本走一遍：读入、归纳共性问题、起草提纲
    Demo(Demo),
    /// 读入文件或文件夹，逐份报告结果；再次读入只处理有变化的
    Ingest(Ingest),
    /// 只读取和抽取文件，不写资料库
    Extract(Extract),
    /// 检索问题（或用 --documents 检索文书）
    Search(Search),
    /// 找与一条问题相似的其他问题
    Similar(Similar),
    /// 在原文中查看一条问题、一份文书或一个主题
    Show(Show),
    /// 归纳共性问题，列出覆盖面；未归类的说明理由
    Themes(Themes),
    /// 起草专题报告提纲（.docx、.md 或 .json），并写出来源清单
    Draft(Draft),
    /// 核验稿件：逐句对照来源清单，重新打开每一处原文
    Verify(Verify),
    /// 更正抽取的问题：确认、剔除、改类、拆分、合并，可撤销
    Finding(Finding),
    /// 整理主题：移动、合并、拆分、改名、锁定、列为个性，可撤销、可导出
    Theme(Theme),
    /// 词表改过或换了版本后重新抽取，并重建检索索引
    Reindex,
    /// 检查资料库是否完好
    Doctor,
    /// 生成命令补全脚本
    Completions(Completions),
}

#[derive(Debug, Args)]
pub(crate) struct Demo {
    /// 样本解到哪个目录
    #[arg(long, value_name = "目录", default_value = "见林示例", hide_default_value = true)]
    pub(crate) dir: PathBuf,
    /// 起草哪个系统的提纲
    #[arg(long, value_name = "系统", default_value = "教育", hide_default_value = true)]
    pub(crate) sector: String,
    /// 完成后打开提纲
    #[arg(long)]
    pub(crate) open: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Ingest {
    /// 文件或文件夹
    #[arg(required = true, value_name = "路径")]
    pub(crate) paths: Vec<PathBuf>,
    /// 指定这些文件属于哪个系统
    #[arg(long, value_name = "系统")]
    pub(crate) sector: Option<String>,
    /// 指定这些文件的被巡察党组织
    #[arg(long, value_name = "单位")]
    pub(crate) unit: Option<String>,
    /// 指定这些文件的届次轮次
    #[arg(long, value_name = "轮次")]
    pub(crate) round: Option<String>,
    /// 标有密级的也读入（只在批准的设备上使用）
    #[arg(long)]
    pub(crate) accept_marked: bool,
    /// 用几个线程（不写时用全部处理器）
    #[arg(long, value_name = "个数")]
    pub(crate) threads: Option<usize>,
}

#[derive(Debug, Args)]
pub(crate) struct Extract {
    /// 文件
    #[arg(required = true, value_name = "文件")]
    pub(crate) files: Vec<PathBuf>,
    /// 说明每条问题为什么算、为什么定为这一类，像问题而没有算的句子为什么不算
    #[arg(long)]
    pub(crate) why: bool,
}

/// Conditions on findings.
#[derive(Debug, Args)]
pub(crate) struct Filters {
    /// 只看这个系统
    #[arg(long, value_name = "系统")]
    pub(crate) sector: Option<String>,
    /// 只看名称含这些字的单位
    #[arg(long, value_name = "单位")]
    pub(crate) unit: Option<String>,
    /// 只看这个轮次
    #[arg(long, value_name = "轮次")]
    pub(crate) round: Option<String>,
    /// 只看这一年，或 2021-2023 这样的几年
    #[arg(long, value_name = "年度")]
    pub(crate) year: Option<String>,
    /// 只看这一类（编号如 E1，或名称）
    #[arg(long = "type", value_name = "类型")]
    pub(crate) type_name: Option<String>,
    /// 只看这种文书
    #[arg(long, value_name = "文种")]
    pub(crate) genre: Option<String>,
    /// 只看这种整改状态
    #[arg(long, value_name = "状态")]
    pub(crate) state: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Search {
    /// 检索式：词之间用空格，“引号”是原样短语，-词 是排除，或、（）、单位：、系统：、年度：、轮次：、类型：、文种：、金额：>10万、整改：；@名称 用存下的检索式
    #[arg(value_name = "检索式")]
    pub(crate) query: Vec<String>,
    #[command(flatten)]
    pub(crate) filters: Filters,
    #[command(flatten)]
    pub(crate) listing: Listing,
    /// 检索整份文书
    #[arg(long)]
    pub(crate) documents: bool,
    /// 只要原样含有的，不放宽到近义、异写和分开的词
    #[arg(long)]
    pub(crate) literal: bool,
    /// 每条前后各列出几段原文
    #[arg(short = 'C', long, value_name = "段数", default_value_t = 0, hide_default_value = true)]
    pub(crate) context: usize,
    /// 说明检索式是怎样理解的、每条怎样得分
    #[arg(long)]
    pub(crate) explain: bool,
    /// 把检索式存下来，以后用 @名称 检索
    #[arg(long, value_name = "名称")]
    pub(crate) save: Option<String>,
    /// 列出存下的检索式
    #[arg(long)]
    pub(crate) saved: bool,
    /// 删去存下的检索式
    #[arg(long, value_name = "名称")]
    pub(crate) forget: Option<String>,
    /// 成批检索：文件中每行（或第一列）一个检索式，得出命中数的表
    #[arg(long, value_name = "文件")]
    pub(crate) batch: Option<PathBuf>,
    /// 成批检索的表按什么分列：sector 系统、unit 单位、year 年度、round 轮次、type 类型
    #[arg(long, value_name = "项目", default_value = "sector", hide_default_value = true, hide_possible_values = true)]
    pub(crate) by: By,
}

/// Which hits are listed, how, and where they go.
#[derive(Debug, Args)]
pub(crate) struct Listing {
    /// 最多列出几条（0为全部）
    #[arg(long, value_name = "条数", default_value_t = 20, hide_default_value = true)]
    pub(crate) limit: usize,
    /// 跳过前几条
    #[arg(long, value_name = "条数", default_value_t = 0, hide_default_value = true)]
    pub(crate) offset: usize,
    /// 排序：relevance 相关度、year 年度、date 日期、amount 金额
    #[arg(
        long,
        value_name = "方式",
        default_value = "relevance",
        hide_default_value = true,
        hide_possible_values = true
    )]
    pub(crate) sort: SortBy,
    /// 近乎相同的合为一条，注明条数
    #[arg(long)]
    pub(crate) fold: bool,
    /// 把找到的全部写成CSV文件
    #[arg(long, value_name = "文件")]
    pub(crate) csv: Option<PathBuf>,
    /// 把找到的全部写成Excel文件
    #[arg(long, value_name = "文件")]
    pub(crate) xlsx: Option<PathBuf>,
}

/// Order of hits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum SortBy {
    /// Best first.
    Relevance,
    /// Newest first.
    Year,
    /// Newest day first.
    Date,
    /// Largest amount first.
    Amount,
}

/// Columns of a batch's table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum By {
    /// 系统
    Sector,
    /// 单位
    Unit,
    /// 年度
    Year,
    /// 轮次
    Round,
    /// 类型
    Type,
}

#[derive(Debug, Args)]
pub(crate) struct Similar {
    /// 问题编号（可只写前几位）
    #[arg(value_name = "编号")]
    pub(crate) id: String,
    #[command(flatten)]
    pub(crate) filters: Filters,
    #[command(flatten)]
    pub(crate) listing: Listing,
}

#[derive(Debug, Args)]
pub(crate) struct Show {
    /// 编号（问题、文书或主题的，可只写前几位）
    #[arg(value_name = "编号")]
    pub(crate) id: String,
    /// 前后各看几段
    #[arg(long, value_name = "段数", default_value_t = 2, hide_default_value = true)]
    pub(crate) context: usize,
}

#[derive(Debug, Args)]
pub(crate) struct Themes {
    /// 只看这个系统（不写时看全部）
    #[arg(long, value_name = "系统")]
    pub(crate) sector: Option<String>,
    /// 只看这些轮次（用逗号隔开）
    #[arg(long, value_name = "轮次", value_delimiter = ',')]
    pub(crate) rounds: Vec<String>,
    /// 至少几家才算共性（不写时为4）
    #[arg(long, value_name = "家数", default_value_t = Rule::STANDARD.min_units, hide_default_value = true)]
    pub(crate) min_units: u32,
    /// 至少占被巡察党组织的百分之几才算共性（不写时为10）
    #[arg(long, value_name = "百分数", value_parser = percent)]
    pub(crate) min_share: Option<f64>,
    /// 占比的八成置信下限至少百分之几，单位少时防偶然（不写时为5）
    #[arg(long, value_name = "百分数", value_parser = percent)]
    pub(crate) min_bound: Option<f64>,
    /// 归得粗还是细：粗、中、细，或1（最粗）到9（最细）
    #[arg(long, value_name = "粗细", value_parser = granularity, default_value = "中", hide_default_value = true)]
    pub(crate) granularity: u8,
    /// 被巡察党组织名单（txt、csv或xlsx），覆盖面以它为底数
    #[arg(long, value_name = "文件")]
    pub(crate) base: Option<PathBuf>,
    /// 列出作为底数的被巡察党组织
    #[arg(long)]
    pub(crate) base_list: bool,
    /// 说明这个主题的每条问题为什么归在一起，或这条问题为什么没有归类
    #[arg(long, value_name = "编号")]
    pub(crate) why: Option<String>,
    /// 同时列出未达到共性口径的主题和未归类的问题
    #[arg(long)]
    pub(crate) all: bool,
    /// 写成一个离线网页，可打印、可存档
    #[arg(long, value_name = "文件")]
    pub(crate) html: Option<PathBuf>,
    /// 不用资料库，直接归纳一份台账（xlsx、xls、et、csv…）
    #[arg(long, value_name = "台账")]
    pub(crate) ledger: Option<PathBuf>,
    /// 台账的栏目对应，如 问题=C,单位=B,系统=D,轮次=E,日期=F；写列号或表头，记住后不用再写
    #[arg(long, value_name = "对应", requires = "ledger")]
    pub(crate) columns: Option<String>,
}

/// A share given in percent.
fn percent(text: &str) -> Result<f64, String> {
    let number: f64 = text.trim_end_matches(['%', '％']).trim().parse().map_err(|_| "要写0到100的数".to_owned())?;
    if (0.0..=100.0).contains(&number) { Ok(number / 100.0) } else { Err("要写0到100的数".to_owned()) }
}

/// A step of the slider from coarse to fine.
fn granularity(text: &str) -> Result<u8, String> {
    match text {
        "粗" => Ok(2),
        "中" => Ok(5),
        "细" => Ok(8),
        _ => text.parse().ok().filter(|step| (1..=9).contains(step)).ok_or_else(|| "写粗、中、细，或1到9".to_owned()),
    }
}

#[derive(Debug, Args)]
pub(crate) struct Draft {
    /// 系统
    #[arg(long, value_name = "系统")]
    pub(crate) sector: String,
    /// 只用这些轮次（用逗号隔开）
    #[arg(long, value_name = "轮次", value_delimiter = ',')]
    pub(crate) rounds: Vec<String>,
    /// 至少几家才算共性（不写时为4）
    #[arg(long, value_name = "家数", default_value_t = Rule::STANDARD.min_units, hide_default_value = true)]
    pub(crate) min_units: u32,
    /// 写到哪个文件（.docx、.md 或 .json）
    #[arg(short, long, value_name = "文件")]
    pub(crate) output: PathBuf,
    /// 落款单位
    #[arg(long, value_name = "单位", default_value = "市委巡察工作领导小组办公室", hide_default_value = true)]
    pub(crate) office: String,
    /// 落款日期（如 2024-12-31，不写时为今天）
    #[arg(long, value_name = "日期")]
    pub(crate) date: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Verify {
    /// 稿件；来源清单须在同一目录
    #[arg(value_name = "文件")]
    pub(crate) file: PathBuf,
}

/// Corrections of findings.
#[derive(Debug, Args)]
pub(crate) struct Finding {
    #[command(subcommand)]
    pub(crate) action: FindingAction,
}

#[derive(Debug, Subcommand)]
pub(crate) enum FindingAction {
    /// 确认：这条问题抽取得对
    Accept(Chosen),
    /// 剔除：这条不是问题
    Reject(Chosen),
    /// 改类：换一个问题类型
    Retype(Retype),
    /// 拆分：一条里写了两个问题
    Split(Split),
    /// 合并：几条其实是一个问题
    Merge(Chosen),
    /// 撤销最近一次更正，或指定编号的一次
    Undo(Undo),
    /// 列出做过的更正
    Log,
}

#[derive(Debug, Args)]
pub(crate) struct Chosen {
    /// 问题编号（可只写前几位）
    #[arg(required = true, value_name = "编号")]
    pub(crate) ids: Vec<String>,
    /// 理由，记入决策记录
    #[arg(long, value_name = "理由", default_value = "", hide_default_value = true)]
    pub(crate) why: String,
}

#[derive(Debug, Args)]
pub(crate) struct Retype {
    /// 问题编号（可只写前几位）
    #[arg(value_name = "编号")]
    pub(crate) id: String,
    /// 新的类型：编号如 E1，或全名
    #[arg(value_name = "类型")]
    pub(crate) type_name: String,
    /// 理由，记入决策记录
    #[arg(long, value_name = "理由", default_value = "", hide_default_value = true)]
    pub(crate) why: String,
}

#[derive(Debug, Args)]
pub(crate) struct Split {
    /// 问题编号（可只写前几位）
    #[arg(value_name = "编号")]
    pub(crate) id: String,
    /// 后一条开头的几个字
    #[arg(long, value_name = "文字")]
    pub(crate) at: String,
    /// 理由，记入决策记录
    #[arg(long, value_name = "理由", default_value = "", hide_default_value = true)]
    pub(crate) why: String,
}

#[derive(Debug, Args)]
pub(crate) struct Undo {
    /// 决策记录中的序号（不写时为最近一次）
    #[arg(value_name = "序号")]
    pub(crate) number: Option<i64>,
}

#[derive(Debug, Args)]
pub(crate) struct Completions {
    /// 命令行环境：bash、zsh、fish、powershell
    #[arg(value_name = "环境", hide_possible_values = true)]
    pub(crate) shell: clap_complete::Shell,
}
