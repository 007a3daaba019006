//! The audit trail as users meet it.

use std::fs;
use std::sync::Arc;

use nexolog::{AuditFlaw, AuditHead, Console, Context, Nexolog, RequestContext, logged};
use serde_json::Value;
use tracing_subscriber::layer::SubscriberExt;

use crate::support::until;

#[logged(audit, module = "payments")]
fn transfer(amount: u32) -> Result<u32, String> {
    if amount > 100 { Err("too much".to_owned()) } else { Ok(amount) }
}

#[logged(audit, level = trace)]
fn whisper() {}

#[logged(audit)]
fn fall_over() {
    panic!("oh no");
}

#[logged(audit)]
async fn pay(amount: u32) -> Result<u32, String> {
    tokio::task::yield_now().await;
    transfer(amount)
}

#[logged(audit)]
fn boxed(amount: u32) -> std::pin::Pin<Box<dyn Future<Output = u32> + Send>> {
    Box::pin(async move { amount })
}

struct Vault;

#[logged(audit)]
impl Vault {
    fn open(&self) {}
}

struct Run {
    home: tempfile::TempDir,
    logs: Nexolog,
}

impl Run {
    fn start() -> Run {
        let home = tempfile::tempdir().unwrap();
        let logs =
            Nexolog::builder("shop").directory(home.path()).console(Console::Off).build().unwrap();
        Run { home, logs }
    }

    fn dispatch(&self) -> tracing::Dispatch {
        tracing::Dispatch::new(tracing_subscriber::registry().with(self.logs.layer()))
    }

    /// The operations in the trail: name, outcome, principal.
    fn operations(&self) -> Vec<(String, String, String)> {
        let text = fs::read_to_string(self.home.path().join("audit.jsonl")).unwrap();
        let entries = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        entries
            .filter(|entry| entry["kind"] == "operation")
            .map(|entry| {
                let principal = text(&entry["values"]["principal"][1]);
                (text(&entry["action"]), text(&entry["outcome"]), principal)
            })
            .collect()
    }

    fn newest(&self) -> (String, String, String) {
        self.operations().pop().unwrap_or_default()
    }
}

fn told(action: &str, outcome: &str, principal: &str) -> (String, String, String) {
    (action.to_owned(), outcome.to_owned(), principal.to_owned())
}

#[test]
fn an_audited_call_is_in_the_trail_when_it_returns_whatever_the_levels_are() {
    let run = Run::start();
    tracing::dispatcher::with_default(&run.dispatch(), || {
        Context::for_request(Arc::new(RequestContext::new("r-1"))).scope(|| {
            nexolog::identify("u7", Some("acme"));
            transfer(5).unwrap();
            assert_eq!(run.newest(), told("transfer", "success", "u7"));
        });
        transfer(500).unwrap_err();
        assert_eq!(run.newest(), told("transfer", "error", ""));
        whisper();
        assert_eq!(run.newest(), told("whisper", "success", ""));
        std::panic::catch_unwind(fall_over).unwrap_err();
        assert_eq!(run.newest(), told("fall_over", "panic", ""));
        Vault.open();
        assert_eq!(run.newest(), told("Vault::open", "success", ""));
    });
    assert_eq!(run.operations().len(), 5);
    run.logs.shutdown().unwrap();
    let report = run.logs.verify_audit().unwrap();
    assert!(report.is_consistent(), "{report}");
}

#[test]
fn an_audited_future_is_ready_when_the_trail_has_it() {
    let run = Run::start();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    tracing::dispatcher::with_default(&run.dispatch(), || {
        runtime.block_on(async {
            pay(7).await.unwrap();
            let operations = run.operations();
            assert_eq!(operations, [told("transfer", "success", ""), told("pay", "success", "")]);
            assert_eq!(boxed(3).await, 3);
            assert_eq!(run.newest(), told("boxed", "success", ""));
            drop(pay(1));
            assert_eq!(run.operations().len(), 3, "what never began was no call");
            let mut begun = Box::pin(pay(1));
            std::future::poll_fn(|context| {
                assert!(begun.as_mut().poll(context).is_pending());
                std::task::Poll::Ready(())
            })
            .await;
            drop(begun);
        });
    });
    run.logs.shutdown().unwrap();
    assert_eq!(run.newest(), told("pay", "cancelled", ""));
}

/// Waits until nobody has the directory: other threads that register places in code hold each subscriber for a moment.
async fn until_free(directory: &std::path::Path) {
    let lock = fs::File::open(directory.join("nexolog.lock")).unwrap();
    until("the directory is free", async || lock.try_lock().ok()).await;
    lock.unlock().unwrap();
}

#[tokio::test]
async fn runs_follow_on_one_another_and_a_head_kept_elsewhere_finds_out_who_writes_all_anew() {
    let run = Run::start();
    tracing::dispatcher::with_default(&run.dispatch(), || transfer(5).unwrap());
    let pinned: AuditHead = run.logs.audit_head().to_string().parse().unwrap();
    run.logs.shutdown().unwrap();
    let Run { home, logs } = run;
    drop(logs);
    until_free(home.path()).await;

    let logs =
        Nexolog::builder("shop").directory(home.path()).console(Console::Off).build().unwrap();
    let report = logs.verify_audit_against(&[pinned]).unwrap();
    assert!(report.is_consistent(), "{report}");
    assert_eq!((report.anchored, report.unclean_runs), (Some(pinned.seq()), 0));
    logs.shutdown().unwrap();
    drop(logs);
    until_free(home.path()).await;

    // Somebody begins the trail anew.
    fs::remove_file(home.path().join("audit.jsonl")).unwrap();
    let logs =
        Nexolog::builder("shop").directory(home.path()).console(Console::Off).build().unwrap();
    logs.flush().unwrap();
    until("the trail begins", async || (logs.audit_head().seq() > 0).then_some(())).await;
    assert!(logs.verify_audit().unwrap().is_consistent());
    let finding = logs.verify_audit_against(&[pinned]).unwrap().finding.unwrap();
    assert_eq!((finding.flaw, finding.seq), (AuditFlaw::CutOff, 2));
    logs.shutdown().unwrap();
}

#[test]
fn a_second_process_keeps_a_trail_of_its_own() {
    let first = Run::start();
    let second = Nexolog::builder("shop")
        .directory(first.home.path())
        .console(Console::Off)
        .build()
        .unwrap();
    second.shutdown().unwrap();
    first.logs.shutdown().unwrap();
    for logs in [&first.logs, &second] {
        let report = logs.verify_audit().unwrap();
        assert!(report.is_consistent(), "{report}");
        assert_eq!((report.entries, report.runs), (2, 1));
    }
    assert!(first.home.path().join("instance-1/audit.jsonl").exists());
}
