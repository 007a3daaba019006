use std::collections::HashMap;
use std::ffi::OsString;
use std::io::Write as _;
use std::net::IpAddr;
use std::time::{Duration, Instant};

use super::environment::tokens_from;
use super::session::Sessions;
use super::throttle::Throttle;
use super::tokens::Tokens;
use super::{Access, AccessError, Principal, Role, Scope};

const TOKEN: &str = "0123456789abcdef";
const OTHER: &str = "fedcba9876543210";

fn from_environment(variables: &[(&str, &str)]) -> Result<Tokens, AccessError> {
    let variables: HashMap<&str, OsString> =
        variables.iter().map(|(name, value)| (*name, OsString::from(value))).collect();
    tokens_from(&|name| variables.get(name).cloned())
}

fn role_of(tokens: &Tokens, token: &str) -> Option<Role> {
    tokens.find(token.as_bytes()).map(Principal::role)
}

#[test]
fn the_environment_gives_a_role_to_each_token() {
    let both = [("LOG_API_TOKEN", TOKEN), ("LOG_API_ADMIN_TOKEN", OTHER)];
    let tokens = from_environment(&both).unwrap();
    assert_eq!(role_of(&tokens, TOKEN), Some(Role::Viewer));
    assert_eq!(role_of(&tokens, OTHER), Some(Role::Admin));
    let alone = from_environment(&[("LOG_API_ADMIN_TOKEN", OTHER)]).unwrap();
    assert_eq!(role_of(&alone, OTHER), Some(Role::Admin));
    assert_eq!(role_of(&alone, TOKEN), None);
}

#[test]
fn a_token_can_come_from_a_file() {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    write!(file, "{TOKEN}\r\n").unwrap();
    let path = file.path().to_str().unwrap();
    let tokens = from_environment(&[("LOG_API_TOKEN_FILE", path)]).unwrap();
    assert_eq!(role_of(&tokens, TOKEN), Some(Role::Viewer));
}

#[test]
fn what_the_environment_lacks_or_has_wrong_is_said_in_words() {
    for (variables, expected) in [
        (vec![], "LOG_API_TOKEN"),
        (vec![("LOG_API_TOKEN", "")], "LOG_API_TOKEN is too short"),
        (vec![("LOG_API_ADMIN_TOKEN", "short")], "LOG_API_ADMIN_TOKEN is too short"),
        (vec![("LOG_API_TOKEN", "with a space inside it")], "LOG_API_TOKEN has a space"),
        (
            vec![("LOG_API_TOKEN", TOKEN), ("LOG_API_ADMIN_TOKEN", TOKEN)],
            "LOG_API_ADMIN_TOKEN is the same",
        ),
        (
            vec![("LOG_API_TOKEN", TOKEN), ("LOG_API_TOKEN_FILE", "x")],
            "both LOG_API_TOKEN and LOG_API_TOKEN_FILE",
        ),
        (
            vec![("LOG_API_TOKEN_FILE", "no/such/file")],
            "LOG_API_TOKEN_FILE names a file that can't be read",
        ),
    ] {
        let error = from_environment(&variables).unwrap_err().to_string();
        assert!(error.contains(expected), "{variables:?}: {error}");
        assert!(!error.contains(TOKEN) && !error.ends_with('.'), "{error}");
    }
}

#[test]
fn tokens_in_code_are_held_to_the_same() {
    assert!(Access::token("fifteen-letters").is_err());
    assert!(Access::token("sixteen--letters").is_ok());
    assert!(Access::token("x".repeat(256)).is_ok());
    assert!(Access::token("x".repeat(257)).is_err());
    assert!(Access::token("sixteen-lëtters!").is_err());
    assert!(Access::tokens([(TOKEN, Role::Viewer), (TOKEN, Role::Admin)]).is_err());
    assert!(Access::tokens(Vec::<(String, Role)>::new()).is_err());
}

#[test]
fn nothing_that_prints_an_access_shows_a_token() {
    let access = Access::tokens([(TOKEN, Role::Viewer), (OTHER, Role::Admin)]).unwrap();
    let shown = format!("{access:?} {access:#?}");
    assert!(!shown.contains(TOKEN) && !shown.contains(OTHER), "{shown}");
    assert!(shown.contains("viewer token 1"));
}

#[test]
fn fault_58_only_the_very_token_is_found() {
    let tokens = from_environment(&[("LOG_API_TOKEN", TOKEN)]).unwrap();
    let cut = &TOKEN[..15];
    let longer = format!("{TOKEN}0");
    let padded = format!("{TOKEN}\0");
    for wrong in ["", "0", cut, &longer, &padded, "0123456789abcdeF", &TOKEN.repeat(20)] {
        assert_eq!(role_of(&tokens, wrong), None, "{wrong:?}");
    }
    assert_eq!(role_of(&tokens, TOKEN), Some(Role::Viewer));
}

