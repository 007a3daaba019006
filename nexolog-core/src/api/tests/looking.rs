//! Bars, values and keys: what the endpoints for looking around answer.

use http::StatusCode;
use serde_json::{Value, json};

use super::support::{Fixture, SCOPED, VIEWER, get};

/// A service that logged a little, within three minutes.
fn fixture() -> Fixture {
    let fixture = Fixture::new();
    let record = |time: &str, level: &str, module: &str, more: Value| {
        let mut record = json!({"timestamp": format!("2026-11-23T10:{time}Z"), "level": level, "module": module});
        record.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        record
    };
    fixture.memory.log(&[
        record("00:00.000000", "INFO", "auth", json!({"message": "in", "user_id": "u1", "fields": {"status": 200}})),
        record("00:00.400000", "INFO", "orders", json!({"message": "a", "user_id": "u2", "fields": {"status": 200, "cart": {"items": 3, "gift": true}}})),
        record("00:59.999999", "ERROR", "orders", json!({"message": "b", "organization_id": "acme", "fields": {"status": "none", "tags": ["x", "y", "x"], "module": "inner"}})),
        record("02:00.000000", "WARN", "api", json!({"message": "c", "user_id": "u1", "error": {"type": "Io", "message": "gone"}})),
    ]);
    fixture
}

async fn json(fixture: &Fixture, path: &str) -> Value {
    let answer = fixture.send(get(path).token(VIEWER)).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text);
    answer.json()
}

/// What the bars with something in them count, by their beginning.
fn bars(histogram: &Value) -> Vec<(String, u64)> {
    let bars = histogram["bars"].as_array().unwrap().iter();
    let sum = |bar: &Value| -> u64 {
        bar["counts"].as_object().unwrap().values().map(|count| count.as_u64().unwrap()).sum()
    };
    bars.filter(|bar| sum(bar) > 0)
        .map(|bar| (bar["at"].as_str().unwrap()[11..23].to_owned(), sum(bar)))
        .collect()
}

#[tokio::test]
async fn a_histogram_has_every_bar_of_the_range_with_counts_by_level() {
    let fixture = fixture();
    let answer =
        json(&fixture, "histogram?interval=1m&from=2026-11-23T10:00:00Z&to=2026-11-23T10:04:00Z")
            .await;
    assert_eq!(answer["from"], "2026-11-23T10:00:00.000000Z");
    assert_eq!(answer["to"], "2026-11-23T10:04:00.000000Z");
    assert_eq!(answer["interval_ms"], 60_000);
    let counts = |info: u64, warning: u64, error: u64| json!({"TRACE": 0, "DEBUG": 0, "INFO": info, "WARNING": warning, "ERROR": error, "CRITICAL": 0});
    let bar = |minute: u64, counts: Value| json!({"at": format!("2026-11-23T10:0{minute}:00.000000Z"), "counts": counts});
    let expected = json!([
        bar(0, counts(2, 0, 1)),
        bar(1, counts(0, 0, 0)),
        bar(2, counts(0, 1, 0)),
        bar(3, counts(0, 0, 0)),
    ]);
    assert_eq!(answer["bars"], expected);
    assert_eq!((&answer["total"], &answer["exact"]), (&json!(4), &json!(true)));
    assert_eq!((&answer["complete"], &answer["warnings"]), (&json!(true), &json!([])));
    assert!(answer["took_ms"].is_f64());
}

#[tokio::test]
async fn bars_may_be_as_narrow_as_milliseconds_and_begin_at_multiples_of_their_width() {
    let fixture = fixture();
    let range = "from=2026-11-23T10:00:00Z&to=2026-11-23T10:00:01Z";
    let answer = json(&fixture, &format!("histogram?interval=100ms&{range}")).await;
    assert_eq!(bars(&answer), [("10:00:00.000".to_owned(), 1), ("10:00:00.400".to_owned(), 1)]);
    assert_eq!(answer["bars"].as_array().unwrap().len(), 10);
    let within = "from=2026-11-23T10:00:00.250Z&to=2026-11-23T10:00:00.550Z";
    let answer = json(&fixture, &format!("histogram?interval=100ms&{within}")).await;
    let first = &answer["bars"][0]["at"];
    assert_eq!(first, "2026-11-23T10:00:00.200000Z", "the bar that the range begins in");
    assert_eq!(answer["bars"].as_array().unwrap().len(), 4);
    assert_eq!(answer["total"], 1);
}

