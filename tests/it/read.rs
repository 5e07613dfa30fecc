//! Readers: what a person sees in a file is what they give; what cannot be read is told in words.

use std::path::Path;

use jianlin::model::{BlockKind, Format, Verdict};
use jianlin::read::{Limits, Read, read};
use proptest::prelude::*;

fn data(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name)).unwrap()
}

fn read_data(name: &str) -> Read {
    read(name, &data(name), &Limits::OFFICE)
}

fn texts(read: &Read) -> Vec<&str> {
    read.blocks.iter().map(|block| block.text.as_str()).collect()
}

#[test]
fn word_numbers_and_revisions() {
    let read = read_data("hard.docx");
    let texts = texts(&read);
    for start in ["一、", "（一）", "1."] {
        assert!(texts.iter().any(|text| text.starts_with(start)), "{start} {texts:#?}");
    }
    assert!(read.blocks.iter().any(|block| block.kind == BlockKind::Heading(1) && block.text.starts_with("一、")));
    let all = texts.join("\n");
    assert!(!all.contains("zhuyin") && !all.contains("TOC \\o"), "{all}");
    assert!(read.blocks.iter().filter_map(|block| block.cell.as_ref()).any(|cell| cell.cols > 1 || cell.rows > 1));
}

#[test]
fn one_ledger_in_four_formats() {
    for (name, format) in
        [("led.xlsx", Format::Xlsx), ("led.xls", Format::Xls), ("led.et", Format::Xls), ("led.ods", Format::Ods)]
    {
        let read = read_data(name);
        assert_eq!((read.format, read.verdict), (format, Verdict::Read), "{name}");
        let texts = texts(&read);
        assert_eq!(texts[..3], ["市教育局巡察反馈问题整改台账", "序号", "问题描述"], "{name}");
        assert!(!texts.iter().any(|text| text.contains("隐藏")), "{name}");
        if format != Format::Ods {
            assert_eq!(read.blocks[0].cell.as_ref().unwrap().cols, 5, "{name}: merged title");
        }
    }
}

#[test]
fn pdf_without_code_maps_and_with_a_password() {
    for name in ["d_gbkeuc.pdf", "c_unigb.pdf"] {
        let read = read_data(name);
        assert_eq!(read.verdict, Verdict::Read, "{name}");
        assert!(texts(&read).concat().contains("落实主体责任"), "{name} {:?}", texts(&read));
        assert!(read.blocks.iter().all(|block| block.page == Some(1)));
    }
    assert_eq!(read_data("g_userpw.pdf").verdict, Verdict::Encrypted);
}

#[test]
fn encodings() {
    assert_eq!(texts(&read_data("g.txt")), ["关于市教育系统巡察问题整改情况的报告，学习贯彻落实。"]);
    assert_eq!(texts(&read_data("b5.txt")), ["關於市教育系統巡察問題整改情況的報告"]);
    let mixed = read_data("mix.txt");
    assert!(!texts(&mixed).concat().contains('\u{fffd}'));
}

#[test]
fn what_cannot_be_read_is_told_in_words() {
    let mut cut = data("hard.docx");
    cut.truncate(3_000);
    let pictures = {
        let mut packed = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        for name in ["1.jpg", "2.png"] {
            packed.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
            std::io::Write::write_all(&mut packed, b"picture").unwrap();
        }
        packed.finish().unwrap().into_inner()
    };
    let mut locked = vec![0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
    locked.extend("EncryptedPackage\0".encode_utf16().flat_map(u16::to_le_bytes));
    let random: Vec<u8> = (0..4_000u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    let cases: [(&str, Vec<u8>, Verdict, &str); 9] = [
        ("空.txt", Vec::new(), Verdict::Empty, "是空文件（0字节）"),
        ("空.xlsx", Vec::new(), Verdict::Empty, "是空文件（0字节）"),
        ("坏.docx", cut, Verdict::Corrupt, "文件已损坏，打不开"),
        ("锁.xlsx", locked, Verdict::Encrypted, "文件有密码，打不开"),
        ("图.docx", pictures, Verdict::Unsupported, "名为文档，实为装着2张图片的压缩包"),
        ("乱.txt", random, Verdict::Unsupported, "不是文字文件，也不是能读的办公文档"),
        ("旧.doc", data("hard.doc"), Verdict::Unsupported, "是旧版Word或WPS文档（.doc/.wps），暂不能读"),
        ("弹.docx", data("lol.docx"), Verdict::Corrupt, "文件已损坏，内含不安全的定义，已拒读"),
        ("深.docx", data("deep.docx"), Verdict::TooBig, "文件过大，解压后的内容超出上限"),
    ];
    for (name, bytes, verdict, message) in cases {
        let read = read(name, &bytes, &Limits::OFFICE);
        assert_eq!((read.verdict, read.diagnostics[0].message.as_str()), (verdict, message), "{name}");
        assert!(read.blocks.is_empty() && !read.diagnostics[0].hint.is_empty(), "{name}");
    }
}

#[test]
fn far_corners_cost_nothing() {
    let read = read_data("sparse.xlsx");
    assert_eq!((read.verdict, read.blocks.len()), (Verdict::Partial, 1));
}

#[test]
fn web_pages_without_their_surroundings() {
    let page = "<html><head><title>反馈情况_某市网</title><style>p{}</style></head><body><div class='nav'><a href='/'>首页</a><a href='/x'>要闻</a></div>\
        <div class='content'><h1>反馈情况</h1><p>　　租金&nbsp;未收。</p><p>合同缺失。<br>资产闲置。</p><table><tr><td>序号</td><td>问题</td></tr>\
        <tr><td>1</td><td>账外设账</td></tr></table></div><div class='footer'>版权所有 某市</div><script>alert(1)</script></body></html>";
    let read = read("页.html", page.as_bytes(), &Limits::OFFICE);
    assert_eq!(texts(&read), ["反馈情况", "租金未收。", "合同缺失。", "资产闲置。", "序号", "问题", "1", "账外设账"]);
    assert_eq!(read.blocks[0].kind, BlockKind::Title);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(120))]

    #[test]
    fn damaged_files_never_panic_and_never_give_empty_blocks(
        name in prop::sample::select(vec!["hard.docx", "led.xlsx", "led.xls", "led.ods", "d_gbkeuc.pdf", "mix.txt"]),
        changes in prop::collection::vec((0usize..60_000, any::<u8>()), 1..20),
        cut in prop::option::of(0usize..60_000),
    ) {
        let mut bytes = data(name);
        for (at, value) in changes {
            let at = at % bytes.len();
            bytes[at] = value;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut % bytes.len());
        }
        let read = read(name, &bytes, &Limits::OFFICE);
        prop_assert!(read.blocks.iter().all(|block| !block.text.trim().is_empty()));
        prop_assert_eq!(read.verdict.is_usable(), !read.blocks.is_empty());
    }
}
