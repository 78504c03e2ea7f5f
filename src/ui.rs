//! The drawing of the dashboard: pure functions from state to cells.

mod duel;
mod equation;
mod frame;
mod overlay;
mod placeholder;
mod readout;
mod sentence;
mod surface;
mod test_card;
mod weights;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::{App, Target, View};
use crate::canvas::Canvas;
use crate::ui::frame::{draw_footer, draw_header, draw_sentence, draw_tabs, parts, tab_at};

pub use readout::readout;
pub use test_card::card;

fn is_too_small(area: Rect) -> bool {
    area.width < placeholder::LEAST.0 || area.height < placeholder::LEAST.1
}

/// Draws the whole screen into `area` of `cells`, which must be empty.
pub fn draw(app: &App, area: Rect, cells: &mut Buffer) {
    let area = area.intersection(cells.area);
    let mut canvas = Canvas::new(cells, app.look);
    if area.is_empty() {
        return;
    }
    if is_too_small(area) {
        placeholder::draw_too_small(&mut canvas, area);
        if let Some(ground) = canvas.theme.ground {
            canvas.fill_background(area, ground);
        }
        return;
    }
    let parts = parts(area);
    draw_header(&mut canvas, app, parts.header);
    draw_tabs(&mut canvas, app, parts.tabs);
    let has_view = !placeholder::draw(&mut canvas, app, parts.body);
    match app.view {
        View::Duel if has_view => duel::draw(&mut canvas, app, parts.body),
        View::Equation if has_view => equation::draw(&mut canvas, app, parts.body),
        View::Weights if has_view => weights::draw(&mut canvas, app, parts.body),
        View::Surface if has_view => surface::draw(&mut canvas, app, parts.body),
        _ => {}
    }
    if has_view || app.banner.is_some() {
        draw_sentence(&mut canvas, app, parts.sentence);
    }
    draw_footer(&mut canvas, app, parts.footer);
    overlay::draw(&mut canvas, app, area);
    if let Some(ground) = canvas.theme.ground {
        canvas.fill_background(area, ground);
    }
}

/// Returns how many points across and up the maps of the Surface view have on a screen drawn into
/// `area`; (0, 0) if there is no room for them.
pub fn map_points(app: &App, area: Rect) -> (usize, usize) {
    if is_too_small(area) { (0, 0) } else { surface::points(app, parts(area).body) }
}

/// Returns the mouse target under a cell of a screen drawn into `area`.
pub fn target_at(app: &App, area: Rect, column: u16, row: u16) -> Option<Target> {
    if is_too_small(area) || app.overlay.is_some() {
        return None;
    }
    let (parts, at) = (parts(area), (column, row));
    if let Some(view) = tab_at(parts.tabs, at) {
        return Some(Target::Tab(view));
    }
    if app.history.facts.is_none() || !parts.body.contains(at.into()) {
        return None;
    }
    match app.view {
        View::Duel => duel::target_at(app, parts.body, at),
        View::Equation => None,
        View::Weights => weights::target_at(app, parts.body, at),
        View::Surface => surface::target_at(app, parts.body, at),
    }
}