#[tokio::test]
async fn there_are_never_more_bars_than_wanted() {
    let fixture = fixture();
    for (range, most, interval) in [
        ("from=2026-11-23T10:00:00Z&to=2026-11-23T10:03:00Z", 100, 5_000),
        ("from=2026-11-23T10:00:00Z&to=2026-11-23T10:03:00Z", 2, 300_000),
        ("from=2026-11-23T10:00:00Z&to=2026-11-23T10:03:00Z", 1_000, 500),
        ("from=2026-11-23T10:00:00Z&to=2026-11-23T10:00:00Z", 10, 1),
        ("from=1950-01-01&to=2026-12-01", 100, 86_400_000_u64 * 512),
        ("q=after:2026-11-23T10:00:00Z+before:2026-11-23T10:03:00Z", 100, 5_000),
    ] {
        let answer = json(&fixture, &format!("histogram?bars={most}&{range}")).await;
        assert!(answer["bars"].as_array().unwrap().len() <= most, "{range}");
        assert_eq!(answer["interval_ms"], interval, "{range}");
    }
}

#[tokio::test]
async fn without_a_range_bars_reach_from_the_oldest_record_to_now() {
    let fixture = fixture();
    let answer = json(&fixture, "histogram").await;
    assert_eq!(answer["from"], "1970-01-01T00:00:00.000000Z", "what the store says");
    assert_eq!(answer["total"], 4);
    // Who sees a part is not told how old the rest is.
    let scoped = fixture.send(get("histogram?to=2026-11-23T11:00:00Z").token(SCOPED)).await.json();
    assert_eq!((&scoped["total"], &scoped["scanned"]), (&json!(1), &json!(0)));
    assert_ne!(scoped["bars"], json!([]));
}

#[tokio::test]
async fn facets_count_the_values_of_reserved_keys_and_fields() {
    let fixture = fixture();
    let answer =
        json(&fixture, "facets?keys=level,module,user_id&keys=status,cart.items,tags,error.type")
            .await;
    let values = |at: usize| -> Vec<(String, u64)> {
        let values = answer["facets"][at]["values"].as_array().unwrap().iter();
        values
            .map(|value| {
                (value["value"].as_str().unwrap().to_owned(), value["count"].as_u64().unwrap())
            })
            .collect()
    };
    let owned = |values: &[(&str, u64)]| -> Vec<(String, u64)> {
        values.iter().map(|(value, count)| ((*value).to_owned(), *count)).collect()
    };
    assert_eq!(values(0), owned(&[("INFO", 2), ("ERROR", 1), ("WARNING", 1)]));
    assert_eq!(values(1), owned(&[("orders", 2), ("api", 1), ("auth", 1)]));
    assert_eq!(values(2), owned(&[("u1", 2), ("u2", 1)]));
    assert_eq!(values(3), owned(&[("200", 2), ("none", 1)]));
    assert_eq!(values(4), owned(&[("3", 1)]));
    assert_eq!(values(5), owned(&[("x", 1), ("y", 1)]), "a record counts once for each value");
    assert_eq!(values(6), owned(&[("Io", 1)]));
    let users = json!({"key": "user_id", "values": [{"value": "u1", "count": 2}, {"value": "u2", "count": 1}],
        "distinct": 2, "distinct_exact": true, "other": 0, "missing": 1, "records": 4, "exact": true});
    assert_eq!(answer["facets"][2], users);
    assert_eq!(answer["complete"], true);
}

#[tokio::test]
async fn each_value_of_a_facet_finds_as_many_records_as_it_counts() {
    let fixture = fixture();
    let answer =
        json(&fixture, "facets?keys=level,module,user_id,status,cart.items,tags,fields.module")
            .await;
    for facet in answer["facets"].as_array().unwrap() {
        for value in facet["values"].as_array().unwrap() {
            let (key, text) = (facet["key"].as_str().unwrap(), value["value"].as_str().unwrap());
            let found = json(&fixture, &format!("search?q={key}:%22{text}%22")).await;
            assert_eq!(
                found["logs"].as_array().unwrap().len() as u64,
                value["count"],
                "{key}:{text}"
            );
        }
    }
}

