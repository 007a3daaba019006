use super::error::{ConfigError, quoted};
use crate::privacy::{MaskRule, Masking};

/// What the environment changes in the masking that code chooses, whichever comes first: an operator who asks for a rule must not
/// lose it to a line of code.
#[derive(Clone, Debug, Default)]
pub(super) struct MaskAdditions {
    rules: Vec<(MaskRule, bool)>,
    keys: Vec<String>,
}

impl MaskAdditions {
    /// Reads `email,-card`: rules that are put in force, or taken out.
    pub(super) fn add_rules(&mut self, variable: &str, list: &str) -> Result<(), ConfigError> {
        for entry in entries(list) {
            let (name, is_wanted) = match entry.strip_prefix('-') {
                Some(name) => (name, false),
                None => (entry, true),
            };
            let rule = MaskRule::ALL.into_iter().find(|rule| rule.as_str() == name);
            let rule = rule.ok_or_else(|| {
                let names = MaskRule::ALL.map(MaskRule::as_str).join(", ");
                let problem = format!(
                    "{} is no rule; use {names}, with a - before those to leave out",
                    quoted(entry)
                );
                ConfigError::new(variable, problem)
            })?;
            self.rules.push((rule, is_wanted));
        }
        Ok(())
    }

    /// Reads `home_address,phone`: keys whose values are masked.
    pub(super) fn add_keys(&mut self, variable: &str, list: &str) -> Result<(), ConfigError> {
        for entry in entries(list) {
            if !entry.contains(char::is_alphanumeric) {
                let problem =
                    format!("{} is no key; use a list such as home_address,phone", quoted(entry));
                return Err(ConfigError::new(variable, problem));
            }
            self.keys.push(entry.to_owned());
        }
        Ok(())
    }

    pub(super) fn apply(&self, masking: Masking) -> Masking {
        let ruled = self.rules.iter().fold(masking, |masking, (rule, is_wanted)| {
            if *is_wanted { masking.with(*rule) } else { masking.without(*rule) }
        });
        self.keys.iter().fold(ruled, |masking, key| masking.key(key))
    }
}

fn entries(list: &str) -> impl Iterator<Item = &str> {
    list.split(',').map(str::trim).filter(|entry| !entry.is_empty())
}
