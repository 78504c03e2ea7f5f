use super::*;

/// Returns a pad of 28 × 14 cells.
fn pad() -> PadState {
    PadState { cells: (28, 14), ..PadState::default() }
}

/// Returns the points of the strokes that are shown.
fn points(pad: &PadState) -> Vec<Vec<PadPoint>> {
    let Some(PictureSource::Drawn(strokes)) = pad.shown().map(Strokes::source) else {
        return Vec::new();
    };
    strokes.to_vec()
}

fn dot(pad: &mut PadState) {
    pad.press_at((3, 3));
}

#[test]
fn moving_draws_only_while_the_pen_is_down() {
    let mut pad = pad();
    pad.move_pen(Direction::Left, 4);
    assert_eq!((pad.cursor, points(&pad)), ((10, 14), vec![]));
    pad.toggle_pen();
    pad.move_pen(Direction::Right, 2);
    pad.move_pen(Direction::Down, 20);
    let centre = |x: f32, y: f32| [(x + 0.5) / 28.0, (y + 0.5) / 28.0];
    let drawn = vec![vec![centre(10.0, 14.0), centre(12.0, 14.0), centre(12.0, 27.0)]];
    assert_eq!(points(&pad), drawn, "the edge ends a move");
    pad.toggle_pen();
    pad.move_pen(Direction::Up, 5);
    assert_eq!((pad.cursor, points(&pad)), ((12, 22), drawn));
    pad.toggle_pen();
    assert_eq!(points(&pad).len(), 2, "a pen put down begins a stroke");
}

#[test]
fn a_cell_counted_from_below_is_the_same_place_counted_from_above() {
    let mut pad = pad();
    pad.press_at((0, 13));
    assert_eq!(points(&pad)[0][0], [0.5 / 28.0, 1.0 - 13.5 / 14.0], "the upper left corner");
    pad.clear();
    pad.press_at((27, 0));
    assert_eq!(points(&pad)[0][0], [27.5 / 28.0, 1.0 - 0.5 / 14.0], "the lower right corner");
    assert_eq!(pad.cursor, (27, 27));
}

#[test]
fn a_drag_that_leaves_the_pad_begins_a_stroke_where_it_comes_back() {
    let mut pad = pad();
    pad.press_at((3, 3));
    pad.drag_to(Some((5, 3)));
    pad.drag_to(None);
    pad.drag_to(Some((20, 10)));
    pad.drag_to(Some((22, 10)));
    let lengths: Vec<usize> = points(&pad).iter().map(Vec::len).collect();
    assert_eq!(lengths, [2, 2]);
}

#[test]
fn a_kept_drawing_is_shown_until_something_else_is_drawn() {
    let mut pad = pad();
    pad.keep(0, Vec::new());
    assert_eq!(pad.kept_count(), 0, "nothing is drawn");
    dot(&mut pad);
    pad.keep(7, vec![Some(4)]);
    assert!(pad.shows_kept() && pad.strokes.is_blank() && pad.has_drawing());
    assert_eq!(pad.pictures.len(), 1);
    pad.press_at((9, 9));
    assert_eq!((pad.shows_kept(), points(&pad).len()), (false, 1), "on an empty pad");
    pad.choose(0);
    pad.clear();
    assert!(!pad.shows_kept() && pad.can_keep(), "clearing a kept drawing only leaves it");
    pad.clear();
    assert!(!pad.has_drawing());
    assert_eq!(pad.kept_count(), 1);
}

#[test]
fn kept_drawings_are_gone_through_with_the_pad_between_the_last_and_the_first() {
    let mut pad = pad();
    for _ in 0..3 {
        dot(&mut pad);
        pad.keep(0, Vec::new());
    }
    let mut after = |direction| {
        pad.choose_along(direction, 100);
        pad.chosen
    };
    assert_eq!(after(ListDirection::Next), None);
    assert_eq!(after(ListDirection::Next), Some(0));
    assert_eq!(after(ListDirection::Previous), None);
    assert_eq!(after(ListDirection::Previous), Some(2));
    pad.drop_kept();
    assert_eq!((pad.chosen, pad.kept_count(), pad.pictures.len()), (Some(1), 2, 2));
    pad.drop_kept();
    pad.drop_kept();
    assert_eq!((pad.chosen, pad.kept_count()), (None, 0));
    pad.drop_kept();
}

#[test]
fn with_nothing_drawn_or_kept_examples_are_gone_through() {
    let mut pad = pad();
    pad.choose_along(ListDirection::Previous, 100);
    assert_eq!(pad.example, 99);
    pad.choose_along(ListDirection::Next, 100);
    assert_eq!(pad.example, 0);
    pad.choose_along(ListDirection::Next, 0);
    assert_eq!(pad.example, 0);
}

#[test]
fn no_more_drawings_are_kept_than_there_is_room_for() {
    let mut pad = pad();
    for _ in 0..MOST_KEPT + 2 {
        dot(&mut pad);
        pad.keep(0, Vec::new());
    }
    assert_eq!(pad.kept_count(), MOST_KEPT);
    assert!(pad.can_keep(), "the last drawing is still on the pad");
}
