//! The README's commands, run.

use std::process::Command;

#[test]
fn the_commands_of_the_readme_run() {
    let readme = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut n_run = 0;
    for line in readme.lines() {
        // cargo runs are covered by this test run itself; their program is the one called here.
        let Some(rest) = line.strip_prefix("$ jianlin ").or_else(|| line.strip_prefix("cargo run --release -- "))
        else {
            continue;
        };
        let arguments: Vec<&str> = rest.split_whitespace().collect();
        let mut command = Command::new(env!("CARGO_BIN_EXE_jianlin"));
        let output = command
            .args(&arguments)
            .current_dir(folder.path())
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .output()
            .unwrap();
        assert!(output.status.success(), "{line}\n{}", String::from_utf8_lossy(&output.stderr));
        n_run += 1;
    }
    assert!(n_run >= 1);
}
