use super::{Parameter, Schema};

/// What one method of one path takes and gives. It stands beside the code that answers.
#[derive(Debug)]
pub(in crate::api) struct Operation {
    /// A name for generated clients, such as `search`; unique.
    pub(in crate::api) id: &'static str,
    /// One line.
    pub(in crate::api) summary: &'static str,
    /// What else there is to say; may be empty.
    pub(in crate::api) about: &'static str,
    /// The groups of parameters in the query. A call accepts these and no others.
    pub(in crate::api) query: &'static [&'static [Parameter]],
    /// The variable parts of the path, in their order.
    pub(in crate::api) path: &'static [Parameter],
    /// Headers that mean something here.
    pub(in crate::api) headers: &'static [Parameter],
    /// The JSON object that is taken. A call accepts its members and no others.
    pub(in crate::api) body: Option<fn() -> Schema>,
    /// What comes when all is well.
    pub(in crate::api) gives: &'static [Gives],
    /// Statuses of refusals beyond those that any endpoint may answer with.
    pub(in crate::api) refuses: &'static [u16],
}

/// What comes when all is well.
#[derive(Debug)]
pub(in crate::api) enum Gives {
    /// A JSON object.
    Json(fn() -> Schema),
    /// A text of some other type: its type, an example, and what it is.
    Text(&'static str, &'static str, &'static str),
    /// Nothing, as status 204.
    Nothing,
}

impl Operation {
    /// Takes nothing; what it gives is still to be said.
    pub(in crate::api) const NEW: Operation = Operation {
        id: "",
        summary: "",
        about: "",
        query: &[],
        path: &[],
        headers: &[],
        body: None,
        gives: &[],
        refuses: &[],
    };

    /// Every parameter of the query.
    pub(in crate::api) fn parameters(&self) -> impl Iterator<Item = &'static Parameter> {
        self.query.iter().copied().flatten()
    }

    /// The names of the body's members.
    pub(in crate::api) fn members(&self) -> Vec<String> {
        self.body.map(|body| body().member_names()).unwrap_or_default()
    }
}
