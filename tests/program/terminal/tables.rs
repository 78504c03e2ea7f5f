//! Tables on the screen: the unit of a scaled target, names with marks, and paths that are saved.

use std::fs;

use tempfile::TempDir;

use crate::pty::{Pty, Setup, quit};

/// Returns a folder with a table of prices, too small for a test set.
fn place() -> TempDir {
    let place = tempfile::tempdir().expect("a folder");
    let row = |i: usize| format!("{i}.5,{}\n", price(i));
    let rows = (0..12).map(row).collect::<Vec<_>>().concat();
    fs::write(place.path().join("d.csv"), format!("size,price\n{rows}")).expect("a file");
    place
}

fn price(i: usize) -> usize {
    200_000 + 30_000 * i + 5_000 * (i % 3)
}

fn dashboard_in(place: &TempDir, size: (u16, u16), arguments: &str) -> Pty {
    let script = format!("export XDG_STATE_HOME=\"$PWD\"; exec {{}} {arguments}");
    let setup = Setup::with_script(&script).within(place.path()).sized(size.0, size.1);
    let mut pty = setup.start();
    pty.wait_for_text("? help");
    pty
}

#[test]
fn a_scaled_target_is_shown_in_its_own_unit_too() {
    let place = place();
    let mut pty = dashboard_in(&place, (200, 60), "d.csv --target price --paused");
    pty.expect("2", ": y = ");
    // "row 3: y = 0.4191, 325000.0" on the screen: a row of the table, whose place in the file is not known.
    let text = pty.text();
    let shown = text.lines().find_map(|line| line.split_once(": y = ")).expect("the target").1;
    let (y, rest) = shown.trim_start().split_once(',').expect("two numbers");
    let number = |text: &str| -> f64 {
        let text = text.trim().split([' ', '│']).next().unwrap_or_default();
        text.replace('−', "-").parse().unwrap_or_else(|_| panic!("{text}: {shown}"))
    };
    let (y, value) = (number(y), number(rest));
    let prices: Vec<f64> = (0..12).map(|i| price(i) as f64).collect();
    let mean = prices.iter().sum::<f64>() / 12.0;
    let deviation = (prices.iter().map(|p| (p - mean) * (p - mean)).sum::<f64>() / 12.0).sqrt();
    assert!((value - (mean + deviation * y)).abs() < 60.0, "{y} and {value}");
    assert!(prices.iter().any(|price| (price - value).abs() < 1.0), "{value}");
    quit(pty);
}

#[test]
fn letters_keep_their_marks() {
    let place = place();
    let title = "Größe e\u{301}lan हिन्दी में ไทยที่";
    let scenario = format!(
        "title = \"{title}\"\ndata = {{ kind = \"csv\", path = \"d.csv\", scale = \"standard\" }}\n\
         network = {{ layers = [1, 1], output = \"linear\" }}\n\
         training = {{ epochs = 9, batch = 3, eta = 0.1 }}\narm = [{{ name = \"a\", cost = \"quadratic\" }}]\n"
    );
    fs::write(place.path().join("s.toml"), scenario).expect("a file");
    let mut pty = dashboard_in(&place, (120, 40), "s.toml --paused");
    // The emulator keeps the marks of a cell, too.
    pty.wait_for_text(title);
    quit(pty);
}

#[test]
fn a_saved_scenario_finds_its_data_from_where_it_is() {
    let place = place();
    fs::create_dir(place.path().join("other")).expect("a folder");
    let mut pty = dashboard_in(&place, (120, 40), "d.csv --target price --paused");
    pty.expect(":save other/mine\r", "wrote other/mine.toml");
    pty.expect(":save here\r", "wrote here.toml");
    quit(pty);
    let read = |name: &str| fs::read_to_string(place.path().join(name)).expect("it is saved");
    assert!(read("here.toml").contains("\"d.csv\""), "{}", read("here.toml"));
    let whole = fs::canonicalize(place.path().join("d.csv")).expect("it is there");
    let saved = read("other/mine.toml");
    assert!(saved.contains(&format!("\"{}\"", whole.display())), "{saved}");
}
