//! The README's commands, run, and the sessions it shows, compared with what is printed.

use std::process::Command;

#[test]
fn the_commands_of_the_readme_run() {
    let readme = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut printed = None;
    let (mut n_run, mut n_compared) = (0, 0);
    for line in readme.lines() {
        // cargo runs are covered by this test run itself; their program is the one called here.
        let command = line.strip_prefix("$ jianlin ").or_else(|| line.strip_prefix("cargo run --release -- "));
        if let Some(arguments) = command {
            printed = Some(output_of(arguments, folder.path()));
            n_run += 1;
        } else if line.starts_with("```") {
            printed = None;
        } else if let (Some(printed), false) = (&printed, line == "…") {
            assert!(printed.lines().any(|it| it.trim_end() == line.trim_end()), "the README shows {line}\n{printed}");
            n_compared += 1;
        }
    }
    assert!(n_run >= 5 && n_compared >= 10);
}

fn output_of(arguments: &str, folder: &std::path::Path) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_jianlin"))
        .args(arguments.split_whitespace())
        .current_dir(folder)
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .output()
        .unwrap();
    let talk = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments}\n{talk}");
    format!("{}\n{talk}", String::from_utf8_lossy(&output.stdout))
}
