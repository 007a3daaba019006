use serde_json::{Map, Value, json};

/// The JSON Schema of a value and an example of it, made together so that they fit.
#[derive(Clone, Debug)]
pub(in crate::api) struct Schema {
    pub(super) rule: Value,
    pub(super) example: Value,
    /// Whether it may be absent from the object that it is a member of.
    is_optional: bool,
}

impl Schema {
    pub(super) fn of(rule: Value, example: impl Into<Value>) -> Schema {
        Schema { rule, example: example.into(), is_optional: false }
    }

    pub(in crate::api) fn text(example: &str) -> Schema {
        Schema::of(json!({"type": "string"}), example)
    }

    pub(in crate::api) fn choice(names: &[&str]) -> Schema {
        Schema::of(json!({"type": "string", "enum": names}), names.first().copied())
    }

    /// An object of any members.
    pub(in crate::api) fn any_object(example: Value) -> Schema {
        Schema::of(json!({"type": "object"}), example)
    }

    /// A whole number that is not negative.
    pub(in crate::api) fn count(example: u64) -> Schema {
        Schema::of(json!({"type": "integer", "minimum": 0}), example)
    }

    pub(in crate::api) fn number(example: f64) -> Schema {
        Schema::of(json!({"type": "number"}), example)
    }

    /// A share from 0 to 1.
    pub(in crate::api) fn share(example: f64) -> Schema {
        Schema::of(json!({"type": "number", "minimum": 0, "maximum": 1}), example)
    }

    pub(in crate::api) fn flag(example: bool) -> Schema {
        Schema::of(json!({"type": "boolean"}), example)
    }

    /// A time in RFC 3339, with six digits of its second.
    pub(in crate::api) fn time() -> Schema {
        Schema::of(json!({"type": "string", "format": "date-time"}), "2026-11-23T10:00:00.000000Z")
    }

    pub(in crate::api) fn list(of: Schema) -> Schema {
        let mut rule = json!({"type": "array"});
        rule["items"] = of.rule;
        Schema::of(rule, vec![of.example])
    }

    /// An object whose keys are names; `key` is one for the example.
    pub(in crate::api) fn map(key: &str, of: Schema) -> Schema {
        let mut rule = json!({"type": "object"});
        rule["additionalProperties"] = of.rule;
        Schema::of(rule, Map::from_iter([(key.to_owned(), of.example)]))
    }

    /// An object with these members and no others.
    pub(in crate::api) fn object<'a>(
        members: impl IntoIterator<Item = (&'a str, Schema)>,
    ) -> Schema {
        let mut properties = Map::new();
        let mut example = Map::new();
        let mut required: Vec<&str> = Vec::new();
        for (name, member) in members {
            if !member.is_optional {
                required.push(name);
            }
            properties.insert(name.to_owned(), member.rule);
            example.insert(name.to_owned(), member.example);
        }
        let schema = json!({
            "type": "object",
            "properties": properties,
            "required": required,
            "additionalProperties": false,
        });
        Schema::of(schema, example)
    }

    /// What every answer says beside its own members: whether it is complete, and how long it took.
    pub(in crate::api) fn answer<'a>(
        members: impl IntoIterator<Item = (&'a str, Schema)>,
    ) -> Schema {
        let shared = [
            ("complete", Schema::flag(true).about("Whether nothing is missing from this answer.")),
            (
                "incomplete_reason",
                Schema::text("the search was stopped")
                    .about("What is missing, and why.")
                    .optional(),
            ),
            ("took_ms", Schema::number(1.25).about("How long answering took, in milliseconds.")),
        ];
        let mut answer = Schema::object(members.into_iter().chain(shared));
        // What is complete has no reason.
        if let Some(example) = answer.example.as_object_mut() {
            example.remove("incomplete_reason");
        }
        answer
    }

    /// Stands for the schema of that name among the document's components.
    pub(super) fn reference(name: &str, example: Value) -> Schema {
        Schema::of(json!({"$ref": format!("#/components/schemas/{name}")}), example)
    }

    /// Says what it is.
    pub(in crate::api) fn about(mut self, text: &str) -> Schema {
        self.rule["description"] = json!(text);
        self
    }

    /// It may be absent.
    pub(in crate::api) fn optional(mut self) -> Schema {
        self.is_optional = true;
        self
    }

    /// It may be null.
    pub(in crate::api) fn or_null(mut self) -> Schema {
        self.rule = match self.rule["type"].take() {
            Value::String(kind) if self.rule.get("enum").is_none() => {
                self.rule["type"] = json!([kind, "null"]);
                self.rule
            }
            kind => {
                if !kind.is_null() {
                    self.rule["type"] = kind;
                } else if let Some(object) = self.rule.as_object_mut() {
                    object.remove("type");
                }
                json!({"anyOf": [self.rule, {"type": "null"}]})
            }
        };
        self
    }

    /// Its strings are of at least and at most so many characters.
    pub(in crate::api) fn within(mut self, least: usize, most: usize) -> Schema {
        self.rule["minLength"] = json!(least);
        self.rule["maxLength"] = json!(most);
        self
    }

    /// Its strings match this expression.
    pub(in crate::api) fn matching(mut self, pattern: &str) -> Schema {
        self.rule["pattern"] = json!(pattern);
        self
    }

    /// Another example.
    pub(in crate::api) fn such_as(mut self, example: impl Into<Value>) -> Schema {
        self.example = example.into();
        self
    }

    pub(super) fn member_names(&self) -> Vec<String> {
        let members = self.rule["properties"].as_object();
        members.map(|members| members.keys().cloned().collect()).unwrap_or_default()
    }
}
