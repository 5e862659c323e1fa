//! Signing with a key of the local government, which lies in a PKCS#12 file (RFC 7292).

use cms::cert::x509;
use cms::content_info::ContentInfo;
use cms::encrypted_data::EncryptedData;
use der::asn1::{ContextSpecific, ObjectIdentifier, OctetString};
use der::{Decode, Encode, Sequence};
use pkcs5::EncryptionScheme;
use pkcs12::cert_type::CertBag;
use pkcs12::kdf::{Pkcs12KeyType, derive_key_utf8};
use pkcs12::pfx::Pfx;
use pkcs12::safe_bag::SafeBag;
use ring::hmac;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair, RSA_PKCS1_SHA256, RsaKeyPair};
use sha2_of_pkcs12 as sha2;
use x509::spki::AlgorithmIdentifierOwned;

use super::{Failure, Problem, Says, Signer, cms as signature, pdf};

const DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.1");
const ENCRYPTED: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.6");
const SHA1: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.14.3.2.26");
const SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.1");
const SHA384: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.2");
const SHA512: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.3");
pub const SHA256_WITH_RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.11");
pub const ECDSA_WITH_SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.2");

/// The most bytes of a file with a key.
const MOST: u64 = 1024 * 1024;

/// The most rounds by which a passphrase is made into a key: above that somebody only wants to keep us busy.
const MOST_ROUNDS: i32 = 10_000_000;

/// A PKCS#12 file.
pub struct KeyFile<'a> {
    pub path: &'a str,
}

impl Signer for KeyFile<'_> {
    fn sign(&self, paper: &[u8], says: &Says, passphrase: &str) -> Result<Vec<u8>, Failure> {
        let identity = read(&self.content()?, passphrase)?;
        let certificate = signature::describe(&identity.certificate).map_err(|_| Problem::KeyUnusable)?;
        certificate.holds(says.at.to_utc())?;
        let prepared = pdf::prepare(paper, says)?;
        let cms = signature::sign(&identity, &prepared.parts()).map_err(Failure::Defect)?;
        prepared.fill(&cms)
    }
}

impl KeyFile<'_> {
    fn content(&self) -> Result<Vec<u8>, Problem> {
        let unreadable = |error: std::io::Error| {
            tracing::warn!(path = self.path, %error, "the key for signing cannot be read");
            Problem::KeyUnreadable
        };
        let size = std::fs::metadata(self.path).map_err(unreadable)?.len();
        if size > MOST {
            return Err(Problem::KeyUnusable);
        }
        std::fs::read(self.path).map_err(unreadable)
    }
}

/// A key with its certificate, and whatever else of certificates lies with it.
pub struct Identity {
    pub key: Key,
    pub certificate: x509::Certificate,
    pub chain: Vec<x509::Certificate>,
}

/// A private key.
pub enum Key {
    Rsa(RsaKeyPair),
    P256(EcdsaKeyPair, SystemRandom),
}

impl Key {
    /// Reads PKCS#8: RSA of 2048 to 4096 bits, or P-256.
    fn read(pkcs8: &[u8]) -> Option<Self> {
        if let Ok(key) = RsaKeyPair::from_pkcs8(pkcs8) {
            return Some(Self::Rsa(key));
        }
        let random = SystemRandom::new();
        let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, pkcs8, &random).ok()?;
        Some(Self::P256(key, random))
    }

    fn public(&self) -> &[u8] {
        match self {
            Self::Rsa(key) => key.public_key().as_ref(),
            Self::P256(key, _) => key.public_key().as_ref(),
        }
    }

    /// Whether a certificate is of this key.
    fn is_of(&self, certificate: &x509::Certificate) -> bool {
        certificate.tbs_certificate.subject_public_key_info.subject_public_key.raw_bytes() == self.public()
    }

    /// How it signs.
    pub fn algorithm(&self) -> AlgorithmIdentifierOwned {
        match self {
            Self::Rsa(_) => AlgorithmIdentifierOwned { oid: SHA256_WITH_RSA, parameters: Some(der::Any::null()) },
            Self::P256(..) => AlgorithmIdentifierOwned { oid: ECDSA_WITH_SHA256, parameters: None },
        }
    }

    /// Signs, with SHA-256.
    pub fn sign(&self, content: &[u8]) -> Result<Vec<u8>, String> {
        let failed = |_| "the key does not sign".to_owned();
        match self {
            Self::Rsa(key) => {
                let mut signature = vec![0; key.public().modulus_len()];
                key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), content, &mut signature).map_err(failed)?;
                Ok(signature)
            }
            Self::P256(key, random) => Ok(key.sign(random, content).map_err(failed)?.as_ref().to_vec()),
        }
    }
}

/// PKCS#8, encrypted (RFC 5208, 6).
#[derive(Sequence)]
struct EncryptedKey {
    algorithm: AlgorithmIdentifierOwned,
    content: OctetString,
}

