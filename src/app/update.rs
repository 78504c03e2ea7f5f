//! The handling of messages: how each changes the dashboard.

use crossterm::event::{KeyEvent, KeyEventKind};

use crate::app::keymap::{
    Action, Edit, LineAction, Travel, meaning, place_of_key, refusal_of_key, typed,
};
use crate::app::pending::{notch_above, notch_below};
use crate::app::{App, Banner, BannerKind, CopyTo, Effect, Message, Overlay};
use crate::canvas::{Appearance, Glyphs};
use crate::telemetry::{Catalogue, Command, Event, Notice, Pace, TimeTarget};
use crate::views::{FillAction, ListDirection, SharedState, Tab, until_reason};

/// Removes the repetition from a reason that names its key twice.
fn without_repeated_key(reason: String) -> String {
    let twice = || {
        let (prefix, rest) = reason.split_once(": ")?;
        let (key, _) = prefix.split_once(" = ")?;
        rest.starts_with(&format!("{key}: ")).then_some(rest)
    };
    twice().map(str::to_owned).unwrap_or(reason)
}

impl App {
    /// Returns a dashboard that has received no update yet.
    pub fn new(appearance: Appearance, catalogue: Catalogue) -> Self {
        let shared = SharedState { appearance, ..SharedState::default() };
        Self { shared, catalogue, ..Self::default() }
    }

    /// Handles a message and returns the effects to carry out.
    ///
    /// A command changes only pending values here; everything else changes when the run confirms it.
    pub fn update(&mut self, message: Message) -> Vec<Effect> {
        let mut effects = match message {
            Message::Key(event) => self.press(&event),
            Message::Pasted(text) => self.paste(&text),
            Message::Click(target) => self.click(target),
            Message::Drag(target) => self.drag(target),
            Message::Wheel { target, up } => self.wheel(target, up),
            Message::Received(events) => self.receive(events),
            Message::Explained(answer) => {
                let old = self.shared.answer.as_ref();
                if old.is_none_or(|old| self.view().accepts(old, &answer)) {
                    self.shared.answer = Some(answer);
                    self.views.get_mut(self.tab).receive_answer(&mut self.shared);
                }
                Vec::new()
            }
            Message::Resized(body) => {
                self.shared.body = body;
                Vec::new()
            }
            Message::Written(Ok(words)) => {
                self.announce(BannerKind::Done, words);
                Vec::new()
            }
            Message::Written(Err(reason)) => self.refused(reason),
            Message::Reminded(words) => {
                let mut words = words.into_iter();
                self.announce(BannerKind::Lasting, words.next().unwrap_or_default());
                if let Some(banner) = &mut self.banner {
                    banner.shorter = words.collect();
                }
                Vec::new()
            }
            Message::NoticeExpired => {
                self.banner = None;
                Vec::new()
            }
            Message::CannotSuspend => {
                let words = "nothing to suspend to: no shell above";
                self.announce(BannerKind::Failed, words.to_owned());
                Vec::new()
            }
        };
        self.fit();
        self.refuse_impossible(&mut effects);
        let has_networks = self.shared.abilities().explains;
        let request = self.view().weights_request(&self.shared).filter(|_| has_networks);
        if request != self.request {
            self.request = request;
            effects.push(Effect::Send(Command::ShowWeights(request)));
        }
        let question = self.view().question(&self.shared).filter(|_| has_networks);
        if question != self.question {
            self.question.clone_from(&question);
            if question.is_none() {
                self.shared.answer = None;
            }
            effects.push(Effect::Send(Command::Explain(question)));
        }
        effects
    }

    /// Removes the commands that the source of the run does not take, and says so.
    fn refuse_impossible(&mut self, effects: &mut Vec<Effect>) {
        let abilities = self.shared.abilities();
        let count = effects.len();
        effects
            .retain(|effect| !matches!(effect, Effect::Send(command) if !abilities.take(command)));
        if effects.len() < count {
            self.drop_pending();
            self.refused("this run is trained elsewhere: it can only be watched here".to_owned());
        }
    }

