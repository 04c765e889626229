//! What the configuration says about one stdio connector.
//!
//! Values of variables never appear when it is printed: they may be secrets.

use crate::model::reason::Reason;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::path::PathBuf;

/// A program and what it is given.
#[derive(Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The program and its arguments; no shell reads them. It runs in its own state folder, so a relative path in an
    /// argument is relative to that.
    pub command: Vec<String>,
    /// Variables with their values.
    #[serde(default)]
    pub env: BTreeMap<String, String>,
    /// Names of variables of our own environment that it gets too.
    #[serde(default)]
    pub pass_env: Vec<String>,
    /// Variables whose values stand in files; one newline at the end does not belong to the value.
    #[serde(default)]
    pub secret_files: BTreeMap<String, PathBuf>,
    /// The platform's ids of the rooms to look after; every room when absent.
    #[serde(default)]
    pub rooms: Option<Vec<String>>,
}

impl Settings {
    /// The variables that the program gets, read now.
    ///
    /// # Errors
    /// A sentence that names the variable that is not set, or the file that cannot be read.
    pub fn variables(&self) -> Result<BTreeMap<String, OsString>, Reason> {
        let mut variables: BTreeMap<String, OsString> =
            self.env.iter().map(|(name, value)| (name.clone(), value.into())).collect();
        for name in &self.pass_env {
            let value = std::env::var_os(name)
                .ok_or_else(|| Reason::new("modline-no-variable").with("name", name))?;
            variables.insert(name.clone(), value);
        }
        for (name, path) in &self.secret_files {
            let value = std::fs::read_to_string(path).map_err(|error| {
                Reason::new("modline-no-secret")
                    .with("name", name)
                    .with("path", path.display())
                    .with("error", error)
            })?;
            let value = value.strip_suffix('\n').unwrap_or(&value);
            variables.insert(name.clone(), value.into());
        }
        Ok(variables)
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Settings")
            .field("command", &self.command)
            .field("env", &self.env.keys())
            .field("pass_env", &self.pass_env)
            .field("secret_files", &self.secret_files)
            .field("rooms", &self.rooms)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use crate::platforms::stdio::settings::Settings;

    #[test]
    fn settings_are_read_strictly_and_printed_without_values() {
        let text = "command = [\"bot\"]\nenv = { TOKEN = \"s3cret\" }\n";
        let settings: Settings = toml::from_str(text).unwrap();
        assert!(!format!("{settings:?}").contains("s3cret"));
        assert!(toml::from_str::<Settings>("command = [\"bot\"]\nshell = true\n").is_err());
        assert!(toml::from_str::<Settings>("").is_err());
    }

    #[test]
    fn a_secret_comes_from_its_file_and_a_missing_one_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("token");
        std::fs::write(&path, "tok\n").unwrap();
        let settings = Settings { secret_files: [("T".to_owned(), path)].into(), ..Settings::default() };
        assert_eq!(settings.variables().unwrap().get("T").unwrap(), "tok");
        let settings =
            Settings { pass_env: vec!["QUNGUAN_NOT_SET_ANYWHERE".to_owned()], ..Settings::default() };
        assert_eq!(settings.variables().unwrap_err().key, "modline-no-variable");
    }
}
