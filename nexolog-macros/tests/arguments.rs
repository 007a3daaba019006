//! What each argument does.

extern crate nexolog_core as nexolog;

mod support;

use std::fmt;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use nexolog_macros::logged;
use support::{collect, collect_from};
use tracing::Level;

struct Order {
    total: f64,
    lines: Vec<u8>,
    customer: Customer,
}

#[derive(Debug)]
struct Customer {
    id: u64,
}

impl fmt::Display for Customer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "customer {}", self.id)
    }
}

impl Order {
    #[logged(fields(self.total, %self.customer), len(self.lines, count = self.lines))]
    fn show(&self) {
        assert!(!self.lines.is_empty());
    }
}

fn order() -> Order {
    Order { total: 9.5, lines: vec![1, 2, 3], customer: Customer { id: 7 } }
}

#[test]
fn fields_are_recorded_in_the_form_asked_for() {
    #[logged(
        fields(
            user_id,
            order.customer.id,
            total = order.total,
            who = order.customer,
            seen = ?order.customer,
            %order.customer,
            "http.route" = "/orders",
            type = 1_u8,
        ),
        len(order.lines),
    )]
    fn place(user_id: &str, order: Order) -> usize {
        // What is moved and changed here was recorded before.
        drop(order);
        user_id.len()
    }
    collect(|log| {
        place("u1", order());
        let event = log.only();
        let field = |name: &str| (event.types[name], event.field(name));
        assert_eq!(field("user_id"), ("str", "u1"));
        assert_eq!(field("order.customer.id"), ("u64", "7"));
        assert_eq!(field("total"), ("f64", "9.5"));
        assert_eq!(field("who"), ("str", "customer 7"));
        assert_eq!(field("seen"), ("str", "Customer { id: 7 }"));
        assert_eq!(field("order.customer"), ("str", "customer 7"));
        assert_eq!(field("http.route"), ("str", "/orders"));
        assert_eq!(field("type"), ("u64", "1"));
        assert_eq!(field("order.lines.len"), ("u64", "3"));
    });
}

#[test]
fn what_self_has_is_called_by_its_own_name_and_lengths_may_have_one() {
    collect(|log| {
        order().show();
        let event = log.only();
        assert_eq!((event.field("total"), event.field("customer")), ("9.5", "customer 7"));
        assert_eq!((event.field("lines.len"), event.field("count")), ("3", "3"));
    });
}

#[test]
fn values_keep_their_type_and_need_no_bound() {
    struct Opaque;
    #[logged(fields(
        some, none, big, small, negative, flag, boxed, shared, counted, generic, opaque
    ))]
    #[allow(clippy::too_many_arguments, reason = "one of each kind")]
    fn record<T>(
        some: Option<u8>,
        none: Option<&str>,
        big: u128,
        small: u128,
        negative: i128,
        flag: bool,
        boxed: Box<str>,
        shared: Arc<String>,
        counted: Rc<f32>,
        generic: T,
        opaque: &Opaque,
    ) {
    }
    collect(|log| {
        let text = String::from("shared");
        record(
            Some(1),
            None,
            u128::MAX,
            2,
            -3,
            true,
            "b".into(),
            text.into(),
            1.5.into(),
            1,
            &Opaque,
        );
        let event = log.only();
        let field = |name: &str| (event.types[name], event.field(name));
        assert_eq!(field("some"), ("u64", "1"));
        assert!(!event.has("none"));
        assert_eq!(field("big"), ("u128", u128::MAX.to_string().as_str()));
        assert_eq!(field("small"), ("u64", "2"));
        assert_eq!(field("negative"), ("i64", "-3"));
        assert_eq!(field("flag"), ("bool", "true"));
        assert_eq!(field("boxed"), ("str", "b"));
        assert_eq!(field("shared"), ("str", "shared"));
        assert_eq!(field("counted"), ("f64", "1.5"));
        assert_eq!(field("generic").0, "str");
        assert!(event.field("opaque").ends_with("Opaque>"));
    });
}

#[test]
fn a_huge_value_is_cut_and_a_rude_one_replaced() {
    struct Rude;
    impl fmt::Debug for Rude {
        fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
            panic!("rude")
        }
    }
    #[logged(fields(huge, rude))]
    fn take(huge: &str, rude: Rude) {
        let _ = (huge, rude);
    }
    collect(|log| {
        let huge = "é".repeat(1 << 20);
        take(&huge, Rude);
        let event = log.only();
        assert!(event.field("huge").len() < 65 * 1024);
        assert!(event.field("huge").ends_with("é… (2097152 bytes)"));
        assert_eq!(event.field("rude"), "<panicked while formatting>");
    });
}

