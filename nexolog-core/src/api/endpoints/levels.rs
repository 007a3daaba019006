use axum::response::Response;
use serde_json::{Value, json};

use super::Call;
use super::call::text;
use crate::api::answer::Answer;
use crate::api::openapi::{Gives, Operation, Schema, level};
use crate::api::problem::Problem;
use crate::api::reach::Reach;
use crate::api::service::Api;
use crate::record::Level;

/// Longest name of a module.
const LONGEST_NAME: usize = 128;

pub(in crate::api) static MODULES: Operation = Operation {
    id: "modules",
    summary: "The modules of the catalogue, and what was seen beside them",
    gives: &[Gives::Json(known_modules)],
    ..Operation::NEW
};

pub(in crate::api) static LEVELS: Operation = Operation {
    id: "levels",
    summary: "The level in force for each module",
    gives: &[Gives::Json(levels_in_force)],
    ..Operation::NEW
};

pub(in crate::api) static SET_LEVEL: Operation = Operation {
    id: "set_level",
    summary: "Changes the level of one module, or the default level",
    about: "It holds until the service starts again.",
    body: Some(wanted_level),
    gives: &[Gives::Json(changed_levels)],
    ..Operation::NEW
};

fn known_modules() -> Schema {
    let module = Schema::object([
        ("module", Schema::text("auth")),
        (
            "category",
            Schema::text("Authentication").about("Null for what was only seen.").or_null(),
        ),
        ("level", level().about("Null where the module is switched off.").or_null()),
        (
            "written",
            Schema::count(12)
                .about("Records since the start; null for who has a scope of organizations.")
                .or_null(),
        ),
    ]);
    Schema::answer([("modules", Schema::list(module))])
}

fn levels_in_force() -> Schema {
    Schema::answer(level_members())
}

fn changed_levels() -> Schema {
    let warnings = Schema::list(Schema::text("no module or target `odrers` was seen yet"))
        .about("What may not be as it was meant.")
        .such_as(json!([]));
    Schema::answer(level_members().into_iter().chain([("warnings", warnings)]))
}

fn level_members() -> [(&'static str, Schema); 2] {
    let entry = Schema::object([("module", Schema::text("auth")), ("level", level().or_null())]);
    [("default_level", level()), ("levels", Schema::list(entry))]
}

fn wanted_level() -> Schema {
    let names: Vec<String> = Level::ALL.iter().map(|level| level.as_str().to_lowercase()).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    Schema::object([
        (
            "module",
            Schema::text("auth")
                .within(1, LONGEST_NAME)
                .matching("^[!-~]+$")
                .about("A module or target; without it, the default level is changed.")
                .or_null()
                .optional(),
        ),
        ("level", Schema::choice(&names).such_as("debug")),
    ])
}

/// `GET modules`: the catalogue and what was seen beside it.
pub(in crate::api) fn modules(api: &Api, call: &Call) -> Result<Response, Problem> {
    call.params()?;
    let modules: Value = api
        .modules(&call.reach())
        .into_iter()
        .map(|module| {
            json!({
                "module": module.name,
                "category": module.category,
                "level": module.level.map(Level::as_str),
                "written": module.written,
            })
        })
        .collect();
    Ok(Answer::new().with("modules", modules).finish(call.started))
}

/// `GET levels`: the level in force for each module.
pub(in crate::api) fn levels(api: &Api, call: &Call) -> Result<Response, Problem> {
    call.params()?;
    Ok(in_force(api, &call.reach()).finish(call.started))
}

/// `PUT levels`: changes the level of one module, or the default level when none is named.
pub(in crate::api) async fn set_level(api: &Api, call: Call) -> Result<Response, Problem> {
    call.params()?;
    let reach = call.reach();
    let whole = reach.all_of_it()?;
    let by = call.by();
    let object = Call::json(&call.parts, call.body, call.operation).await?;
    let module = match text(&object, "module")? {
        Some(name) if !is_module_name(name) => {
            return Err(Problem::bad_parameter(
                "module",
                name,
                "the name of a module: 1 to 128 printable ASCII characters",
            ));
        }
        module => module,
    };
    let level = text(&object, "level")?.unwrap_or_default();
    let level: Level = level.parse().map_err(|_| {
        Problem::bad_parameter(
            "level",
            level,
            "trace, debug, info, warning (or warn), error or critical",
        )
    })?;

    let control = &api.backend(whole).control;
    let unknown = module.filter(|name| !control.knows(name));
    control.set_level(module, level);
    control.note(
        Level::Warning,
        "level changed",
        &[
            ("by", by),
            ("changed_module", module.unwrap_or("default").to_owned()),
            ("changed_level", level.as_str().to_owned()),
        ],
    );
    let warnings: Vec<String> = unknown
        .map(|name| {
            format!(
                "no module or target `{name}` is in the catalogue or was seen yet; the level holds if it appears"
            )
        })
        .into_iter()
        .collect();
    Ok(in_force(api, &reach).with("warnings", warnings).finish(call.started))
}

fn in_force(api: &Api, reach: &Reach) -> Answer {
    let levels: Value = api
        .modules(reach)
        .into_iter()
        .map(|module| json!({"module": module.name, "level": module.level.map(Level::as_str)}))
        .collect();
    Answer::new().with("default_level", api.default_level().as_str()).with("levels", levels)
}

fn is_module_name(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= LONGEST_NAME
        && name.bytes().all(|byte| byte.is_ascii_graphic())
}
