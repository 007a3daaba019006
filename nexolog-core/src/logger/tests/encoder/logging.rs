use std::error::Error;
use std::fmt;
use std::sync::Arc;

use tracing::field::{Field, Value, ValueSet};
use tracing::metadata::Kind;
use tracing::span::{Attributes, Id, Record};
use tracing::{Dispatch, Event, Level, Metadata};

use super::callsite::{FIELDS, callsite};
use super::events::{Fields, Given, Logged, Request};
use crate::context::{Context, Operation, RequestContext};

impl Logged {
    /// Logs it to `dispatch`.
    pub(super) fn log(&self, dispatch: &Dispatch) {
        let mut context = match &self.request {
            Some(request) => Context::for_request(Arc::new(request.context())),
            None => Context::current(),
        };
        if let Some((name, module)) = &self.operation {
            context = context.with_operation(operation(name, module.as_deref()));
        }
        context.scope(|| {
            let entered: Vec<Id> = self.spans.iter().map(|span| enter(dispatch, span)).collect();
            let origin = self.origin.as_ref().map(|(file, line)| (file.as_str(), *line));
            let metadata =
                callsite(Kind::EVENT, self.level, &self.target, origin, &names(&self.fields));
            with_values(metadata, self.fields.iter().map(|(_, given)| given), |values| {
                let event = Event::new(metadata, values);
                assert!(dispatch.enabled(metadata));
                dispatch.event(&event);
            });
            for id in entered.into_iter().rev() {
                dispatch.exit(&id);
                dispatch.try_close(id);
            }
        });
    }
}

impl Request {
    fn context(&self) -> RequestContext {
        let mut context = RequestContext::new(self.id.as_str());
        if let Some((trace_id, span_id)) = &self.trace {
            context = context.with_trace(trace_id.as_str(), span_id.as_str());
        }
        if let Some((user_id, organization_id)) = &self.user {
            context.identify(user_id, organization_id.as_deref());
        }
        for (key, value) in &self.fields {
            context.add_field(key, value.clone());
        }
        context
    }
}

fn operation(name: &str, module: Option<&str>) -> &'static Operation {
    let text = |text: &str| -> &'static str { Box::leak(text.to_owned().into_boxed_str()) };
    let operation = Operation::new(text(name));
    Box::leak(Box::new(match module {
        Some(module) => operation.with_module(text(module)),
        None => operation,
    }))
}

fn names(fields: &Fields) -> Vec<String> {
    fields.iter().map(|(name, _)| name.clone()).collect()
}

fn enter(dispatch: &Dispatch, (fields, later): &(Fields, Option<(usize, Given)>)) -> Id {
    let metadata = callsite(Kind::SPAN, Level::ERROR, "shop", None, &names(fields));
    let mut id = None;
    with_values(metadata, fields.iter().map(|(_, given)| given), |values| {
        id = Some(dispatch.new_span(&Attributes::new(metadata, values)));
    });
    let id = id.expect("it was just made");
    if let Some((at, given)) = later {
        let nothing = Given::Nothing;
        let values = (0..FIELDS).map(|index| if index == *at { given } else { &nothing });
        with_values(metadata, values, |values| dispatch.record(&id, &Record::new(values)));
    }
    dispatch.enter(&id);
    id
}

/// Calls `run` with the values that `given` stands for.
fn with_values<'g>(
    metadata: &'static Metadata<'static>,
    given: impl Iterator<Item = &'g Given>,
    run: impl FnOnce(&ValueSet<'_>),
) {
    let values: Vec<Option<Box<dyn Value>>> = given.map(Given::value).collect();
    let fields: Vec<Field> = metadata.fields().iter().collect();
    let pairs: [(&Field, Option<&dyn Value>); FIELDS] =
        std::array::from_fn(|at| (&fields[at], values[at].as_deref()));
    run(&metadata.fields().value_set(&pairs));
}

impl Given {
    fn value(&self) -> Option<Box<dyn Value>> {
        Some(match self.clone() {
            Given::Nothing => return None,
            Given::I64(value) => Box::new(value),
            Given::U64(value) => Box::new(value),
            Given::I128(value) => Box::new(value),
            Given::U128(value) => Box::new(value),
            Given::F64(value) => Box::new(value),
            Given::Bool(value) => Box::new(value),
            Given::Str(value) => Box::new(value),
            Given::Bytes(value) => Box::new(value.into_boxed_slice()),
            Given::Display(value) => Box::new(tracing::field::display(InPieces(value))),
            Given::Debug(value) => Box::new(tracing::field::debug(InPieces(value))),
            Given::Error(texts) => Box::new(error(texts)),
        })
    }
}

/// Formats as `Display` and `Debug` implementations do that are made of others: a bit at a time.
struct InPieces(String);

impl fmt::Display for InPieces {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let middle = self.0.char_indices().nth(self.0.chars().count() / 2).map_or(0, |(at, _)| at);
        f.write_str(&self.0[..middle])?;
        f.write_str(&self.0[middle..])
    }
}

impl fmt::Debug for InPieces {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[derive(Debug)]
struct Failure {
    text: String,
    source: Option<Box<dyn Error>>,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Error for Failure {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_deref()
    }
}

/// An error and its sources, outermost first.
fn error(texts: Vec<String>) -> Box<dyn Error> {
    let chain = texts.into_iter().rev().fold(None, |source, text| {
        let failure: Box<dyn Error> = Box::new(Failure { text, source });
        Some(failure)
    });
    chain.expect("an error has a text")
}