#[test]
fn a_look_at_the_result_that_panics_harms_nobody() {
    #[logged(ret = |bytes| bytes[9])]
    fn bytes() -> Vec<u8> {
        vec![1]
    }
    #[logged(err(debug if |text| text.len() > 3 && panic!("rude"), warn), ret = |()| panic!("rude") as u8)]
    async fn later(text: Option<&str>) -> Result<(), &str> {
        text.map_or(Ok(()), Err)
    }
    collect(|log| {
        assert_eq!(bytes(), [1]);
        let event = log.only();
        assert_eq!(
            (event.outcome(), event.field("return")),
            ("success", "<panicked while formatting>")
        );
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(later(None)).unwrap();
        assert_eq!(log.only().outcome(), "success");
        assert_eq!(runtime.block_on(later(Some("long"))), Err("long"));
        let event = log.only();
        assert_eq!((event.outcome(), event.level), ("error", Level::WARN));
    });
}

#[test]
fn levels_follow_the_outcome() {
    #[logged(level = debug, err = "warn")]
    fn quiet(fail: bool) -> Result<(), String> {
        if fail { Err("failed".to_owned()) } else { Ok(()) }
    }
    #[logged(err = nexolog::Level::Critical)]
    fn grave(fail: bool) -> Result<(), String> {
        if fail { Err("failed".to_owned()) } else { Ok(()) }
    }
    collect(|log| {
        quiet(false).unwrap();
        assert_eq!(log.only().level, Level::DEBUG);
        quiet(true).unwrap_err();
        assert_eq!(log.only().level, Level::WARN);
        grave(true).unwrap_err();
        let event = log.only();
        assert_eq!((event.level, event.field("nexolog.critical")), (Level::ERROR, "true"));
        // The mark raises an event by its being there, whatever its value.
        grave(false).unwrap();
        assert!(!log.only().names.contains(&"nexolog.critical"));
    });
    collect_from(Level::INFO, |log| {
        quiet(false).unwrap();
        assert!(log.take().is_empty());
        quiet(true).unwrap_err();
        log.only();
    });
}

#[derive(Debug)]
enum OrderError {
    NotFound,
    Busy { retry: bool },
    Broken,
}

impl OrderError {
    fn is_not_found(&self) -> bool {
        matches!(self, OrderError::NotFound)
    }
}

#[test]
fn the_level_of_an_error_may_depend_on_the_error() {
    type Ordered<T> = Result<T, OrderError>;

    #[logged(err(
        info if OrderError::is_not_found,
        debug if |error| matches!(error, OrderError::Busy { retry: true }),
        critical,
    ))]
    fn order(error: OrderError) -> Ordered<u8> {
        Err(error)
    }
    #[logged(err = info if OrderError::is_not_found)]
    async fn later(error: OrderError) -> Ordered<u8> {
        Err(error)
    }
    collect(|log| {
        let level = |error| {
            order(error).unwrap_err();
            let event = log.only();
            assert_eq!(event.outcome(), "error");
            (event.level, event.has("nexolog.critical"))
        };
        assert_eq!(level(OrderError::NotFound), (Level::INFO, false));
        assert_eq!(level(OrderError::Busy { retry: true }), (Level::DEBUG, false));
        assert_eq!(level(OrderError::Busy { retry: false }), (Level::ERROR, true));
        assert_eq!(level(OrderError::Broken), (Level::ERROR, true));

        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(later(OrderError::NotFound)).unwrap_err();
        assert_eq!(log.only().level, Level::INFO);
        runtime.block_on(later(OrderError::Broken)).unwrap_err();
        assert_eq!(log.only().level, Level::ERROR);
    });
    collect_from(Level::INFO, |log| {
        order(OrderError::Busy { retry: true }).unwrap_err();
        assert!(log.take().is_empty());
    });
}

#[test]
fn slow_success_is_raised_to_a_warning_and_says_no_more() {
    #[logged(slow = "1ms", fields(id))]
    fn wait(id: u8, time: Duration) {
        std::thread::sleep(time);
    }
    #[logged(slow = "1h", level = error)]
    fn quick() {}
    collect(|log| {
        wait(1, Duration::from_millis(2));
        let event = log.only();
        assert_eq!((event.level, event.outcome()), (Level::WARN, "success"));
        assert_eq!(event.field("id"), "1");
        quick();
        assert_eq!(log.only().level, Level::ERROR);
    });
}

#[test]
fn what_was_returned_is_recorded_on_request() {
    #[logged(ret)]
    fn half(number: u32) -> Result<u32, String> {
        if number.is_multiple_of(2) { Ok(number / 2) } else { Err("odd".to_owned()) }
    }
    #[logged(ret)]
    async fn customer() -> Customer {
        Customer { id: 3 }
    }
    collect(|log| {
        half(4).unwrap();
        let event = log.only();
        assert_eq!((event.types["return"], event.field("return")), ("u64", "2"));
        half(3).unwrap_err();
        let event = log.only();
        assert!(!event.has("return"));
        assert_eq!(event.field("error"), "odd");
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(customer());
        assert_eq!(log.only().field("return"), "customer 3");
    });
}