    /// Clamps every selection to the run and to the window.
    fn fit(&mut self) {
        self.shared.fit();
        for tab in Tab::ALL {
            self.views.get_mut(*tab).fit(&self.shared);
        }
        self.fit_branches();
    }

    pub(super) fn press(&mut self, event: &KeyEvent) -> Vec<Effect> {
        if event.kind == KeyEventKind::Release {
            return Vec::new();
        }
        self.banner = None;
        self.sent = None;
        if let Some(action) = meaning(self, event) {
            return self.act_on(action);
        }
        self.explain_key(event);
        typed(event).map_or_else(Vec::new, |typed| self.type_char(typed))
    }

    /// Performs the action of a line of a key table.
    pub(super) fn act_on(&mut self, action: LineAction) -> Vec<Effect> {
        match action {
            LineAction::App(action) => self.perform(action),
            LineAction::Show(tab) => {
                self.show(tab);
                Vec::new()
            }
            LineAction::View(tab, line) => {
                let command = self.views.get_mut(tab).act(line, &mut self.shared);
                if std::mem::take(&mut self.shared.opens_equation) {
                    self.show(Tab::Equation);
                }
                command.into_iter().map(Effect::Send).collect()
            }
        }
    }

    /// Performs an action of the dashboard.
    fn perform(&mut self, action: Action) -> Vec<Effect> {
        let send = |command| vec![Effect::Send(command)];
        let send_some = |command: Option<Command>| command.into_iter().map(Effect::Send).collect();
        match action {
            Action::Toggle => return send(Command::Toggle),
            Action::Step => return send(Command::Step),
            Action::Epoch => return send(Command::Epoch),
            Action::TakeOver => return send(Command::TakeOver),
            Action::Reset => return send(Command::Reset),
            Action::NewSeed => {
                self.warn_of_seed();
                return send(Command::NewSeed);
            }
            Action::EtaUp => return send_some(self.request_eta(self.shared.arm, notch_above)),
            Action::EtaDown => return send_some(self.request_eta(self.shared.arm, notch_below)),
            Action::NextEtaMode => return send_some(self.request_next_eta_mode()),
            Action::Slower => return send_some(self.request_pace(Pace::slower)),
            Action::Faster => return send_some(self.request_pace(Pace::faster)),
            Action::Quit => return vec![Effect::Quit],
            Action::Suspend => return vec![Effect::Suspend],
            Action::Redraw => return vec![Effect::Redraw],
            Action::ToggleMouse => return self.toggle_mouse(),
            Action::Copy => return vec![Effect::Copy(CopyTo::Clipboard)],
            Action::Submit => return self.submit(),
            Action::Travel(travel) => return send(Command::GoTo(self.time_target(travel))),
            Action::OpenBranches => self.open_branches(),
            Action::DropBranch => return self.drop_selected_branch(),
            Action::Panel(direction) => self.fill(FillAction::Along(direction)),
            Action::Fill => self.fill(FillAction::Toggle),
            Action::NextArm => self.choose_arm_along(ListDirection::Next),
            Action::PreviousArm => self.choose_arm_along(ListDirection::Previous),
            Action::NextScale | Action::NextSmoothing | Action::ZoomIn | Action::ZoomOut => {
                self.change_charts(action);
            }
            Action::NextTheme => {
                self.shared.appearance.theme = self.shared.appearance.theme.next();
            }
            Action::TogglePresenting => {
                let is_presenting = &mut self.shared.appearance.is_presenting;
                *is_presenting = !*is_presenting;
            }
            Action::NextGlyphs => self.draw_with(self.shared.appearance.glyphs.next()),
            Action::OpenHelp => self.overlay = Some(Overlay::Help { scroll: 0 }),
            Action::OpenPicker => self.open_picker(),
            Action::OpenValuePrompt => self.open_value_prompt(),
            Action::OpenCommandPrompt => self.open_command_prompt(),
            Action::Close => self.close(),
            Action::Lines(by) => self.move_lines(by),
            Action::Edit(edit) => self.edit(edit),
            Action::Complete(direction) => self.complete(direction),
            Action::RecallCommand(direction) => self.recall(direction),
        }
        Vec::new()
    }