#[test]
fn a_session_ends_after_twelve_hours_without_use_and_not_before() {
    let sessions = Sessions::default();
    let start = Instant::now();
    let hours = |hours: u64| start + Duration::from_secs(hours * 3600);
    let id = sessions.open(Role::Viewer.into(), start).unwrap();
    assert!(sessions.find(&id, hours(11)).is_some());
    assert!(sessions.find(&id, hours(22)).is_some(), "each use counts anew");
    assert!(sessions.find(&id, hours(34)).is_none());
    assert!(sessions.find(&id, hours(22)).is_none(), "what is over stays over");
}

#[test]
fn sessions_are_bounded_and_the_one_idle_longest_makes_room() {
    let sessions = Sessions::default();
    let start = Instant::now();
    let at = |second: u64| start + Duration::from_secs(second);
    let first = sessions.open(Role::Viewer.into(), at(0)).unwrap();
    let second = sessions.open(Role::Viewer.into(), at(1)).unwrap();
    for number in 2..1024 {
        sessions.open(Role::Viewer.into(), at(number)).unwrap();
    }
    assert!(sessions.find(&first, at(2000)).is_some());
    sessions.open(Role::Viewer.into(), at(2001)).unwrap();
    assert!(sessions.find(&second, at(2002)).is_none());
    assert!(sessions.find(&first, at(2002)).is_some());
}

#[test]
fn wrong_tokens_are_forgotten_after_a_minute() {
    let throttle = Throttle::default();
    let start = Instant::now();
    let address: IpAddr = "192.0.2.1".parse().unwrap();
    for _ in 0..10 {
        assert_eq!(throttle.failed(address, start), Ok(()));
    }
    let half = start + Duration::from_secs(30);
    assert_eq!(throttle.failed(address, half), Err(Duration::from_secs(30)));
    assert_eq!(throttle.failed(address, start + Duration::from_secs(60)), Ok(()));
}

#[test]
fn however_many_addresses_guess_the_table_stays_bounded_and_strict() {
    let throttle = Throttle::default();
    let now = Instant::now();
    for number in 0..4096_u32 {
        assert_eq!(throttle.failed(IpAddr::V4(number.into()), now), Ok(()));
    }
    let refused = (10_000..10_100_u32)
        .filter(|number| throttle.failed(IpAddr::V4((*number).into()), now).is_err())
        .count();
    assert!(refused >= 90, "newcomers share one place: {refused}");
}

/// Whether a line of this organization and module is within `scope`.
fn covers(scope: &Scope, organization: Option<&str>, module: &str) -> bool {
    let id = organization.map_or_else(String::new, |id| format!(",\"organization_id\":\"{id}\""));
    let line = format!(
        "{{\"seq\":1,\"timestamp\":\"2026-11-05T11:30:00.000000Z\",\"level\":\"INFO\",\"module\":\"{module}\"{id}}}"
    );
    scope.filter().matches(line.as_bytes())
}

#[test]
fn a_scope_covers_what_it_names_letter_for_letter() {
    let acme = Scope::organizations(["acme", "globex"]);
    assert!(covers(&acme, Some("acme"), "auth") && covers(&acme, Some("globex"), "orders"));
    for other in [None, Some(""), Some("ACME"), Some("acme "), Some("acm"), Some("acme,globex")] {
        assert!(!covers(&acme, other, "auth"), "{other:?}");
    }
    // No name is a pattern.
    assert!(!covers(&Scope::organization("a*"), Some("acme"), "auth"));
    assert!(!covers(&Scope::module("*"), None, "auth"));
    let both = acme.and(Scope::modules(["auth", "orders"]));
    assert!(covers(&both, Some("acme"), "auth"));
    assert!(!covers(&both, Some("acme"), "slack") && !covers(&both, None, "auth"));
}

#[test]
fn a_scope_of_nothing_covers_nothing() {
    let nobody: [&str; 0] = [];
    let apart = Scope::organization("acme").and(Scope::organization("globex"));
    for nothing in [Scope::organizations(nobody), Scope::modules(nobody), apart] {
        for organization in [None, Some(""), Some("acme")] {
            assert!(!covers(&nothing, organization, "auth"), "{nothing:?}");
        }
    }
}

#[test]
fn who_is_put_within_two_scopes_sees_what_both_cover() {
    let ada = Principal::new("ada", Role::Viewer)
        .within(Scope::organizations(["acme", "globex"]))
        .within(Scope::organizations(["globex", "initech"]));
    assert_eq!(ada.scope(), Some(&Scope::organization("globex")));
    assert_eq!(Principal::new("ada", Role::Admin).scope(), None);
}

#[test]
fn a_token_goes_by_the_name_it_was_given_or_by_its_role_and_place() {
    let access = Access::tokens([
        (TOKEN, Principal::new("ada", Role::Admin)),
        (OTHER, Role::Viewer.within(Scope::module("auth"))),
    ]);
    let shown = format!("{:?}", access.unwrap());
    assert!(shown.contains("\"ada\"") && shown.contains("\"viewer token 2\""), "{shown}");
}