#[tokio::test]
async fn facets_list_the_most_frequent_and_say_how_much_is_not_listed() {
    let fixture = fixture();
    let answer = json(&fixture, "facets?keys=module&limit=1").await;
    let facet = &answer["facets"][0];
    assert_eq!(facet["values"], json!([{"value": "orders", "count": 2}]));
    assert_eq!((&facet["other"], &facet["distinct"]), (&json!(2), &json!(3)));
    let names: Vec<Value> = json(&fixture, "facets").await["facets"]
        .as_array()
        .unwrap()
        .iter()
        .map(|facet| facet["key"].clone())
        .collect();
    assert_eq!(names, ["level", "module", "operation", "outcome"]);
}

#[tokio::test]
async fn a_sample_is_of_the_newest_and_says_that_it_is_one() {
    let fixture = fixture();
    let answer = json(&fixture, "facets?keys=user_id&sample=2").await;
    let facet = &answer["facets"][0];
    assert_eq!(facet["values"], json!([{"value": "u1", "count": 1}]));
    assert_eq!((&facet["records"], &facet["missing"]), (&json!(2), &json!(1)));
    assert_eq!((&facet["exact"], &facet["distinct_exact"]), (&json!(false), &json!(false)));
    assert_eq!(answer["complete"], false);
    assert!(answer["incomplete_reason"].as_str().unwrap().contains("sample=all"));
    for sample in ["4", "5", "all"] {
        let answer = json(&fixture, &format!("facets?keys=user_id&sample={sample}")).await;
        assert_eq!(
            (&answer["complete"], &answer["facets"][0]["exact"]),
            (&json!(true), &json!(true))
        );
    }
    let fields = json(&fixture, "fields?sample=1").await;
    assert_eq!((&fields["records"], &fields["exact"]), (&json!(1), &json!(false)));
    assert!(fields["incomplete_reason"].as_str().unwrap().contains("newest 1 "));
}

#[tokio::test]
async fn fields_tell_keys_as_filters_take_them_with_their_types() {
    let fixture = fixture();
    let answer = json(&fixture, "fields").await;
    let field = |key: &str| {
        let fields = answer["fields"].as_array().unwrap().iter();
        fields.clone().find(|field| field["key"] == key).cloned().unwrap_or(Value::Null)
    };
    assert_eq!(
        field("status"),
        json!({"key": "status", "types": {"number": 2, "string": 1}, "count": 3, "examples": ["none", "200"]})
    );
    assert_eq!(field("seq")["types"], json!({"number": 4}));
    assert_eq!(field("cart.items")["types"], json!({"number": 1}));
    assert_eq!(field("cart.gift")["types"], json!({"boolean": 1}));
    assert_eq!(field("tags")["types"], json!({"array": 1}));
    assert_eq!(field("fields.module")["examples"], json!(["inner"]), "`module` means another one");
    assert_eq!(field("module")["count"], 4);
    assert_eq!(field("error.type")["examples"], json!(["Io"]));
    assert_eq!(field("cart"), Value::Null);
    assert_eq!((&answer["records"], &answer["exact"]), (&json!(4), &json!(true)));
    let most = answer["fields"][0]["count"].as_u64().unwrap();
    assert_eq!(most, 4, "the most frequent first");
    for field in answer["fields"].as_array().unwrap() {
        let key = field["key"].as_str().unwrap();
        let found = json(&fixture, &format!("search?q=has:{key}")).await;
        assert_eq!(found["logs"].as_array().unwrap().len() as u64, field["count"], "{key}");
    }
}

#[tokio::test]
async fn filters_and_warnings_are_as_in_search() {
    let fixture = fixture();
    for path in ["histogram", "facets", "fields"] {
        let answer = json(&fixture, &format!("{path}?q=module:orders+(&from=2026-11-23")).await;
        assert_eq!(answer["warnings"].as_array().unwrap().len(), 1, "{path}");
        let seen = match path {
            "histogram" => answer["total"].clone(),
            "facets" => answer["facets"][0]["records"].clone(),
            _ => answer["records"].clone(),
        };
        assert_eq!(seen, 2, "{path}");
    }
    let answer = json(&fixture, "fields?module=orders&level=error").await;
    assert_eq!(answer["records"], 1);
}
