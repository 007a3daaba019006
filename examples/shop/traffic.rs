//! Sample customers, so that there is something to see. Each visit depends on its number alone.

use std::net::SocketAddr;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::interval;

use crate::closing::Closing;

/// Customers who come at once when the shop opens.
const FIRST: u32 = 12;

const EVERY: Duration = Duration::from_millis(500);

/// Lets so many customers come by, or fewer when the shop closes before.
///
/// Who is in the shop when it closes is still served; the next request finds the door shut.
pub(crate) async fn run(shop: SocketAddr, visits: u32, closing: Closing) {
    let mut ticks = interval(EVERY);
    for number in 1..=visits {
        let pause = async {
            if number > FIRST {
                ticks.tick().await;
            }
        };
        tokio::select! {
            biased;
            () = closing.clone().wait() => return,
            () = pause => {}
        }
        let mut visit = Visit { number, shop: format!("http://{shop}"), ..Visit::default() };
        // Whatever a customer can't do is in the shop's log already.
        drop(visit.run().await);
    }
    if visits > 0 {
        tracing::info!(visits, "the sample customers are gone");
    }
}

#[derive(Default)]
struct Visit {
    number: u32,
    shop: String,
    http: reqwest::Client,
    /// Of the session, once logged in.
    token: String,
}

impl Visit {
    async fn run(&mut self) -> reqwest::Result<()> {
        self.log_in().await?;
        self.look_around().await?;
        let order = self.order().await?;
        if let Some(id) = order["id"].as_u64() {
            self.get(&format!("/orders/{id}")).await?;
            // Once, somebody shares with nobody, and finds the bug.
            let ways = if self.number == 5 { 0 } else { 2 };
            if self.number.is_multiple_of(5) {
                self.get(&format!("/orders/{id}/split?ways={ways}")).await?;
            }
        }
        if self.number % 9 == 3 {
            self.get("/reports/sales").await?;
        }
        self.post("/logout", &Value::Null).await?;
        Ok(())
    }

    async fn log_in(&mut self) -> reqwest::Result<()> {
        let email = format!("customer-{}@example.com", self.number);
        let organization = ["acme", "globex"].get(self.number as usize % 3);
        let account =
            json!({ "email": email, "password": "tea, hot", "organization": organization });
        self.post("/signup", &account).await?;
        if self.number % 6 == 2 {
            // A forgetful one.
            for guess in ["tea", "hot tea"] {
                self.post("/login", &json!({ "email": email, "password": guess })).await?;
            }
        }
        if self.number % 16 == 7 {
            let stranger = json!({ "email": "nobody@example.com", "password": "letmein" });
            self.post("/login", &stranger).await?;
        }
        let answer = self.post("/login", &account).await?;
        self.token = answer["token"].as_str().map(str::to_owned).unwrap_or_default();
        Ok(())
    }

    async fn look_around(&self) -> reqwest::Result<()> {
        self.get("/products").await?;
        match self.number % 4 {
            1 => self.get("/products?search=tea").await?,
            2 => self.get("/products/coffee").await?,
            _ => self.get("/products/tea-green").await?,
        };
        if self.number % 10 == 4 {
            self.get("/products?search=coffee").await?;
        }
        Ok(())
    }

    async fn order(&self) -> reqwest::Result<Value> {
        let sku = ["tea-green", "tea-black", "cup-blue", "kettle", "pot-iron"];
        let sku = sku.get(self.number as usize % 5).unwrap_or(&"tea-green");
        let quantity = if self.number.is_multiple_of(13) { 10 } else { 1 + self.number % 2 };
        let card = match self.number {
            n if n % 40 == 9 => "card_overcharged",
            n if n % 12 == 4 => "card_declined",
            n if n % 14 == 6 => "card_slow",
            n if n % 18 == 8 => "card_outage",
            n if n % 30 == 11 => "card_garbled",
            _ => "card_good",
        };
        self.post("/orders", &json!({ "sku": sku, "quantity": quantity, "card": card })).await
    }

    async fn get(&self, path: &str) -> reqwest::Result<Value> {
        self.send(self.http.get(format!("{}{path}", self.shop))).await
    }

    async fn post(&self, path: &str, body: &Value) -> reqwest::Result<Value> {
        self.send(self.http.post(format!("{}{path}", self.shop)).json(body)).await
    }

    /// The answer's JSON; null where it is none, as after a panic.
    async fn send(&self, request: reqwest::RequestBuilder) -> reqwest::Result<Value> {
        let response = request.bearer_auth(&self.token).send().await?;
        Ok(serde_json::from_str(&response.text().await?).unwrap_or_default())
    }
}
