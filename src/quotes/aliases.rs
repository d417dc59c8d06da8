//! Names that stand for one and the same speaker in all articles.

use rustc_hash::FxHashMap;
use thiserror::Error;

/// Other forms of names, each with the name to go by. Capitals and white space make no difference.
#[derive(Debug, Clone, Default)]
pub struct Aliases {
    names: FxHashMap<String, String>,
}

/// One form stands for two names.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{alias}` stands for `{first}` and for `{second}`; leave one out")]
pub struct AmbiguousAlias {
    /// The form.
    pub alias: String,
    /// The name given first.
    pub first: String,
    /// Another.
    pub second: String,
}

impl Aliases {
    /// Pairs of another form and the name.
    ///
    /// # Errors
    /// If a form has two names.
    pub fn new<'p>(
        pairs: impl IntoIterator<Item = (&'p str, &'p str)>,
    ) -> Result<Self, AmbiguousAlias> {
        let mut aliases = Self::default();
        for (alias, name) in pairs {
            aliases.add(alias, name)?;
        }
        Ok(aliases)
    }

    /// One more form of a name; one without letters is left out.
    ///
    /// # Errors
    /// If the form has another name already.
    pub fn add(&mut self, alias: &str, name: &str) -> Result<(), AmbiguousAlias> {
        let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
        let key = key(alias);
        if key.is_empty() {
            return Ok(());
        }
        if let Some(first) = self.names.get(&key).filter(|first| **first != name) {
            return Err(AmbiguousAlias {
                alias: alias.trim().to_owned(),
                first: first.clone(),
                second: name,
            });
        }
        self.names.insert(key, name);
        Ok(())
    }

    /// The name that `form` stands for, or the form itself.
    pub fn name_of<'a>(&'a self, form: &'a str) -> &'a str {
        if self.names.is_empty() {
            return form;
        }
        self.names.get(&key(form)).map_or(form, String::as_str)
    }
}

fn key(form: &str) -> String {
    let words: Vec<String> = form.split_whitespace().map(str::to_lowercase).collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_stands_for_one_name() {
        let pairs = [
            ("the  Quay", "Norland"),
            ("Port Halle", "Norland"),
            (" ", "Nobody"),
        ];
        let mut aliases = Aliases::new(pairs).expect("one name each");
        assert_eq!(aliases.name_of("The quay"), "Norland");
        assert_eq!(aliases.name_of("Irena Tolk"), "Irena Tolk");
        let error = aliases.add("port halle", "Suderia").expect_err("two names");
        assert_eq!(error.first, "Norland");
    }
}
