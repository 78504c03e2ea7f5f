//! The drawing of the dashboard: pure functions from state to cells.

mod branches;
mod frame;
mod header;
mod overlay;
mod placeholder;
mod readout;
mod test_card;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::{App, Target};
use crate::canvas::Canvas;
use crate::ui::frame::{
    draw_footer, draw_headline, draw_notice, draw_played_key, draw_tabs, key_at, parts, parts_of,
    tab_at,
};
use crate::ui::header::draw_header;

pub use readout::readout;
pub use test_card::card;

fn is_too_small(area: Rect) -> bool {
    area.width < placeholder::LEAST.0 || area.height < placeholder::LEAST.1
}

/// Draws the whole screen into `area` of `cells`, which must be empty.
pub fn draw(app: &App, area: Rect, cells: &mut Buffer) {
    let area = area.intersection(cells.area);
    let mut canvas = Canvas::new(cells, app.shared.appearance);
    if area.is_empty() {
        return;
    }
    if is_too_small(area) {
        placeholder::draw_too_small(&mut canvas, area);
        if let Some(background) = canvas.theme.background {
            canvas.fill_background(area, background);
        }
        return;
    }
    let parts = parts_of(app, area);
    draw_header(&mut canvas, app, parts.header);
    draw_tabs(&mut canvas, app, parts.tabs);
    if !placeholder::draw(&mut canvas, app, parts.body) {
        draw_headline(&mut canvas, app, parts.headline);
        app.view().draw(&mut canvas, &app.shared, parts.body);
    }
    draw_footer(&mut canvas, app, &parts);
    draw_played_key(&mut canvas, app, &parts);
    draw_notice(&mut canvas, app, &parts);
    overlay::draw(&mut canvas, app, area);
    if let Some(background) = canvas.theme.background {
        canvas.fill_background(area, background);
    }
}

/// Returns the area of the open view on a screen drawn into `area`; it is empty if there is no room
/// for a view.
pub fn body(area: Rect) -> Rect {
    if is_too_small(area) { Rect::ZERO } else { parts(area).body }
}

/// Returns the mouse target under a cell of a screen drawn into `area`.
pub fn target_at(app: &App, area: Rect, column: u16, row: u16) -> Option<Target> {
    if is_too_small(area) {
        return None;
    }
    let (parts, at) = (parts_of(app, area), (column, row));
    if let Some(key) = key_at(app, &parts, at) {
        return Some(Target::Key(key));
    }
    if app.overlay.is_some() {
        let entry = overlay::entry_at(app, area, at).map(Target::Entry);
        return entry.or(Some(Target::Overlay));
    }
    if let Some(thousandth) = header::time_at(app, parts.header, at) {
        return Some(Target::Time { thousandth });
    }
    if let Some(tab) = tab_at(app, parts.tabs, at) {
        return Some(Target::Tab(tab));
    }
    if app.shared.history.facts.is_none() || !parts.body.contains(at.into()) {
        return None;
    }
    let is_drawn = app.view().missing(&app.shared).is_none();
    let target = is_drawn.then(|| app.view().target_at(&app.shared, parts.body, at)).flatten();
    Some(target.map_or(Target::Body, Target::View))
}
