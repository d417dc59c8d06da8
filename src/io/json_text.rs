//! One line of JSON in, its top-level members out as they are spelt.
//!
//! serde_json checks the line; what it accepts is then cut at the top level only, so that key order, the spelling of
//! numbers and nested values stay as they are in the file and nothing is copied.

use super::row_error::RowProblem;
use serde::de::{Deserializer, IgnoredAny, Visitor};
use std::borrow::Cow;
use std::fmt;

/// A key and its value as they stand in the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Member<'a> {
    /// The key between its quotes, escapes not resolved.
    key: &'a str,
    /// The value: a string with its quotes, a number, an object ….
    value: &'a str,
}

impl<'a> Member<'a> {
    pub(super) fn has_key(&self, name: &str) -> bool {
        self.key == name || (self.key.contains('\\') && self.key_text() == name)
    }

    /// The key with its escapes resolved.
    pub(super) fn key_text(&self) -> Cow<'a, str> {
        if !self.key.contains('\\') {
            return Cow::Borrowed(self.key);
        }
        let text = serde_json::from_str(&format!("\"{}\"", self.key));
        text.map_or_else(|_| Cow::Borrowed(self.key), Cow::Owned)
    }

    /// The value as it stands.
    pub(super) fn raw(&self) -> &'a str {
        self.value
    }

    /// What kind of value it is, in words.
    pub(super) fn kind(&self) -> &'static str {
        match self.value.as_bytes().first() {
            Some(b'"') => "a string",
            Some(b'{') => "an object",
            Some(b'[') => "an array",
            Some(b't' | b'f') => "a boolean",
            Some(b'n') => "null",
            _ => "a number",
        }
    }

    /// The string's text, with `scratch` to hold it if it has escapes; `None` if the value is not a string.
    pub(super) fn text<'s>(&self, scratch: &'s mut String) -> Option<Result<&'s str, RowProblem>>
    where
        'a: 's,
    {
        let inner = self.value.strip_prefix('"')?.strip_suffix('"')?;
        if !inner.contains('\\') {
            return Some(Ok(inner));
        }
        scratch.clear();
        let mut json = serde_json::Deserializer::from_str(self.value);
        Some(match json.deserialize_str(Append(scratch)) {
            Ok(()) => Ok(scratch),
            Err(error) => Err(broken(&error)),
        })
    }
}

/// Puts the members of the object in `line` into `found`, in order.
///
/// # Errors
/// [`RowProblem::Json`] if the line is not JSON, [`RowProblem::NotAnObject`] if it is something else than an object.
pub(super) fn members<'a>(line: &'a str, found: &mut Vec<Member<'a>>) -> Result<(), RowProblem> {
    found.clear();
    serde_json::from_str::<IgnoredAny>(line).map_err(|error| broken(&error))?;
    let bytes = line.as_bytes();
    let mut at = skip_space(bytes, 0);
    if bytes.get(at) != Some(&b'{') {
        return Err(RowProblem::NotAnObject);
    }
    at = skip_space(bytes, at + 1);
    while bytes.get(at) == Some(&b'"') {
        let key_end = string_end(bytes, at);
        let colon = skip_space(bytes, key_end);
        let value_start = skip_space(bytes, colon + 1);
        let value_end = value_end(bytes, value_start);
        found.push(Member {
            key: &line[at + 1..key_end - 1],
            value: &line[value_start..value_end],
        });
        // Behind the comma, or at the closing brace.
        at = skip_space(bytes, value_end);
        if bytes.get(at) == Some(&b',') {
            at = skip_space(bytes, at + 1);
        }
    }
    Ok(())
}

fn broken(error: &serde_json::Error) -> RowProblem {
    let message = error.to_string();
    let message = message.rsplit_once(" at line ").map_or(&*message, |m| m.0);
    RowProblem::Json {
        column: error.column(),
        message: message.to_owned(),
    }
}

fn skip_space(bytes: &[u8], mut at: usize) -> usize {
    while matches!(bytes.get(at), Some(b' ' | b'\t' | b'\r' | b'\n')) {
        at += 1;
    }
    at
}

