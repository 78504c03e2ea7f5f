//! The surface of a larger network while it trains.

use crate::source::live::tests::{LiveRun, PATIENCE, scenario};
use crate::telemetry::{Answer, Command, Question, SurfaceKind, SurfaceRequest, Window};

#[test]
fn maps_beside_training_come_again_and_again_and_take_little_work() {
    let window = Window { across: (-1.0, 1.0), up: (-1.0, 1.0) };
    let mut run =
        LiveRun::start(scenario("xor", &[("epochs", "1000000000"), ("pace", "max")]), false);
    run.until("a step", |history, _| history.step > 0);
    let request = SurfaceRequest { window, points: (90, 60) };
    run.source.send(Command::Explain(Some(Question::Surface(request))));
    let mut steps: Vec<u64> = Vec::new();
    while steps.len() < 3 {
        run.source.request_events();
        run.woken.recv_timeout(PATIENCE).expect("a map is sent");
        // Only an update that has been taken makes room for the next, and for a snapshot with it.
        run.source.take();
        if let Some(Answer::Surface(surface)) = run.source.answer()
            && let SurfaceKind::Plane { examples, .. } = surface.kind
            && surface.has_map()
        {
            assert!([((16, 11), 100), ((32, 22), 300)].contains(&(surface.points, examples)));
            if steps.last().is_none_or(|last| *last < surface.step) {
                steps.push(surface.step);
            }
        }
    }
}
