//! `:copy FILE` and `:share FILE`: write a text to a file.

use std::path::Path;

use crate::cli::files::messages::{check_name, failed, is_there};
use crate::cli::files::write_whole::write_whole;

/// Writes a text to a file and syncs it to the disk; `command` is the one that does so.
///
/// Returns a message that names the file.
///
/// # Errors
/// Returns a message for the user if nothing was written.
pub(in crate::cli) fn copy(
    (command, name): (&str, &str),
    replace: bool,
    text: &str,
) -> Result<String, String> {
    check_name(name)?;
    let path = Path::new(name);
    if !replace && path.exists() {
        return Err(is_there(path, &format!("{command}! {name}")));
    }
    write_whole(path, replace, |to| writeln!(to, "{text}"))
        .map_err(|error| failed(path, &error))?;
    Ok(format!("wrote {name}"))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use tempfile::TempDir;

    use super::copy;

    #[test]
    fn a_copy_is_a_file_of_lines_and_replaces_another_only_on_request() {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("duel.txt");
        let name = path.display().to_string();
        assert_eq!(copy(("copy", &name), false, "one\ntwo").unwrap(), format!("wrote {name}"));
        assert_eq!(fs::read_to_string(&path).unwrap(), "one\ntwo\n");
        let refused = copy(("copy", &name), false, "three").unwrap_err();
        assert_eq!(refused, format!("{name} is there already; `:copy! {name}` replaces it"));
        let refused = copy(("share", &name), false, "three").unwrap_err();
        assert!(refused.ends_with(&format!("`:share! {name}` replaces it")), "{refused}");
        copy(("copy", &name), true, "three").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "three\n");
        let refused = copy(("copy", "a\u{202e}b"), false, "").unwrap_err();
        assert!(refused.starts_with("the name a\\u{202e}b holds"), "{refused}");
        let within = folder.path().join("none/duel.txt").display().to_string();
        let refused = copy(("copy", &within), false, "").unwrap_err();
        assert!(refused.starts_with(&format!("cannot write {within}: ")), "{refused}");
    }
}
