//! Packages (压缩包): bounded access to the parts of a zip file.

use std::io::{Cursor, Read as _};

use zip::ZipArchive;

use super::{Limits, Refusal};
use crate::model::{Format, Verdict};

/// A package whose parts can be inflated up to the limits.
pub(super) struct Package<'a> {
    archive: ZipArchive<Cursor<&'a [u8]>>,
    packed_bytes: u64,
    inflated_bytes: u64,
    limits: &'a Limits,
}

impl<'a> Package<'a> {
    pub(super) fn open(bytes: &'a [u8], limits: &'a Limits) -> Result<Self, Refusal> {
        let archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| Refusal::corrupt("打不开"))?;
        if archive.len() > limits.entries {
            return Err(Refusal::too_big("内部部件太多"));
        }
        Ok(Self { archive, packed_bytes: bytes.len() as u64, inflated_bytes: 0, limits })
    }

    /// The names of all parts.
    pub(super) fn names(&self) -> Vec<String> {
        self.archive.file_names().flatten().map(std::borrow::Cow::into_owned).collect()
    }

    /// The bytes of a part; `None` if there is none of that name.
    pub(super) fn part(&mut self, name: &str) -> Result<Option<Vec<u8>>, Refusal> {
        let Ok(entry) = self.archive.by_name(name) else { return Ok(None) };
        if entry.encrypted() {
            return Err(Refusal::new(Verdict::Encrypted, "文件有密码，打不开", "去掉密码后另存一份，再运行一次"));
        }
        let mut bytes = Vec::new();
        entry
            .take(self.limits.part_bytes + 1)
            .read_to_end(&mut bytes)
            .map_err(|_| Refusal::corrupt("内部数据不完整"))?;
        self.inflated_bytes += bytes.len() as u64;
        let is_bomb =
            self.inflated_bytes > 1 << 20 && self.inflated_bytes / self.packed_bytes.max(1) > self.limits.ratio;
        if bytes.len() as u64 > self.limits.part_bytes || self.inflated_bytes > self.limits.inflated_bytes || is_bomb {
            return Err(Refusal::too_big("解压后的内容超出上限"));
        }
        Ok(Some(bytes))
    }

    /// Inflates every part once to learn that all are within the limits, for libraries that inflate by themselves.
    pub(super) fn check(&mut self) -> Result<(), Refusal> {
        for name in self.names() {
            self.part(&name)?;
        }
        Ok(())
    }
}

/// Which office format a zip file is.
pub(super) fn kind(bytes: &[u8]) -> Format {
    let Ok(archive) = ZipArchive::new(Cursor::new(bytes)) else {
        // The directory at the end is gone; what the first parts are called still tells what it was.
        let head = String::from_utf8_lossy(&bytes[..bytes.len().min(4096)]);
        return if head.contains("word/") || head.contains("[Content_Types].xml") {
            Format::Docx
        } else {
            Format::Unknown
        };
    };
    let has = |wanted: &dyn Fn(&str) -> bool| archive.file_names().flatten().any(|name| wanted(&name));
    if has(&|name| name.starts_with("word/") && name.ends_with(".xml")) {
        Format::Docx
    } else if has(&|name| name.starts_with("xl/")) {
        Format::Xlsx
    } else if has(&|name| name == "content.xml") && has(&|name| name == "mimetype") {
        Format::Ods
    } else {
        Format::Unknown
    }
}

/// Says what a zip file is that is no office document.
pub(super) fn describe(bytes: &[u8], limits: &Limits) -> Refusal {
    let Ok(package) = Package::open(bytes, limits) else { return Refusal::corrupt("打不开") };
    let names = package.names();
    let is_picture = |name: &String| {
        let name = name.to_ascii_lowercase();
        [".jpg", ".jpeg", ".png", ".bmp", ".tif", ".tiff", ".gif"].iter().any(|end| name.ends_with(end))
    };
    let files: Vec<&String> = names.iter().filter(|name| !name.ends_with('/')).collect();
    if !files.is_empty() && files.iter().all(|name| is_picture(name)) {
        return Refusal::new(
            Verdict::Unsupported,
            &format!("名为文档，实为装着{}张图片的压缩包", files.len()),
            "向提供单位索取电子原件，或先做文字识别",
        );
    }
    if names.iter().any(|name| name.ends_with("OFD.xml")) {
        return Refusal::new(Verdict::Unsupported, "是OFD版式文件，暂不能读", "导出为.docx或.pdf后再试");
    }
    Refusal::new(Verdict::Unsupported, "是压缩包，不是办公文档", "先解压，再读入解压出来的文件夹")
}