    fn toggle_mouse(&mut self) -> Vec<Effect> {
        self.mouse = !self.mouse;
        let words = if self.mouse {
            "the mouse chooses and draws; the wheel zooms, turns η"
        } else {
            "the mouse is the terminal's again: select text with it"
        };
        self.announce(BannerKind::Done, words.to_owned());
        vec![Effect::Mouse(self.mouse)]
    }

    /// Switches the glyph set and announces it; refuses if the terminal can show only ASCII.
    pub(super) fn draw_with(&mut self, glyphs: Glyphs) {
        if let Some(why) = self.only_ascii.as_ref().filter(|_| glyphs != Glyphs::Ascii) {
            let words = format!("only ASCII can be shown: {why}");
            return self.announce(BannerKind::Failed, words);
        }
        self.shared.appearance.glyphs = glyphs;
        self.announce(BannerKind::Done, format!("glyphs: {}", glyphs.name_and_description().1));
    }

    /// Announces that a new seed changes nothing visible, if start and example are given.
    fn warn_of_seed(&mut self) {
        let is_given = self.shared.history.facts.as_ref().is_some_and(|facts| {
            facts.examples == 1 && facts.arms.iter().all(|arm| arm.start == "given")
        });
        if is_given {
            let words = "a new seed, but start and example are given: nothing else changes";
            self.announce(BannerKind::Done, words.to_owned());
        }
    }

    fn choose_arm_along(&mut self, direction: ListDirection) {
        self.shared.arm = direction.wrapped(self.shared.arm, self.shared.arms());
    }

    /// Returns where a key of time leads: by steps if every step is an epoch, else by epochs.
    fn time_target(&self, travel: Travel) -> TimeTarget {
        let is_by_steps = self.shared.history.clock().every_step_is_an_epoch();
        match travel {
            Travel::By(by) if is_by_steps => TimeTarget::BySteps(by),
            Travel::By(by) => TimeTarget::ByEpochs(by),
            Travel::ToStart => TimeTarget::Start,
            Travel::ToNewest => TimeTarget::Newest,
        }
    }

    /// Changes the panel that fills the open view.
    fn fill(&mut self, action: FillAction) {
        self.views.get_mut(self.tab).fill(&mut self.shared, action);
    }

    /// Announces where a key works that means nothing here.
    fn explain_key(&mut self, event: &KeyEvent) {
        let refusal = refusal_of_key(self, event).map(str::to_owned);
        let place = || self.overlay.is_none().then(|| place_of_key(self, event)).flatten();
        if let Some(words) = refusal.or_else(place) {
            self.announce(BannerKind::Failed, words);
        }
    }

    pub(super) fn show(&mut self, tab: Tab) {
        if tab != self.tab {
            self.shared.cursor_focused = false;
            self.views.get_mut(self.tab).close();
        }
        self.tab = tab;
        self.views.get_mut(tab).open(&mut self.shared);
    }

