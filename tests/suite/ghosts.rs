//! What the screen says of ghosts: their names, their curves, the list of them, and what becomes of them.

mod cross_hair;
mod look;

use crossterm::event::{KeyCode, KeyEvent};
use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Rect;
use xentviz::testing::app::Message;
use xentviz::testing::scenario::{Override, find};
use xentviz::testing::telemetry::{Command, RunState, Setting, TimeTarget};
use xentviz::testing::ui;

use crate::claims::Watched;

/// Starts `saturated`, and trains so many epochs.
fn trained(epochs: u64) -> Watched {
    let built_in = find("saturated").expect("it is built in");
    let pace = Override::new("training.pace", "max", "the test");
    let mut run = Watched::start(built_in.text, built_in.name, &[pace]);
    train(&mut run, epochs);
    run
}

fn train(run: &mut Watched, epochs: u64) {
    (0..epochs).for_each(|_| run.epoch());
}

/// Goes back, changes η of an arm there, and trains on.
fn branch(run: &mut Watched, step: u64, (arm, eta): (usize, f64), epochs: u64) {
    assert!(run.source.send(Command::GoTo(TimeTarget::Step(step))));
    run.until("the moment", |app| {
        app.shared.history.step == step && app.shared.history.state != RunState::Running
    });
    let branches = run.app.shared.history.branches.len();
    assert!(run.source.send(Command::Set(Setting::Eta { arm, eta })));
    run.until("a branch", |app| app.shared.history.branches.len() > branches);
    train(run, epochs);
}

/// Sends a command that begins the run anew, and waits for it.
fn restart(run: &mut Watched, command: Command) {
    let before = run.app.shared.history.run;
    assert!(run.source.send(command));
    run.until("another run", |app| app.shared.history.run > before);
    run.until("C₀", |app| app.shared.history.arms.iter().all(|arm| arm.first_cost.is_some()));
}

fn press(run: &mut Watched, keys: &str) {
    for key in keys.chars() {
        let code = match key {
            '\n' => KeyCode::Enter,
            '\t' => KeyCode::Tab,
            '\u{1b}' => KeyCode::Esc,
            '<' => KeyCode::Left,
            '^' => KeyCode::Up,
            '>' => KeyCode::End,
            key => KeyCode::Char(key),
        };
        run.update(Message::Key(KeyEvent::from(code)));
    }
}

fn screen(run: &mut Watched, (width, height): (u16, u16)) -> Buffer {
    let area = Rect::new(0, 0, width, height);
    run.update(Message::Resized(ui::body(area)));
    let mut cells = Buffer::empty(area);
    ui::draw(&run.app, area, &mut cells);
    cells
}

fn lines(cells: &Buffer) -> Vec<String> {
    let rows = cells.content.chunks(usize::from(cells.area.width));
    rows.map(|row| row.iter().map(Cell::symbol).collect()).collect()
}

/// Returns the rows of the list of branches: those between its frame, without what is beside it.
fn list(run: &mut Watched, size: (u16, u16)) -> Vec<String> {
    let lines = lines(&screen(run, size));
    let frame = |line: &String| {
        let title = line.find("─ branches and ghosts")?;
        let left = line[..title].chars().count();
        Some((left, left + line[title..].chars().position(|c| c == '╮')?))
    };
    let (top, (left, right)) = lines
        .iter()
        .enumerate()
        .find_map(|(y, line)| Some((y, frame(line)?)))
        .expect("the list is open");
    let inner = |line: &String| line.chars().skip(left).take(right - left).collect::<String>();
    let rows = lines[top + 1..].iter().map(inner).take_while(|row| !row.starts_with('─'));
    rows.map(|row| row.trim_end().to_owned()).collect()
}

fn banner(run: &Watched) -> String {
    run.app.banner.as_ref().map(|banner| banner.text.clone()).unwrap_or_default()
}

#[test]
fn a_branch_is_named_after_its_change_wherever_time_stood_when_it_was_left() {
    let mut run = trained(60);
    branch(&mut run, 30, (0, 1.0), 20);
    branch(&mut run, 20, (1, 0.01), 20);
    for _ in 0..2 {
        for size in [(120, 40), (200, 60)] {
            let lines = lines(&screen(&mut run, size));
            let named = |name: &str| lines.iter().map(|line| line.matches(name).count()).sum();
            let counts: [usize; 2] = [named("quadratic η 1"), named("the first course")];
            assert_eq!(counts, [2, 2], "one name on either chart: {lines:#?}");
            assert!(!lines.iter().any(|line| line.contains("without")), "{lines:#?}");
        }
        // Whichever arm is chosen.
        press(&mut run, "\t");
    }
}

#[test]
fn the_list_is_the_tree_of_the_branches_and_says_which_are_drawn() {
    let mut run = trained(60);
    branch(&mut run, 30, (0, 1.0), 20);
    branch(&mut run, 40, (1, 0.01), 5);
    branch(&mut run, 20, (0, 0.5), 9);
    press(&mut run, "g");
    let rows = list(&mut run, (120, 40));
    let expected = [
        "   a  the first course          to epoch 60",
        " ▸ b    quadratic η 1           from epoch 30 to epoch 50",
        "   c      cross-entropy η 0.01  from epoch 40 to epoch 45",
        "        quadratic η 0.5         from epoch 20 to epoch 29, open",
    ];
    // The third branch began at a step that the second one shares with it.
    assert_eq!(rows.len(), 4, "no empty row: {rows:#?}");
    for (row, expected) in rows.iter().zip(expected) {
        let words = |text: &str| text.replace('▸', " ").trim_end().to_owned();
        assert_eq!(words(row), words(expected), "{rows:#?}");
    }
    assert!(rows[2].contains('▸'), "the one that was left last is chosen: {rows:#?}");
    // On a narrow screen two ghosts are drawn, and a third one while it is chosen.
    let lettered = |rows: &[String]| -> Vec<bool> {
        rows.iter().map(|row| row.chars().nth(3).is_some_and(|c| c != ' ')).collect()
    };
    assert_eq!(lettered(&list(&mut run, (80, 24))), [false, true, true, false]);
    press(&mut run, "^^");
    assert_eq!(lettered(&list(&mut run, (80, 24))), [true, true, true, false]);
}