/// One past the closing quote of the string that opens at `at`.
fn string_end(bytes: &[u8], at: usize) -> usize {
    let mut at = at + 1;
    while let Some(i) = memchr::memchr2(b'"', b'\\', &bytes[at.min(bytes.len())..]) {
        at += i;
        if bytes[at] == b'"' {
            return at + 1;
        }
        at += 2;
    }
    bytes.len()
}

/// One past the value that starts at `at`.
fn value_end(bytes: &[u8], mut at: usize) -> usize {
    let mut depth = 0usize;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'"' => {
                at = string_end(bytes, at);
                if depth == 0 {
                    return at;
                }
                continue;
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' if depth == 0 => return at,
            b'}' | b']' => {
                depth -= 1;
                if depth == 0 {
                    return at + 1;
                }
            }
            b',' | b' ' | b'\t' | b'\r' | b'\n' if depth == 0 => return at,
            _ => {}
        }
        at += 1;
    }
    at
}

/// Appends a JSON string's text.
struct Append<'s>(&'s mut String);

impl Visitor<'_> for Append<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        self.0.push_str(text);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::Value;

    fn spelt(line: &str) -> Vec<(String, String)> {
        let mut found = Vec::new();
        members(line, &mut found).unwrap();
        found
            .iter()
            .map(|m| (m.key_text().into_owned(), m.raw().to_owned()))
            .collect()
    }

    #[test]
    fn members_keep_their_order_and_spelling() {
        let line = r#" { "z" : 1.50e3 ,"a\u0062":"x\"}," , "n":[1, {"q":"]"}],"t":true,"e":{}} "#;
        let expected = [
            ("z", "1.50e3"),
            ("ab", r#""x\"},""#),
            ("n", r#"[1, {"q":"]"}]"#),
            ("t", "true"),
            ("e", "{}"),
        ]
        .map(|(key, value)| (key.to_owned(), value.to_owned()));
        assert_eq!(spelt(line), expected);
        assert_eq!(spelt("{}"), []);
    }

    #[test]
    fn broken_lines_give_the_column() {
        let mut found = Vec::new();
        match members("{\"a\": tru}", &mut found) {
            Err(RowProblem::Json { column, message }) => {
                assert_eq!((column, message.as_str()), (10, "expected ident"));
            }
            other => panic!("{other:?}"),
        }
        assert_eq!(members("[1]", &mut found), Err(RowProblem::NotAnObject));
        assert!(members("{} {}", &mut found).is_err());
        let mut scratch = String::new();
        members(r#"{"a":"\ud800"}"#, &mut found).unwrap();
        assert!(found[0].text(&mut scratch).unwrap().is_err());
    }

    fn json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<String>().prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 20, 4, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                proptest::collection::btree_map(any::<String>(), inner, 0..4)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn members_are_those_of_serde_json(value in json()) {
            let line = value.to_string();
            let mut found = Vec::new();
            match members(&line, &mut found) {
                Ok(()) => {
                    let object = value.as_object().unwrap();
                    prop_assert_eq!(found.len(), object.len());
                    let mut scratch = String::new();
                    for (member, (key, value)) in found.iter().zip(object) {
                        prop_assert_eq!(member.key_text(), key.as_str());
                        prop_assert!(member.has_key(key));
                        prop_assert_eq!(&serde_json::from_str::<Value>(member.raw()).unwrap(), value);
                        let text = member.text(&mut scratch).map(Result::unwrap);
                        prop_assert_eq!(text, value.as_str());
                    }
                }
                Err(problem) => {
                    prop_assert_eq!(problem, RowProblem::NotAnObject);
                    prop_assert!(!value.is_object());
                }
            }
        }

        #[test]
        fn any_line_is_read_without_a_panic(line in r#"[{}\[\]",:\\a1 ]{0,20}"#) {
            let _ = members(&line, &mut Vec::new());
        }
    }
}