    fn receive(&mut self, events: Vec<Event>) -> Vec<Effect> {
        let begins = Event::begun(&events).is_some();
        if begins {
            self.shared.example = None;
        }
        let shape = (self.shared.layer_shape(), self.shared.field());
        for tab in Tab::ALL {
            self.views.get_mut(*tab).prepare_for(&self.shared, &events);
        }
        let mut notices = Vec::new();
        let mut news = Vec::new();
        for event in events {
            news.extend(self.news_of(&event));
            notices.extend(self.shared.history.apply(event));
        }
        if begins {
            self.drop_pending();
            self.shared.fit();
            if (self.shared.layer_shape(), self.shared.field()) != shape {
                self.shared.select_field_centre();
            }
            self.views.get_mut(self.tab).open(&mut self.shared);
            self.request = None;
            self.question = None;
            self.shared.answer = None;
        }
        let now = self.shared.history.pace;
        self.shared.pending.pace = self.shared.pending.pace.filter(|pace| *pace != now);
        let effects = notices.into_iter().flat_map(|notice| self.notice(notice)).collect();
        self.announce_also(news);
        effects
    }

    fn notice(&mut self, notice: Notice) -> Vec<Effect> {
        match notice {
            Notice::Set { ref setting, .. } => {
                self.clear_answered(setting);
                if let Some(words) = self.setting_label(&notice) {
                    self.announce(BannerKind::Done, words);
                }
                Vec::new()
            }
            Notice::IsMet(until, met) => {
                let reason = self.shared.history.facts.as_deref();
                let reason = reason.map(|facts| until_reason(facts, until.goal, met));
                let reason: String = reason.into_iter().flatten().map(|(text, _)| text).collect();
                self.announce(BannerKind::Fact, format!("{until} is met already: {reason}"));
                Vec::new()
            }
            // The screen shows what is carried out again elsewhere.
            Notice::SetAgain { .. } => Vec::new(),
            Notice::Refused(reason) => {
                self.drop_pending();
                self.refused(reason)
            }
            Notice::Remark(words) => {
                self.announce(BannerKind::Done, words);
                Vec::new()
            }
            Notice::Fact(words) => {
                self.announce(BannerKind::Fact, words);
                Vec::new()
            }
        }
    }

    pub(super) fn announce(&mut self, kind: BannerKind, text: String) {
        self.banner = Some(Banner { kind, text, shorter: Vec::new() });
        self.notices += 1;
    }

    /// Announces what else has happened, after a confirmation that is still on the screen.
    fn announce_also(&mut self, news: Vec<String>) {
        if news.is_empty() {
            return;
        }
        let before = self.banner.take().filter(|banner| banner.kind == BannerKind::Done);
        let words: Vec<String> = before.map(|banner| banner.text).into_iter().chain(news).collect();
        self.announce(BannerKind::Done, words.join("; "));
    }

    /// Shows why a command failed, in the prompt it was typed in where possible.
    fn refused(&mut self, reason: String) -> Vec<Effect> {
        let reason = without_repeated_key(reason);
        if self.overlay.is_none() {
            self.overlay = self.sent.take().map(Overlay::Prompt);
        }
        if let Some(Overlay::Prompt(prompt)) = &mut self.overlay {
            prompt.error = Some(reason);
            return Vec::new();
        }
        self.announce(BannerKind::Failed, reason);
        Vec::new()
    }

    fn edit(&mut self, edit: Edit) {
        match &mut self.overlay {
            Some(Overlay::Picker(picker)) => picker.edit(edit),
            Some(Overlay::Prompt(prompt)) => {
                if prompt.edit(edit) {
                    self.line_changed();
                }
            }
            Some(Overlay::Help { .. } | Overlay::Branches { .. }) | None => {}
        }
    }

    /// Inserts pasted text into the open line, as one line. It triggers no key.
    fn paste(&mut self, text: &str) -> Vec<Effect> {
        for typed in text.chars().filter(|typed| !typed.is_control()) {
            self.type_char(typed);
        }
        Vec::new()
    }

    fn type_char(&mut self, typed: char) -> Vec<Effect> {
        match &mut self.overlay {
            Some(Overlay::Picker(picker)) => picker.type_char(typed),
            Some(Overlay::Prompt(prompt)) => {
                prompt.type_char(typed);
                self.line_changed();
            }
            Some(Overlay::Help { .. } | Overlay::Branches { .. }) | None => {}
        }
        Vec::new()
    }
}
