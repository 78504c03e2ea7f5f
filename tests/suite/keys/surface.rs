//! The keys of the Surface view.

use crate::fixtures::Update;
use crossterm::event::{KeyCode, KeyModifiers};
use ratatui::layout::Rect;
use xentviz::testing::app::{App, Effect, Message, Target};
use xentviz::testing::math::powi;
use xentviz::testing::telemetry::{
    AtlasRequest, Command, Question, SurfaceRequest, Trajectory, Window,
};
use xentviz::testing::views::{GridPoint, SurfaceLayer, Tab, ViewTarget};

use crate::keys::{apply, both_costs, command, duel, first_update, keys, press, press_with, sends};

/// Returns a trajectory from (w, b) towards the origin.
fn trajectory(w: f64, b: f64) -> Trajectory {
    let mut trajectory = Trajectory::default();
    for step in 0..5_u32 {
        let left = 1.0 - 0.1 * f64::from(step);
        trajectory.push(u64::from(step), [w * left, 0.0, b * left]);
    }
    trajectory
}

fn first_update_at(w: f64, b: f64) -> Update {
    let mut update = first_update(both_costs(&[1, 1]), None);
    for arm in &mut update.arms {
        arm.trajectory = trajectory(w, b);
    }
    update
}

/// Gives the view an area in which its maps have so many points; returns the effects.
fn resize(app: &mut App, points: (usize, usize)) -> Vec<Effect> {
    let bodies =
        (8..60).flat_map(|height| (40..200).map(move |width| Rect::new(0, 2, width, height)));
    let fits = |body: &Rect| {
        let mut trial = app.clone();
        trial.update(Message::Resized(*body));
        trial.views.surface.points == points
    };
    let body = bodies.into_iter().find(fits).expect("some area has these points");
    app.update(Message::Resized(body))
}

/// Returns two neurons in the Surface view, on maps of 41 × 42 points from −4 to 4.
fn neurons() -> App {
    let mut app = duel(&[1, 1]);
    apply(&mut app, first_update_at(2.0, 2.0));
    keys(&mut app, "4");
    resize(&mut app, (41, 42));
    app
}

fn request(effects: &[Effect]) -> SurfaceRequest {
    match effects {
        [Effect::Send(Command::Explain(Some(Question::Surface(request))))] => *request,
        other => panic!("{other:?}"),
    }
}

