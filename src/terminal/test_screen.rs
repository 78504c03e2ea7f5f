//! Test helper that shows frames on a terminal.

/// Returns the text on a terminal after all of `frames`.
pub(crate) fn shown(frames: &[Vec<u8>], (columns, rows): (u16, u16)) -> String {
    let mut terminal = vt100::Parser::new(
        rows.try_into().expect("a row"),
        columns.try_into().expect("a column"),
        0,
    );
    for frame in frames {
        terminal.process(frame);
    }
    let lines: Vec<String> =
        terminal.screen().contents().lines().map(|line| line.trim_end().to_owned()).collect();
    lines.join("\n").trim_end().to_owned()
}