/// Opens a PKCS#12 file.
pub fn read(file: &[u8], passphrase: &str) -> Result<Identity, Problem> {
    let unusable = |_: der::Error| Problem::KeyUnusable;
    let pfx = Pfx::from_der(file).map_err(unusable)?;
    let safe = data(&pfx.auth_safe)?;
    prove(&pfx, &safe, passphrase)?;
    let (mut keys, mut certificates) = (Vec::new(), Vec::new());
    for content in Vec::<ContentInfo>::from_der(&safe).map_err(unusable)? {
        let bags = match content.content_type {
            DATA => data(&content)?,
            ENCRYPTED => {
                let encrypted: EncryptedData = content.content.decode_as().map_err(unusable)?;
                let info = encrypted.enc_content_info;
                let content = info.encrypted_content.ok_or(Problem::KeyUnusable)?;
                decrypted(&info.content_enc_alg, content.as_bytes(), passphrase)?
            }
            _ => continue,
        };
        for bag in Vec::<SafeBag>::from_der(&bags).map_err(unusable)? {
            match bag.bag_id {
                pkcs12::PKCS_12_KEY_BAG_OID => keys.push(within::<der::Any>(&bag)?.to_der().map_err(unusable)?),
                pkcs12::PKCS_12_PKCS8_KEY_BAG_OID => {
                    let key: EncryptedKey = within(&bag)?;
                    keys.push(decrypted(&key.algorithm, key.content.as_bytes(), passphrase)?);
                }
                pkcs12::PKCS_12_CERT_BAG_OID => {
                    let bag: CertBag = within(&bag)?;
                    certificates.extend(x509::Certificate::from_der(bag.cert_value.as_bytes()).ok());
                }
                _ => {}
            }
        }
    }
    let key = keys.iter().find_map(|key| Key::read(key)).ok_or(Problem::KeyUnusable)?;
    let own = certificates.iter().position(|certificate| key.is_of(certificate)).ok_or(Problem::KeyUnusable)?;
    Ok(Identity { certificate: certificates.remove(own), chain: certificates, key })
}

/// What is in a bag.
fn within<T: for<'a> Decode<'a> + der::Tagged>(bag: &SafeBag) -> Result<T, Problem> {
    let explicit = ContextSpecific::<T>::from_der(&bag.bag_value);
    Ok(explicit.map_err(|_| Problem::KeyUnusable)?.value)
}

fn data(content: &ContentInfo) -> Result<Vec<u8>, Problem> {
    let bytes: OctetString = content.content.decode_as().map_err(|_| Problem::KeyUnusable)?;
    Ok(bytes.into_bytes())
}

/// Proves passphrase and content by the code that is over them (RFC 7292, B and 4).
fn prove(pfx: &Pfx, safe: &[u8], passphrase: &str) -> Result<(), Problem> {
    let mac = pfx.mac_data.as_ref().ok_or(Problem::KeyUnusable)?;
    if !(1..=MOST_ROUNDS).contains(&mac.iterations) {
        return Err(Problem::KeyUnusable);
    }
    let (salt, rounds, kind) = (mac.mac_salt.as_bytes(), mac.iterations, Pkcs12KeyType::Mac);
    let (algorithm, key) = match mac.mac.algorithm.oid {
        SHA256 => (hmac::HMAC_SHA256, derive_key_utf8::<sha2::Sha256>(passphrase, salt, kind, rounds, 32)),
        SHA384 => (hmac::HMAC_SHA384, derive_key_utf8::<sha2::Sha384>(passphrase, salt, kind, rounds, 48)),
        SHA512 => (hmac::HMAC_SHA512, derive_key_utf8::<sha2::Sha512>(passphrase, salt, kind, rounds, 64)),
        SHA1 => return Err(Problem::KeyOld),
        _ => return Err(Problem::KeyUnusable),
    };
    // A passphrase that such a file cannot have is a wrong one.
    let key = hmac::Key::new(algorithm, &key.map_err(|_| Problem::Passphrase)?);
    hmac::verify(&key, safe, mac.mac.digest.as_bytes()).map_err(|_| Problem::Passphrase)
}

fn decrypted(algorithm: &AlgorithmIdentifierOwned, content: &[u8], passphrase: &str) -> Result<Vec<u8>, Problem> {
    let encoded = algorithm.to_der().map_err(|_| Problem::KeyUnusable)?;
    // What is not of PKCS#5 version 2 is of the time before it.
    let scheme = EncryptionScheme::from_der(&encoded).map_err(|_| Problem::KeyOld)?;
    let way = &scheme.pbes2().ok_or(Problem::KeyOld)?.kdf;
    let rounds = way.pbkdf2().and_then(|way| i32::try_from(way.iteration_count).ok());
    if !rounds.is_some_and(|rounds| (1..=MOST_ROUNDS).contains(&rounds)) {
        return Err(Problem::KeyUnusable);
    }
    scheme.decrypt(passphrase, content).map_err(|error| match error {
        pkcs5::Error::DecryptFailed => Problem::Passphrase,
        _ => Problem::KeyOld,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_would_only_keep_us_busy_is_refused() {
        let way = |rounds| {
            let way = pkcs5::pbes2::Parameters::pbkdf2_sha256_aes256cbc(rounds, &[7; 16], &[9; 16]).unwrap();
            EncryptionScheme::from(way)
        };
        let content = way(2).encrypt("rahasia", b"isi").unwrap();
        for (rounds, expected) in [(2, Ok(b"isi".to_vec())), (10_000_001, Err(Problem::KeyUnusable))] {
            let way = AlgorithmIdentifierOwned::from_der(&way(rounds).to_der().unwrap()).unwrap();
            assert_eq!(decrypted(&way, &content, "rahasia"), expected, "{rounds}");
        }
    }
}
