//! The logo of the local government: a file that is named in the configuration and checked to be an image.

use crate::domain::chain::sha256_hex;

/// The largest file, in bytes: it comes with the first page of everybody.
const MOST: usize = 256 * 1024;

/// A logo as it is served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logo {
    pub media_type: &'static str,
    pub content: Vec<u8>,
    /// Changes with the content, for caches.
    pub version: String,
}

impl Logo {
    /// Reads the file; nothing if none is named. Says what is wrong with it otherwise.
    pub fn read(path: &str) -> Result<Option<Self>, String> {
        if path.is_empty() {
            return Ok(None);
        }
        let content = std::fs::read(path).map_err(|error| format!("\"{path}\" cannot be read: {error}"))?;
        Self::of(content).map(Some).map_err(|reason| format!("\"{path}\" {reason}"))
    }

    fn of(content: Vec<u8>) -> Result<Self, String> {
        if content.len() > MOST {
            return Err(format!("is larger than {} KiB", MOST / 1024));
        }
        let media_type = media_type(&content).ok_or("is neither a PNG nor an SVG image without scripts")?;
        let version = sha256_hex(&content).chars().take(12).collect();
        Ok(Self { media_type, content, version })
    }
}

fn media_type(content: &[u8]) -> Option<&'static str> {
    if content.starts_with(b"\x89PNG\r\n\x1a\n") {
        return Some("image/png");
    }
    let text = std::str::from_utf8(content).ok()?.trim_start_matches('\u{feff}').trim_start().to_lowercase();
    let is_svg = (text.starts_with("<svg") || text.starts_with("<?xml") || text.starts_with("<!--"))
        && text.contains("<svg")
        && text.trim_end().ends_with("</svg>");
    (is_svg && !text.contains("<script") && !text.contains("<foreignobject")).then_some("image/svg+xml")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_images_are_logos() {
        let xml = "<?xml version=\"1.0\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\"><path/></svg>\n";
        for (content, expected) in [
            (b"\x89PNG\r\n\x1a\n...".as_slice(), Some("image/png")),
            (b"<svg></svg>", Some("image/svg+xml")),
            (xml.as_bytes(), Some("image/svg+xml")),
            (b"<svg><script>alert(1)</script></svg>", None),
            (b"<html><svg></svg></html>", None),
            (b"<svg>", None),
            (b"GIF89a", None),
            (b"", None),
        ] {
            assert_eq!(media_type(content), expected, "{}", String::from_utf8_lossy(content));
        }
        assert!(Logo::of(vec![0; MOST + 1]).unwrap_err().contains("256 KiB"));
        assert_eq!(Logo::read(""), Ok(None));
        assert!(Logo::read("/there/is/none.svg").is_err());
    }
}
