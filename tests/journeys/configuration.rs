//! What the environment says is done, or refused in one clear line.

use std::collections::BTreeSet;
use std::process::{Output, Stdio};

use crate::support::{log_files, main_log, shop, shop_command, until};

/// Runs a shop that must not start, and gives what it says.
fn refused(variables: &[(&str, &str)]) -> String {
    let directory = tempfile::tempdir().unwrap();
    let mut command = shop_command(&directory.path().join("logs"));
    let Output { status, stdout, stderr } =
        command.envs(variables.iter().copied()).stdout(Stdio::piped()).output().unwrap();
    assert_eq!(status.code(), Some(1));
    assert_eq!(String::from_utf8(stdout).unwrap(), "");
    assert!(!directory.path().join("logs").exists(), "nothing is written before all is read");
    let said = String::from_utf8(stderr).unwrap();
    let line = said.strip_suffix('\n').unwrap();
    assert!(!line.contains('\n'), "one line: {said}");
    line.to_owned()
}

#[test]
fn a_value_that_cant_be_used_stops_the_start_with_one_clear_line() {
    assert_eq!(
        refused(&[("LOG_LEVEL", "loud")]),
        "shop: LOG_LEVEL: `loud` is no level; use trace, debug, info, warning (or warn), error, critical or off"
    );
    for (name, value, accepted) in [
        ("LOG_FORMAT", "xml", "pretty or json"),
        ("LOG_MAX_FILE_SIZE", "ten", "10MB"),
        ("LOG_RETENTION_DAYS", "0", "days from 1"),
        ("LOG_API_ADMIN_TOKEN", "abc-123", "16"),
        ("SHOP_ADDR", "nowhere", "127.0.0.1:3000"),
        ("SHOP_TRAFFIC", "some", "0 for none"),
    ] {
        let line = refused(&[(name, value)]);
        assert!(line.starts_with(&format!("shop: {name}")), "{line}");
        assert!(line.contains(accepted), "{line}");
        assert_eq!(line.contains(value), name != "LOG_API_ADMIN_TOKEN", "no token is told: {line}");
    }
}

#[tokio::test]
async fn only_the_enabled_modules_are_written_and_nexologs_own() {
    let shop = shop(&[("LOG_MODULES_ENABLED", "auth"), ("SHOP_TRAFFIC", "6")]);
    until("the last customer logs out", async || {
        let records = main_log(shop.directory());
        records
            .iter()
            .any(|it| it["message"] == "user logged out" && it["user_id"] == "u6")
            .then_some(())
    })
    .await;
    let directory = shop.close().await;
    let records = main_log(directory.path());
    let modules: BTreeSet<&str> = records.iter().filter_map(|it| it["module"].as_str()).collect();
    assert_eq!(modules, BTreeSet::from(["auth", "nexolog"]));
    let files = log_files(directory.path());
    let names: Vec<_> = files.iter().filter_map(|file| file.file_name()?.to_str()).collect();
    // The audit trail is always on.
    assert_eq!(names, ["audit.jsonl", "auth.log", "nexolog.log", "shop.jsonl"]);
}

#[tokio::test]
async fn levels_are_set_by_module_at_start_and_while_it_runs() {
    let shop = shop(&[("LOG_LEVEL", "warning,catalogue=debug,database=off")]);
    let client = shop.client();
    let body = r#"{"module": "database", "level": "info"}"#;
    let get = async || client.get("/products/tea-green").await;
    get().await;
    assert!(client.search("module=api,database").await.is_empty(), "below WARNING, and off");
    let put = client.request(reqwest::Method::PUT, "/api/v1/logs/levels").body(body.to_owned());
    let put = put.header("content-type", "application/json").send().await.unwrap();
    assert_eq!(put.status(), 200, "{}", put.text().await.unwrap());
    get().await;
    // The job of the shop may have asked the database meanwhile, too.
    let found = client.search("module=api,database&q=NOT job:restock").await;
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0]["operation"], "select_product");
}

#[tokio::test]
async fn a_level_for_a_name_that_nobody_knows_is_taken_with_a_warning() {
    let shop = shop(&[]);
    let client = shop.client();
    client.get("/products/tea-green").await;
    // A module of the catalogue, a target of it, one that was seen, and a typing error.
    for (name, warnings) in [("auth", 0), ("sqlx", 0), ("nexolog_tower", 0), ("autth", 1)] {
        let put = client.request(reqwest::Method::PUT, "/api/v1/logs/levels");
        let put = put.header("content-type", "application/json");
        let body = format!(r#"{{"module": "{name}", "level": "info"}}"#);
        let answer: serde_json::Value = put.body(body).send().await.unwrap().json().await.unwrap();
        let told = answer["warnings"].as_array().unwrap();
        assert_eq!(told.len(), warnings, "{name}: {answer}");
        assert!(told.iter().all(|warning| warning.as_str().unwrap().contains("`autth`")));
    }
}

#[test]
fn the_json_console_is_nothing_but_lines_as_they_stand_in_the_files() {
    let directory = tempfile::tempdir().unwrap();
    let mut command = shop_command(directory.path());
    command.env("LOG_FORMAT", "json").env("SHOP_ADDR", "127.0.0.1:1");
    // The port is not ours to take, or not free, so the shop ends by itself, with its lines told.
    let occupied = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    command.env("SHOP_ADDR", occupied.local_addr().unwrap().to_string());
    let output = command.stdout(Stdio::piped()).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.starts_with("shop: SHOP_ADDR: nobody can listen on"), "{said}");
    let file = std::fs::read_to_string(directory.path().join("shop.jsonl")).unwrap();
    let console = String::from_utf8(output.stdout).unwrap();
    assert!(!console.is_empty() && file.starts_with(&console), "{console}\n---\n{file}");
}
