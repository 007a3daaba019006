use axum::response::Response;
use serde_json::{Value, json};

use super::Call;
use super::call::text;
use crate::api::answer::Answer;
use crate::api::problem::Problem;
use crate::api::reach::Reach;
use crate::api::service::Api;
use crate::record::Level;

/// Longest name of a module.
const LONGEST_NAME: usize = 128;

/// `GET modules`: the catalogue and what was seen beside it.
pub(in crate::api) fn modules(api: &Api, call: &Call) -> Result<Response, Problem> {
    call.params(&[])?;
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
    call.params(&[])?;
    Ok(in_force(api, &call.reach()).finish(call.started))
}

/// `PUT levels`: changes the level of one module, or the default level when none is named.
pub(in crate::api) async fn set_level(api: &Api, call: Call) -> Result<Response, Problem> {
    call.params(&[])?;
    let reach = call.reach();
    let whole = reach.all_of_it()?;
    let by = call.by();
    let object = Call::json(&call.parts, call.body, &["module", "level"]).await?;
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
