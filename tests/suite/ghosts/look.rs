//! How ghosts look on the charts: their colours, characters and scales, and what the list leaves in sight.

use ratatui::buffer::Buffer;
use ratatui::style::Color;
use xentviz::testing::app::footer;
use xentviz::testing::canvas::{ColourDepth, Glyphs, ThemeName};
use xentviz::testing::telemetry::{Command, Setting, TimeTarget};

use crate::claims::sentences;
use crate::contrast::contrast;
use crate::ghosts::{branch, lines, press, restart, screen, train, trained};

#[test]
fn the_list_leaves_the_charts_in_sight_and_the_chosen_ghost_is_bright() {
    let mut run = trained(60);
    branch(&mut run, 20, (0, 1.0), 30);
    branch(&mut run, 20, (0, 0.5), 30);
    for size in [(80, 24), (120, 40), (200, 60)] {
        let closed = screen(&mut run, size);
        press(&mut run, "g");
        let open = screen(&mut run, size);
        press(&mut run, "^");
        let other = screen(&mut run, size);
        press(&mut run, "\u{1b}");
        let charts = lines(&closed)
            .iter()
            .rposition(|line| line.contains("epoch  ") || line.contains(" 200 "));
        let charts = charts.expect("an axis of epochs").min(usize::from(size.1) / 2 - 1);
        // But for the dots: those of the bright curve lie over others.
        let words = |cells: &Buffer| -> Vec<String> {
            let is_dots = |c: char| ('\u{2800}'..='\u{28ff}').contains(&c) || " ·┊".contains(c);
            let lines = lines(cells).into_iter().take(charts).skip(3);
            lines.map(|line| line.replace(is_dots, "")).collect()
        };
        assert_eq!(words(&closed), words(&open), "{size:?}");
        let colours = |cells: &Buffer| -> Vec<Color> {
            let end = charts * usize::from(size.0);
            cells.content[..end].iter().map(|cell| cell.fg).collect()
        };
        assert_ne!(colours(&closed), colours(&open), "{size:?}: the chosen ghost is bright");
        assert_ne!(colours(&open), colours(&other), "{size:?}: another one is bright");
    }
}

#[test]
fn a_small_footer_has_the_key_of_the_list_once_there_are_ghosts() {
    let mut run = trained(30);
    let has_key = |lines: &[String]| lines[23].contains("g branches");
    assert!(!has_key(&lines(&screen(&mut run, (80, 24)))));
    branch(&mut run, 20, (0, 1.0), 3);
    assert!(has_key(&lines(&screen(&mut run, (80, 24)))));
    assert!(footer(&run.app).iter().any(|hint| hint.words == "branches"));
}

#[test]
fn the_names_of_ghosts_have_the_contrast_of_text() {
    let mut run = trained(60);
    branch(&mut run, 20, (0, 1.0), 30);
    run.app.shared.appearance.colours = ColourDepth::True;
    for (theme, is_presenting, least) in [
        (ThemeName::Dark, false, 4.5),
        (ThemeName::Light, false, 4.5),
        (ThemeName::Dark, true, 7.0),
        (ThemeName::Light, true, 7.0),
    ] {
        run.app.shared.appearance.theme = theme;
        run.app.shared.appearance.is_presenting = is_presenting;
        let cells = screen(&mut run, (120, 40));
        let width = usize::from(cells.area.width);
        let rows = lines(&cells);
        let y = rows.iter().position(|row| row.contains("the first course")).expect("its name");
        let x = rows[y].chars().collect::<String>().find("the first course").expect("its name");
        let x = rows[y][..x].chars().count();
        let cell = &cells.content[y * width + x];
        // The dark theme leaves the colours of text to the terminal.
        if cell.fg == Color::Reset {
            assert_eq!((theme, is_presenting), (ThemeName::Dark, false));
            continue;
        }
        let found = contrast(cell.fg, cell.bg);
        assert!(found >= least, "{theme:?}, presenting {is_presenting}: {found:.1}");
    }
}

#[test]
fn in_ascii_ghosts_are_drawn_with_a_character_of_their_own() {
    let mut run = trained(100);
    branch(&mut run, 20, (0, 1.0), 100);
    run.app.shared.appearance.glyphs = Glyphs::Ascii;
    let lines = lines(&screen(&mut run, (120, 40)));
    let plot = &lines[4..15];
    assert!(plot.iter().any(|line| line.contains(",,")), "{plot:#?}");
    assert!(plot.iter().any(|line| line.contains("a the first course")), "{plot:#?}");
    assert!(run.source.send(Command::GoTo(TimeTarget::Step(40))));
    run.until("the past", |app| app.shared.history.step == 40);
    let lines = self::lines(&screen(&mut run, (120, 40)));
    assert!(lines[4..15].iter().any(|line| line.contains("''")), "{lines:#?}");
}

#[test]
fn a_ghost_is_drawn_as_a_share_of_its_own_first_cost() {
    let mut run = trained(40);
    restart(&mut run, Command::StartAt { weights: vec![0.2], bias: 0.1 });
    train(&mut run, 10);
    let ghost = &run.app.shared.history.ghosts[0];
    let (then, now) =
        (ghost.first_cost(0).expect("C₀"), run.app.shared.history.arms[0].first_cost.expect("C₀"));
    assert!(then > 1.3 * now, "the costs at the starts differ: {then}, {now}");
    press(&mut run, "\n<<<<<<<<<<<<<<<<<<<<");
    let said = sentences(&run.app);
    assert!(said[0].starts_with("Epoch 0: quadratic C/C₀ 1.000"), "{said:?}");
    let start = "Ghost a, start (2, 2): quadratic C/C₀ 1.000, a 0.982; cross-entropy C/C₀ 1.000";
    assert!(said[1].starts_with(start), "{said:?}");
    press(&mut run, "\u{1b}");
    let lines = lines(&screen(&mut run, (120, 40)));
    let top =
        lines[4..10].iter().find_map(|line| line.trim_start_matches('│').split_whitespace().next());
    assert_eq!(top, Some("1"), "the axis ends at 1: {lines:#?}");
}

#[test]
fn the_note_on_scales_stays_after_a_change() {
    let mut run = trained(40);
    assert!(run.source.send(Command::Set(Setting::Eta { arm: 0, eta: 0.2 })));
    run.until("a mark", |app| !app.shared.history.marks.is_empty());
    for size in [(80, 24), (120, 40), (200, 60)] {
        let lines = lines(&screen(&mut run, size));
        let title = lines.iter().find(|line| line.contains("cost C/C₀")).expect("a chart");
        assert!(title.contains("each on its own scale"), "{title}");
    }
}

#[test]
fn only_the_name_has_the_colour_of_an_arm_in_a_sentence() {
    let mut run = trained(30);
    let cells = screen(&mut run, (120, 40));
    let lines = lines(&cells);
    let (y, line) = lines
        .iter()
        .enumerate()
        .find(|(_, line)| line.contains("assed a = ½ at epoch"))
        .expect("an arm has passed ½");
    let at = line.find("assed").expect("the word");
    let x = line[..at].chars().count();
    let cell = &cells.content[y * usize::from(cells.area.width) + x];
    assert_eq!(cell.fg, Color::Reset, "{line}");
}