#[test]
fn what_is_recorded_of_the_return_value_may_be_chosen() {
    #[logged(ret = |order| order.customer.id)]
    fn mapped() -> Result<Order, String> {
        Ok(order())
    }
    #[logged(ret = |order: &Order| &order.customer)]
    fn borrowed() -> Order {
        order()
    }
    #[logged(ret = ?|order| &order.customer)]
    async fn debugged() -> Result<Order, String> {
        Ok(order())
    }
    #[logged(ret = Vec::len)]
    fn counted() -> Vec<u8> {
        vec![1, 2]
    }
    #[logged(ret = ?, level = debug)]
    fn whole() -> Customer {
        Customer { id: 1 }
    }
    collect(|log| {
        let returned = || {
            let event = log.only();
            (event.types["return"], event.field("return").to_owned())
        };
        mapped().unwrap();
        assert_eq!(returned(), ("u64", "7".to_owned()));
        borrowed();
        assert_eq!(returned(), ("str", "customer 7".to_owned()));
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(debugged()).unwrap();
        assert_eq!(returned(), ("str", "Customer { id: 7 }".to_owned()));
        counted();
        assert_eq!(returned(), ("u64", "2".to_owned()));
        whole();
        assert_eq!(returned(), ("str", "Customer { id: 1 }".to_owned()));
    });
}

#[test]
fn the_order_of_arguments_does_not_matter() {
    #[logged(when = id > 0, ret, key = id, len(text), fields(id), err = warn, level = debug, rate = "9/h",
             mask(text), slow = "1h", span, sample = 1, name = "n", module = "m")]
    fn one(id: u8, text: &str) -> usize {
        text.len() + usize::from(id)
    }
    #[logged(module = "m", name = "n", sample = 1.0, span, slow = "1h", mask(text), rate = "9/h",
             level = debug, err = warn, fields(id), len(text), key = id, ret, when = id > 0)]
    fn other(id: u8, text: &str) -> usize {
        text.len() + usize::from(id)
    }
    collect(|log| {
        let seen = |value| {
            assert_eq!(value, 3);
            let mut event = log.only();
            event.fields.remove("duration_ms");
            (event.level, event.fields)
        };
        let (one, other) = (seen(one(1, "ab")), seen(other(1, "ab")));
        assert_eq!(one, other);
        assert_eq!(one.0, Level::DEBUG);
        assert_eq!((one.1["operation"].as_str(), one.1["text"].as_str()), ("n", "***"));
    });
}

#[test]
fn only_calls_for_which_when_is_true_are_logged() {
    #[logged(when = amount > 100)]
    fn pay(amount: u32) -> u32 {
        amount
    }
    collect(|log| {
        pay(100);
        assert!(log.take().is_empty());
        pay(101);
        assert_eq!(log.only().outcome(), "success");
    });
}

#[test]
fn the_crate_may_be_found_elsewhere() {
    mod vendored {
        pub(crate) use nexolog_core as logs;
    }
    #[logged(crate = vendored::logs)]
    fn call() {}
    collect(|log| {
        call();
        assert_eq!(log.only().field("operation"), "call");
    });
}

#[test]
fn lines_inside_are_in_the_innermost_operation() {
    #[logged(module = "orders")]
    fn outer() {
        tracing::info!("before");
        inner();
        tracing::info!("after");
    }
    #[logged]
    fn inner() {
        tracing::info!("inside");
    }
    collect(|log| {
        outer();
        let within: Vec<_> = log.take().iter().map(|event| event.within).collect();
        let expected = ["outer", "inner", "inner", "outer", "outer"];
        assert_eq!(within, expected.map(Some));
    });
}

#[test]
fn as_many_fields_as_are_allowed_are_recorded() {
    #[logged(fields(
        f1 = 1,
        f2 = 2,
        f3 = 3,
        f4 = 4,
        f5 = 5,
        f6 = 6,
        f7 = 7,
        f8 = 8,
        f9 = 9,
        f10 = 10,
        f11 = 11,
        f12 = 12,
        f13 = 13,
        f14 = 14,
        f15 = 15,
        f16 = 16,
        f17 = 17,
        f18 = 18,
        f19 = 19,
        f20 = 20,
        f21 = 21,
        f22 = 22,
    ))]
    fn call() {}
    collect(|log| {
        call();
        let event = log.only();
        for number in 1..=nexolog::__private::MAX_FIELDS {
            assert_eq!(event.field(&format!("f{number}")), number.to_string());
        }
        assert_eq!(nexolog::__private::MAX_FIELDS, 22);
    });
}
