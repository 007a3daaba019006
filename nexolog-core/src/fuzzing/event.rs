use std::cell::RefCell;
use std::sync::Arc;

use super::checks::is_one_line;
use super::program::Program;
use crate::capture::{Plan, Slot, origin};
use crate::pipeline::{Mask, Programs, Renderer, View};
use crate::privacy::{Masker, Masking};
use crate::record::Level;
use crate::record::body::Body;
use crate::record::items::{Item, Items, Value};

/// The way from an event in wire form to its line. The first byte tells whether the rest is a program that builds an event
/// or the event itself, damaged as it may be.
pub fn event(bytes: &[u8]) {
    let Some((first, rest)) = bytes.split_first() else { return };
    let mut program = Program(rest);
    let mut items = Vec::new();
    let (mut micros, mut thread) = (0, String::new());
    if first % 4 == 0 {
        items.extend_from_slice(rest);
    } else {
        micros = i64::from(program.byte()) << (program.byte() % 64);
        thread.push(char::from(program.byte()));
        while !program.is_done() {
            PLANS.with_borrow(|plans| {
                let fields = u8::try_from(plans[0].slots.len()).unwrap_or(u8::MAX);
                program.put_item(&mut items, fields, u8::try_from(plans.len()).unwrap_or(u8::MAX));
            });
        }
    }
    let level = Level::ALL[usize::from(first / 4) % Level::ALL.len()];
    PROGRAMS.with_borrow(|programs| {
        RENDERER.with_borrow_mut(|renderer| {
            check(renderer, programs, level, &items, micros, &thread);
        });
    });
}

fn check(
    renderer: &mut Renderer,
    programs: &Programs,
    level: Level,
    items: &[u8],
    micros: i64,
    thread: &str,
) {
    let is_json = |item| match item {
        Item::Field { value, .. } | Item::NamedField { value, .. } => {
            matches!(value.value(), Value::Json(_))
        }
        Item::Span { .. } | Item::Context { .. } | Item::Cut { .. } | Item::Request => false,
    };
    // That is our own, and goes into the line unseen.
    // Where it is cut, it may be damaged.
    let request = &items[..items.len() / 2];
    if Items::new(items).chain(Items::new(request)).any(is_json) {
        return;
    }
    let mut fields = Vec::new();
    let Some(program) = programs.get(0) else { return };
    let view = View::read(level, program, Body { items, request }, programs, &mut fields);
    let mut line = b"{\"seq\":1".to_vec();
    renderer.render(&mut line, &view, &fields, micros, thread);
    is_one_line(&line);
}

thread_local! {
    static PLANS: RefCell<Vec<Arc<Plan>>> = RefCell::new(vec![
        plan(0, slots(), true),
        plan(1, slots(), false),
        plan(2, Box::new([Slot::Message]), false),
    ]);
    static PROGRAMS: RefCell<Programs> = RefCell::new(Programs::of(PLANS.with_borrow(Vec::clone)));
    static RENDERER: RefCell<Renderer> = RefCell::new(Renderer::new(Mask::new(masker())));
}

fn masker() -> Arc<Masker> {
    Arc::new(Masker::new(&Masking::default()))
}

fn plan(id: u32, slots: Box<[Slot]>, moves: bool) -> Arc<Plan> {
    Arc::new(Plan {
        id,
        level: Level::Info,
        module: "work".to_owned(),
        target: "shop::work",
        file: None,
        line: None,
        limiter: None,
        kinds: slots.iter().map(Slot::kind).collect(),
        slots,
        origin: origin("shop::work", Some("src/\"work\".rs"), Some(7)),
        moves,
    })
}

/// Every kind of field there is.
fn slots() -> Box<[Slot]> {
    let masker = masker();
    let field = |key: &str| Slot::Field { key: key.to_owned(), secrecy: masker.secrecy(key) };
    Box::new([
        Slot::Message,
        Slot::Module,
        Slot::RequestId,
        Slot::TraceId,
        Slot::SpanId,
        Slot::UserId,
        Slot::OrganizationId,
        Slot::Operation,
        Slot::Outcome,
        Slot::DurationMs,
        Slot::Error,
        Slot::ErrorType,
        Slot::ErrorMessage,
        Slot::ErrorBacktrace,
        Slot::Target,
        Slot::File,
        Slot::Line,
        Slot::Mark,
        field("a"),
        field("b\u{202e}\""),
        field("truncated"),
        field("password"),
        field("token_count"),
        field("pin"),
    ])
}
