//! A small shop that logs itself. Run it, open the page it names, and watch it work:
//!
//! ```sh
//! cargo run --example shop
//! ```
//!
//! Its own variables: `SHOP_ADDR` (`127.0.0.1:3000`; port 0 picks a free one) and `SHOP_TRAFFIC` (how many
//! sample customers come by; 0 for none). Every `LOG_*` variable of Nexolog works, too.

mod auth;
mod catalogue;
mod closing;
mod customer;
mod database;
mod error;
mod jobs;
mod orders;
mod payment;
mod reports;
mod sessions;
mod settings;
mod shop;
mod sign_in;
mod traffic;

use std::error::Error;
use std::net::SocketAddr;
use std::process::ExitCode;
use std::time::Duration;

use axum::Router;
use nexolog::{Catalogue, Nexolog, RequestLogLayer};
use tokio::net::TcpListener;

use self::closing::Closing;
use self::payment::{PaymentClient, PaymentService};
use self::settings::Settings;
use self::shop::Shop;
use self::sign_in::SignIn;

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("shop: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), Box<dyn Error>> {
    // Everything that can be refused is read before the first file is touched.
    let settings = Settings::from_env()?;
    let sign_in = SignIn::from_env()?;
    let logs = Nexolog::from_env("shop")?
        .version(env!("CARGO_PKG_VERSION"))
        .catalogue(modules())
        .install()?;

    let closing = Closing::on_signals()?;
    let payments = PaymentService::start().await?;
    let shop = Shop::new(PaymentClient::new(payments.address())?);
    let app = Router::new()
        .merge(auth::routes())
        .merge(catalogue::routes())
        .merge(orders::routes())
        .merge(reports::routes())
        .with_state(shop.clone())
        .merge(logs.routes(sign_in.access))
        // Last, so that it sees what no route answers, too.
        .layer(RequestLogLayer::new().slow(Duration::from_millis(600)));

    let listener = settings.listen().await?;
    let address = listener.local_addr()?;
    tracing::info!(module = "startup", %address, payments = %payments.address(), "the shop is open");
    welcome(address, &logs, sign_in.made_token.as_deref());

    let jobs = tokio::spawn(jobs::run(shop.clone(), closing.clone()));
    let traffic = tokio::spawn(traffic::run(address, settings.visits, closing.clone()));
    serve(listener, app, &logs, &closing).await?;
    jobs.await?;
    traffic.await?;
    // A line that is logged after the logger's end is counted as lost, so everything ends before.
    shop.finish().await;
    // The last orders are paid, so nobody needs the payment service any more.
    payments.stop().await?;
    tracing::info!(module = "startup", "the shop is closed");
    logs.shutdown()?;
    Ok(())
}

async fn serve(
    listener: TcpListener,
    app: Router,
    logs: &Nexolog,
    closing: &Closing,
) -> std::io::Result<()> {
    let service = app.into_make_service_with_connect_info::<SocketAddr>();
    // `until` ends the live streams of the page, too; they would keep the server waiting for ever.
    axum::serve(listener, service).with_graceful_shutdown(logs.until(closing.clone().wait())).await
}

/// The shop's own modules, beside the usual ones, and the code that belongs to them.
fn modules() -> Catalogue {
    Catalogue::default()
        .with_module("Shop", "catalogue")
        .with_module("Shop", "orders")
        .with_module("Shop", "payments")
        .with_module("Shop", "traffic")
        .with_target("shop::catalogue", "catalogue")
        .with_target("shop::orders", "orders")
        .with_target("shop::payment", "payments")
        .with_target("shop::jobs", "scheduler")
        .with_target("shop::traffic", "traffic")
}

/// On standard error, so that `LOG_FORMAT=json` leaves nothing but JSON on standard output.
fn welcome(address: SocketAddr, logs: &Nexolog, made_token: Option<&str>) {
    eprintln!();
    eprintln!("  The shop   http://{address}");
    eprintln!("  Its logs   http://{address}/dashboard/logs");
    match made_token {
        Some(token) => {
            eprintln!("  Sign in    {token}");
            eprintln!("             (for this run only; LOG_API_ADMIN_TOKEN chooses one)");
        }
        None => eprintln!("  Sign in    with the token of your environment"),
    }
    eprintln!("  Files      {}", logs.directory().display());
    eprintln!("  Stop       Ctrl-C");
    eprintln!();
}