/// Returns the name in a row of the list.
fn name_in(row: &str) -> String {
    let row: String = row.chars().skip(4).collect();
    row.trim_start().split("  ").next().expect("a name").to_owned()
}

#[test]
fn an_earlier_run_is_named_after_what_differs_from_the_present_one() {
    let mut run = trained(20);
    branch(&mut run, 10, (0, 1.0), 10);
    restart(&mut run, Command::Reset);
    train(&mut run, 5);
    let shown = |run: &mut Watched| {
        press(run, "g");
        let rows = list(run, (120, 40));
        press(run, "\u{1b}");
        rows
    };
    let rows = shown(&mut run);
    assert!(rows[0].contains("this run "), "{rows:#?}");
    assert!(rows.iter().any(|row| row.contains("quadratic η 1 from epoch 10 ")), "{rows:#?}");
    assert!(rows.iter().any(|row| row.contains("quadratic η 0.15 ")), "{rows:#?}");
    restart(&mut run, Command::NewSeed);
    train(&mut run, 5);
    restart(&mut run, Command::NewSeed);
    train(&mut run, 5);
    let rows = shown(&mut run);
    // That of the reset, and the one after it.
    assert!(rows.iter().any(|row| row.contains("  seed 1  ")), "{rows:#?}");
    assert!(rows.iter().any(|row| row.contains("  seed 2  ")), "{rows:#?}");
    restart(&mut run, Command::StartAt { weights: vec![-1.0], bias: 0.5 });
    train(&mut run, 5);
    let rows = shown(&mut run);
    assert!(rows[1].contains("start (2, 2)"), "{rows:#?}");
    let set = |key: &str, value: &str| Command::SetKey { key: key.into(), value: value.into() };
    restart(&mut run, set("training.lambda", "0.1"));
    let rows = shown(&mut run);
    assert!(rows[1].contains("  λ 0  "), "{rows:#?}");
    let mut names: Vec<String> = rows.iter().map(|row| name_in(row)).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), rows.len(), "no two are the same: {rows:#?}");
}

#[test]
fn what_becomes_of_the_ghosts_is_announced() {
    let mut run = trained(20);
    branch(&mut run, 15, (0, 0.5), 2);
    assert_eq!(banner(&run), "a branch begins at epoch 15: η of quadratic is 0.5");
    branch(&mut run, 10, (0, 0.6), 2);
    restart(&mut run, Command::Reset);
    assert!(banner(&run).ends_with("2 branches are kept as curves"), "{}", banner(&run));
    train(&mut run, 20);
    for nth in 0..5_u32 {
        branch(&mut run, 10, (0, 0.3 + 0.1 * f64::from(nth)), 1);
    }
    assert_eq!(run.app.shared.history.ghosts.len(), 8);
    branch(&mut run, 10, (0, 2.0), 1);
    let words = "; the oldest ghost is dropped: 8 are kept";
    assert!(banner(&run).ends_with(words), "{}", banner(&run));
    assert_eq!(run.app.shared.history.ghosts.len(), 8);
}

#[test]
fn the_ghost_of_a_branch_goes_once_the_run_has_dropped_it_and_that_of_an_earlier_run_at_once() {
    let mut run = trained(20);
    branch(&mut run, 15, (0, 0.5), 2);
    let mut app = run.app.clone();
    app.update(Message::Key(KeyEvent::from(KeyCode::Char('g'))));
    app.update(Message::Key(KeyEvent::from(KeyCode::Char('x'))));
    assert_eq!(app.shared.history.ghosts.len(), 1, "nothing is confirmed yet");
    press(&mut run, "gx");
    run.until("the drop", |app| app.shared.history.ghosts.is_empty());
    assert_eq!(banner(&run), "dropped the first course");
    press(&mut run, "\u{1b}");
    restart(&mut run, Command::Reset);
    press(&mut run, "g\n");
    assert_eq!(banner(&run), "only its curves are kept");
    assert!(run.app.overlay.is_some());
    let lines = lines(&screen(&mut run, (120, 40)));
    assert!(!lines.iter().any(|line| line.contains("enter opens")), "{lines:#?}");
    press(&mut run, "x");
    assert!(run.app.shared.history.ghosts.is_empty());
    assert!(banner(&run).starts_with("dropped quadratic η 0.5"), "{}", banner(&run));
}

#[test]
fn a_ninth_branch_drops_the_oldest_at_the_source_too() {
    let mut run = trained(20);
    for nth in 0..9_u32 {
        branch(&mut run, 10, (0, 0.3 + 0.1 * f64::from(nth)), 1);
    }
    assert!(banner(&run).ends_with("the oldest ghost is dropped: 8 are kept"), "{}", banner(&run));
    // Every branch that the list has can be opened.
    for _ in 0..8 {
        let history = &run.app.shared.history;
        let id = history.ghosts[0].id.branch;
        assert!(run.source.send(Command::SwitchBranch(id)));
        run.until("the branch", |app| app.shared.history.branch == id);
    }
}
