//! tmp
#[test]
fn show() {
    let Ok(f) = std::env::var("SHOW") else { return };
    let b = std::fs::read(&f).unwrap();
    let r = jianlin::read::read(&f, &b, &jianlin::read::Limits::OFFICE);
    println!("{:?} {:?} {:?}", r.format, r.verdict, r.diagnostics);
    for b in &r.blocks {
        println!(
            "{:?} p{:?} {} | {}",
            b.kind,
            b.page,
            b.cell.as_ref().map(|c| format!("{}:{}+{}x{}", c.row, c.col, c.rows, c.cols)).unwrap_or_default(),
            b.text.chars().take(90).collect::<String>()
        );
    }
}
