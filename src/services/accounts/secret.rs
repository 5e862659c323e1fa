//! Random secrets, their hashes, and passwords.

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::super::{Error, Result};
use crate::domain::chain::{hex, sha256_hex};

/// 256 random bits, URL-safe.
pub fn random() -> String {
    URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>())
}

/// 128 random bits for the digest of a text, hex.
pub fn salt() -> String {
    hex(&rand::random::<[u8; 16]>())
}

/// How a random secret is kept. It has 256 bits, so a plain SHA-256 cannot be searched.
pub fn hash(secret: &str) -> String {
    sha256_hex(secret.as_bytes())
}

/// argon2id with 19 MiB, 2 passes (OWASP password storage, first choice of argon2id).
fn argon2() -> Argon2<'static> {
    let params = Params::new(19_456, 2, 1, None).expect("the parameters are within argon2's bounds");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// Hashes a password for storage (PHC string). Takes some ten milliseconds and 19 MiB.
pub fn hash_password(password: &str) -> Result<String> {
    argon2()
        .hash_password(password.as_bytes())
        .map(|hash| hash.to_string())
        .map_err(|error| Error::Internal(format!("argon2: {error}")))
}

/// Whether a password fits. Without a hash it takes as long and says no, so that the time taken
/// does not tell who exists.
pub fn fits(password: &str, stored: Option<&str>) -> bool {
    match stored.map(PasswordHash::new) {
        Some(Ok(hash)) => argon2().verify_password(password.as_bytes(), &hash).is_ok(),
        _ => {
            let _same_work = argon2().hash_password(password.as_bytes());
            false
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_fits_its_own_hash_only() {
        let hash = hash_password("kentongan desa berbunyi").unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(fits("kentongan desa berbunyi", Some(&hash)));
        assert!(!fits("kentongan desa", Some(&hash)));
        assert!(!fits("x", None));
        assert!(!fits("x", Some("rubbish")));
    }
}
