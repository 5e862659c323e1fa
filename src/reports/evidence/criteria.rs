//! Which criterion asks for which files: data, which can be replaced.

use serde::Deserialize;

use super::Filed;

/// The criteria that come with the program.
const USUAL: &str = include_str!("../../../config/evidence/spbe.toml");

/// What an assessor asks for.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Criterion {
    pub code: String,
    pub title: String,
    pub asks: String,
    /// Beginnings of paths within the package.
    pub files: Vec<String>,
}

impl Criterion {
    /// The files of the package that answer it.
    pub fn answers<'a>(&self, files: &'a [Filed]) -> Vec<&'a Filed> {
        files.iter().filter(|file| self.files.iter().any(|begin| file.path.starts_with(begin.as_str()))).collect()
    }
}

/// A list of criteria.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Criteria {
    pub title: String,
    pub note: String,
    pub criteria: Vec<Criterion>,
}

impl Criteria {
    /// Reads those of a file; without one, those that come with the program.
    pub fn read(file: &str) -> Result<Self, String> {
        if file.is_empty() {
            return Self::parse(USUAL);
        }
        let text = std::fs::read_to_string(file).map_err(|error| format!("{file}: {error}"))?;
        Self::parse(&text).map_err(|error| format!("{file}: {error}"))
    }

    fn parse(text: &str) -> Result<Self, String> {
        toml::from_str(text).map_err(|error| error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_criterion_asks_for_something_that_the_package_has_a_place_for() {
        let criteria = Criteria::read("").unwrap();
        let places = [
            "katalog/",
            "kebijakan/",
            "kalender/",
            "formulir/",
            "statistik/",
            "penunjukan/",
            "laporan/",
            "evaluasi/",
            "sop/",
        ];
        assert!(criteria.criteria.len() > 4);
        for criterion in &criteria.criteria {
            assert!(!criterion.files.is_empty(), "{}", criterion.code);
            for file in &criterion.files {
                assert!(places.iter().any(|place| file.starts_with(place)), "{file}");
            }
        }
        for place in places {
            let asked = criteria.criteria.iter().any(|one| one.files.iter().any(|file| file.starts_with(place)));
            assert!(asked, "nothing asks for {place}");
        }
    }

    #[test]
    fn a_list_that_cannot_be_read_is_named() {
        assert!(Criteria::read("/nowhere/at/all.toml").unwrap_err().contains("/nowhere/at/all.toml"));
        assert!(Criteria::parse("title = 1").is_err());
    }
}
