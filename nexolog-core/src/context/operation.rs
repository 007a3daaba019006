/// The operation that is running: a function under `#[logged]`, or a timed block.
///
/// Lines logged inside carry its name as `operation` and, unless they name their own, its `module`.
///
/// ```
/// use nexolog_core::{Context, Operation};
///
/// static CHECKOUT: Operation = Operation::new("checkout").with_module("orders");
/// Context::current().with_operation(&CHECKOUT).scope(|| tracing::info!("paying"));
/// ```
#[derive(Debug, PartialEq, Eq)]
pub struct Operation {
    name: &'static str,
    module: Option<&'static str>,
}

impl Operation {
    /// An operation called `name`, in no module of its own.
    #[must_use]
    pub const fn new(name: &'static str) -> Operation {
        Operation { name, module: None }
    }

    /// The same operation, in `module`.
    #[must_use]
    pub const fn with_module(self, module: &'static str) -> Operation {
        Operation { name: self.name, module: Some(module) }
    }

    /// The reserved key `operation` of the lines inside.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The module of the lines inside that name none.
    #[must_use]
    pub const fn module(&self) -> Option<&'static str> {
        self.module
    }
}