fn atlas(effects: &[Effect]) -> AtlasRequest {
    match effects {
        [Effect::Send(Command::Explain(Some(Question::Atlas(request))))] => *request,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_surface_is_requested_while_there_is_room_for_it_on_screen() {
    let mut app = duel(&[1, 1]);
    apply(&mut app, first_update_at(2.0, 2.0));
    assert_eq!(resize(&mut app, (41, 22)), []);
    let request = request(&keys(&mut app, "4"));
    assert_eq!(request.points, (41, 22));
    let Window { across, up } = request.window;
    assert_eq!(
        (across, up),
        ((-4.0, 4.0), (-4.0, 4.0)),
        "round, and a margin around the trajectory"
    );
    assert_eq!(keys(&mut app, "4 "), sends(Command::Toggle), "but not again at every key");
    assert_eq!(app.update(Message::Resized(Rect::ZERO)), sends(Command::Explain(None)));
    resize(&mut app, (41, 22));
    assert_eq!(keys(&mut app, "1"), sends(Command::Explain(None)));
}

#[test]
fn v_cycles_through_the_layers_and_requests_nothing_new() {
    let mut app = neurons();
    for layer in [SurfaceLayer::Speed, SurfaceLayer::Downhill, SurfaceLayer::Cost] {
        assert_eq!(keys(&mut app, "v"), []);
        assert_eq!(app.views.surface.layer, layer);
    }
}

#[test]
fn the_limits_are_the_same_at_every_size_and_grow_only_when_an_arm_leaves() {
    let mut app = neurons();
    for points in [(41, 22), (22, 42), (60, 30)] {
        let window = request(&resize(&mut app, points)).window;
        assert_eq!(window, Window { across: (-4.0, 4.0), up: (-4.0, 4.0) });
    }
    let same = request(&apply(&mut app, first_update_at(3.0, -3.8))).window;
    assert_eq!(same, Window { across: (-4.0, 4.0), up: (-4.0, 4.0) });
    let grown = request(&apply(&mut app, first_update_at(-3.9, 1.0))).window;
    assert_eq!(grown, Window { across: (-8.0, 8.0), up: (-8.0, 8.0) });
}

#[test]
fn zoom_applies_to_the_surface_here_and_to_the_charts_elsewhere() {
    let mut app = neurons();
    // Both arms are at (1.2, 1.2) now; the middle of the map is near it and round.
    let zoomed = request(&keys(&mut app, "z"));
    assert_eq!((zoomed.window.across, zoomed.window.up), ((-1.0, 3.0), (-1.0, 3.0)));
    assert_eq!(app.shared.chart.zoom, 0);
    let out = request(&keys(&mut app, "Z"));
    assert_eq!(out.window.across, (-4.0, 4.0));
    keys(&mut app, "1z");
    assert_eq!((app.shared.chart.zoom, app.views.surface.zoom), (1, 0));
}

#[test]
fn zooming_goes_to_the_chosen_arm_or_to_the_cursor_and_back_out() {
    let mut app = neurons();
    let mut update = first_update_at(2.0, 2.0);
    update.arms[1].trajectory = trajectory(-3.1, 0.7);
    apply(&mut app, update);
    let goes_to = |app: &mut App, target: [f64; 2]| {
        for press in 1..=5 {
            let window = request(&keys(app, "z")).window;
            assert!(window.holds(target), "{target:?} after {press} presses: {window:?}");
            let share = window.spans().0 / 8.0;
            assert!(share < powi(0.6, press), "it shows about half at each press");
        }
        let widened = (0..5).map(|_| request(&keys(app, "Z")).window).last();
        assert_eq!(widened, Some(Window { across: (-4.0, 4.0), up: (-4.0, 4.0) }));
    };
    // A trajectory ends at 0.6 of its start.
    goes_to(&mut app, [1.2, 1.2]);
    press(&mut app, KeyCode::Tab);
    goes_to(&mut app, [-1.86, 0.42]);
    press(&mut app, KeyCode::Enter);
    app.views.surface.cursor = [3.3, -3.3];
    goes_to(&mut app, [3.3, -3.3]);
}

#[test]
fn enter_gives_the_cursor_the_arrows_and_then_starts_there() {
    let mut app = neurons();
    assert_eq!(press(&mut app, KeyCode::Enter), []);
    assert!(app.shared.cursor_focused);
    assert_eq!(app.views.surface.cursor, [2.0, 2.0], "where the run began");
    press(&mut app, KeyCode::Left);
    keys(&mut app, "j");
    let [w, b] = app.views.surface.cursor;
    let down = 2.0 * 8.0 / 41.0;
    assert!((w - 1.8).abs() < 1e-12 && (b - 2.0 + down).abs() < 1e-12, "a cell is two points high");
    let start = Command::StartAt { weights: vec![w], bias: b };
    assert_eq!(press(&mut app, KeyCode::Enter), sends(start));
    press_with(&mut app, KeyCode::Right, KeyModifiers::SHIFT);
    assert!((app.views.surface.cursor[0] - (w + 2.0)).abs() < 1e-12);
    press(&mut app, KeyCode::Esc);
    assert!(!app.shared.cursor_focused);
}

#[test]
fn the_first_click_on_a_map_moves_the_cursor_there_and_the_second_starts_there() {
    let mut app = neurons();
    let click = |app: &mut App, column, row| {
        let point = ViewTarget::Point(GridPoint { column, row });
        app.update(Message::Click(Target::View(point)))
    };
    // 41 columns and 42 rows are from −4 to 4.
    assert_eq!(click(&mut app, 30, 2), []);
    let [w, b] = app.views.surface.cursor;
    let up = -4.0 + 2.0 * 8.0 / 41.0;
    assert!((w - 2.0).abs() < 1e-12 && (b - up).abs() < 1e-12, "{w} {b}");
    assert!(app.shared.cursor_focused);
    assert_eq!(click(&mut app, 31, 2), [], "another point is another first click");
    assert_eq!(click(&mut app, 30, 2), []);
    let start = Command::StartAt { weights: vec![w], bias: b };
    assert_eq!(click(&mut app, 30, 2), sends(start));
}

#[test]
fn at_the_edge_the_window_moves_and_home_resets_it() {
    let mut app = neurons();
    press(&mut app, KeyCode::Enter);
    let mut moved = Vec::new();
    for _ in 0..2 {
        moved = press_with(&mut app, KeyCode::Right, KeyModifiers::SHIFT);
    }
    let window = request(&moved).window;
    // The cursor is at 6, and the window moves by quarters.
    assert_eq!(window.across, (-2.0, 6.0));
    assert!(window.holds(app.views.surface.cursor));
    let whole = request(&press(&mut app, KeyCode::Home)).window;
    assert_eq!(whole.across, (-4.0, 4.0));
    assert!(whole.holds(app.views.surface.cursor));
}

#[test]
fn the_atlas_is_requested_with_the_current_etas_and_starts_from_its_points() {
    let mut app = neurons();
    keys(&mut app, "a");
    let requested = atlas(&resize(&mut app, (41, 42)));
    assert_eq!(requested.etas[..2], [0.15, 0.15]);
    assert_eq!((requested.tolerance, requested.cap, requested.points), (0.5, 3000, (41, 42)));
    press(&mut app, KeyCode::Enter);
    app.views.surface.cursor = [1.0, -1.0];
    let Some(Effect::Send(Command::StartAt { weights, bias })) =
        press(&mut app, KeyCode::Enter).pop()
    else {
        panic!("it starts")
    };
    // 41 columns are 0.2 apart; the nearest of 42 rows is the 16th, from the lowest.
    assert!((weights[0] - 1.0).abs() < 1e-9 && (bias + 4.0 - 15.0 * 8.0 / 41.0).abs() < 1e-9);
    request(&keys(&mut app, "a"));
}

#[test]
fn trajectories_from_other_starts_stay_as_past_ones_and_those_from_the_same_do_not() {
    let mut app = neurons();
    apply(&mut app, first_update_at(2.0, 2.0));
    assert!(app.views.surface.past_trajectories.is_empty(), "a reset");
    apply(&mut app, first_update_at(1.0, 3.0));
    assert_eq!(app.views.surface.past_trajectories.len(), 2);
    assert_eq!(app.views.surface.past_trajectories[1].arm, 1);
    assert_eq!(app.views.surface.past_trajectories[0].points[0], [2.0, 0.0, 2.0]);
    for n in 0..40 {
        apply(&mut app, first_update_at(f64::from(n), 0.5));
    }
    assert_eq!(app.views.surface.past_trajectories.len(), 24);
    apply(&mut app, first_update(both_costs(&[2, 3, 1]), None));
    assert!(app.views.surface.past_trajectories.is_empty(), "another surface");
}

#[test]
fn a_larger_network_has_a_plane_but_no_atlas_and_no_start_to_choose() {
    let mut app = duel(&[4, 3, 2]);
    keys(&mut app, "4");
    let request = request(&resize(&mut app, (41, 42)));
    assert_eq!(request.window.across, (-1.0, 1.0));
    assert_eq!(keys(&mut app, "a"), []);
    assert!(matches!(app.question, Some(Question::Surface(_))));
    press(&mut app, KeyCode::Enter);
    assert!(app.shared.cursor_focused);
    assert_eq!(press(&mut app, KeyCode::Enter), []);
}

#[test]
fn the_actions_of_the_keys_have_command_names() {
    let mut app = duel(&[1, 1]);
    command(&mut app, "surface");
    assert_eq!(app.tab, Tab::Surface);
    command(&mut app, "next-surface");
    assert_eq!(app.views.surface.layer, SurfaceLayer::Speed);
    command(&mut app, "atlas");
    assert!(app.views.surface.atlas);
}
