//! The signature itself: CMS (RFC 5652) as PAdES baseline B wants it (ETSI EN 319 142-1, 6.3): detached, with
//! the digest of the certificate among what is signed (RFC 5035), and without a time of its own, which the
//! dictionary in the PDF says.

use chrono::{DateTime, Utc};
use cms::cert::x509::attr::Attribute;
use cms::cert::x509::name::Name;
use cms::cert::x509::time::Time;
use cms::cert::{CertificateChoices, IssuerAndSerialNumber, x509};
use cms::content_info::{CmsVersion, ContentInfo};
use cms::signed_data::{
    CertificateSet, EncapsulatedContentInfo, SignedData, SignerIdentifier, SignerInfo, SignerInfos,
};
use der::asn1::{Any, ObjectIdentifier, OctetString, PrintableStringRef, SetOfVec, Utf8StringRef};
use der::{Decode, Encode, Reader, Sequence, SliceReader, Tag, Tagged};
use ring::digest;
use ring::signature::{self, UnparsedPublicKey, VerificationAlgorithm};
use x509::spki::AlgorithmIdentifierOwned;

use super::Certificate;
use super::key::{ECDSA_WITH_SHA256, Identity, SHA256_WITH_RSA};
use crate::domain::chain::hex;

const DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.1");
const SIGNED_DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.2");
const CONTENT_TYPE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.3");
const MESSAGE_DIGEST: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.4");
const SIGNING_CERTIFICATE_V2: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.2.47");
const SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.1");
const SHA384: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.2");
const SHA512: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.3");
const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
const SHA384_WITH_RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.12");
const SHA512_WITH_RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.13");
const ECDSA_WITH_SHA384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.3");
const P256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");
const P384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.34");
const COMMON_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.3");

/// RFC 5035, 4: SHA-256 is what is meant where no algorithm is named.
#[derive(Sequence)]
struct EssCertIdV2 {
    hash: OctetString,
}

#[derive(Sequence)]
struct SigningCertificateV2 {
    certificates: Vec<EssCertIdV2>,
}

/// Signs what stands in these parts, one behind the other.
pub fn sign(identity: &Identity, parts: &[&[u8]; 2]) -> Result<Vec<u8>, String> {
    let told = |error: der::Error| format!("CMS: {error}");
    let certificate = identity.certificate.to_der().map_err(told)?;
    let attributes = attributes(&certificate, digest_of(&digest::SHA256, parts).as_ref()).map_err(told)?;
    let signature = identity.key.sign(&attributes.to_der().map_err(told)?)?;
    assemble(identity, attributes, &signature).map_err(told)
}

fn digest_of(algorithm: &'static digest::Algorithm, parts: &[&[u8]; 2]) -> digest::Digest {
    let mut context = digest::Context::new(algorithm);
    parts.iter().for_each(|part| context.update(part));
    context.finish()
}

/// What is signed: a digest of the paper and one of the certificate.
fn attributes(certificate: &[u8], digest: &[u8]) -> der::Result<SetOfVec<Attribute>> {
    let one =
        |oid, value: Any| -> der::Result<Attribute> { Ok(Attribute { oid, values: SetOfVec::try_from(vec![value])? }) };
    let hash = OctetString::new(digest::digest(&digest::SHA256, certificate).as_ref())?;
    let by = SigningCertificateV2 { certificates: vec![EssCertIdV2 { hash }] };
    SetOfVec::try_from(vec![
        one(CONTENT_TYPE, Any::encode_from(&DATA)?)?,
        one(MESSAGE_DIGEST, Any::encode_from(&OctetString::new(digest)?)?)?,
        one(SIGNING_CERTIFICATE_V2, Any::encode_from(&by)?)?,
    ])
}

fn assemble(identity: &Identity, attributes: SetOfVec<Attribute>, signature: &[u8]) -> der::Result<Vec<u8>> {
    let sha256 = || AlgorithmIdentifierOwned { oid: SHA256, parameters: None };
    let own = &identity.certificate.tbs_certificate;
    let sid = IssuerAndSerialNumber { issuer: own.issuer.clone(), serial_number: own.serial_number.clone() };
    let signer = SignerInfo {
        version: CmsVersion::V1,
        sid: SignerIdentifier::IssuerAndSerialNumber(sid),
        digest_alg: sha256(),
        signed_attrs: Some(attributes),
        signature_algorithm: identity.key.algorithm(),
        signature: OctetString::new(signature)?,
        unsigned_attrs: None,
    };
    let certificates = std::iter::once(&identity.certificate).chain(&identity.chain).cloned();
    let certificates: Vec<_> = certificates.map(CertificateChoices::Certificate).collect();
    let signed = SignedData {
        version: CmsVersion::V1,
        digest_algorithms: SetOfVec::try_from(vec![sha256()])?,
        encap_content_info: EncapsulatedContentInfo { econtent_type: DATA, econtent: None },
        certificates: Some(CertificateSet::try_from(certificates)?),
        crls: None,
        signer_infos: SignerInfos::try_from(vec![signer])?,
    };
    ContentInfo { content_type: SIGNED_DATA, content: Any::encode_from(&signed)? }.to_der()
}

/// Whose signature it is, if it is one by the key of its certificate over the digest of these parts. Zeros behind it
/// do not matter.
pub fn read(cms: &[u8], parts: &[&[u8]; 2]) -> Result<Certificate, String> {
    let told = |error: der::Error| format!("CMS: {error}");
    let mut reader = SliceReader::new(cms).map_err(told)?;
    let content = ContentInfo::from_der(reader.tlv_bytes().map_err(told)?).map_err(told)?;
    if content.content_type != SIGNED_DATA {
        return Err("not signed data".to_owned());
    }
    let signed: SignedData = content.content.decode_as().map_err(told)?;
    let [signer] = signed.signer_infos.0.as_slice() else { return Err("not exactly one signer".to_owned()) };
    let algorithm = match signer.digest_alg.oid {
        SHA256 => &digest::SHA256,
        SHA384 => &digest::SHA384,
        SHA512 => &digest::SHA512,
        other => return Err(format!("digest {other}")),
    };
    let attributes = signer.signed_attrs.as_ref().ok_or("nothing is signed")?;
    let said = attributes.iter().find(|attribute| attribute.oid == MESSAGE_DIGEST).and_then(|a| a.values.get(0));
    let said: OctetString = said.ok_or("no digest")?.decode_as().map_err(told)?;
    if said.as_bytes() != digest_of(algorithm, parts).as_ref() {
        return Err("the digest is of something else".to_owned());
    }
    let known = signed.certificates.as_ref().map(|set| set.0.as_slice()).unwrap_or_default();
    let certificates = known.iter().filter_map(|choice| match choice {
        CertificateChoices::Certificate(certificate) => Some(certificate),
        CertificateChoices::Other(_) => None,
    });
    let SignerIdentifier::IssuerAndSerialNumber(sid) = &signer.sid else { return Err("no issuer".to_owned()) };
    let is_own = |of: &&x509::Certificate| {
        of.tbs_certificate.serial_number == sid.serial_number && of.tbs_certificate.issuer == sid.issuer
    };
    let own = certificates.into_iter().find(is_own).ok_or("the certificate of the signer is not there")?;
    prove(signer, attributes, own)?;
    describe(own)
}

/// Proves that a signature was made over these attributes by the key of a certificate.
fn prove(signer: &SignerInfo, attributes: &SetOfVec<Attribute>, by: &x509::Certificate) -> Result<(), String> {
    let key = &by.tbs_certificate.subject_public_key_info;
    // Only keys on a curve name one.
    let curve = key.algorithm.parameters.as_ref().and_then(|any| any.decode_as::<ObjectIdentifier>().ok());
    let way: &dyn VerificationAlgorithm = match (signer.signature_algorithm.oid, signer.digest_alg.oid, curve) {
        (RSA | SHA256_WITH_RSA, SHA256, None) => &signature::RSA_PKCS1_2048_8192_SHA256,
        (RSA | SHA384_WITH_RSA, SHA384, None) => &signature::RSA_PKCS1_2048_8192_SHA384,
        (RSA | SHA512_WITH_RSA, SHA512, None) => &signature::RSA_PKCS1_2048_8192_SHA512,
        (ECDSA_WITH_SHA256, SHA256, Some(P256)) => &signature::ECDSA_P256_SHA256_ASN1,
        (ECDSA_WITH_SHA384, SHA384, Some(P256)) => &signature::ECDSA_P256_SHA384_ASN1,
        (ECDSA_WITH_SHA256, SHA256, Some(P384)) => &signature::ECDSA_P384_SHA256_ASN1,
        (ECDSA_WITH_SHA384, SHA384, Some(P384)) => &signature::ECDSA_P384_SHA384_ASN1,
        (way, digest, _) => return Err(format!("signature {way} over digest {digest}")),
    };
    // What is signed is the set by itself, not the field in which it stands (RFC 5652, 5.4).
    let signed = attributes.to_der().map_err(|error| format!("CMS: {error}"))?;
    let key = UnparsedPublicKey::new(way, key.subject_public_key.raw_bytes());
    key.verify(&signed, signer.signature.as_bytes()).map_err(|_| "the signature is not by its certificate".to_owned())
}

/// What there is to say of a certificate.
pub fn describe(certificate: &x509::Certificate) -> Result<Certificate, String> {
    let of = &certificate.tbs_certificate;
    let serial: Vec<String> = of.serial_number.as_bytes().iter().map(|byte| hex(&[*byte])).collect();
    let at = |time: Time| {
        let seconds = i64::try_from(time.to_unix_duration().as_secs()).ok();
        seconds.and_then(|s| DateTime::<Utc>::from_timestamp(s, 0)).ok_or("a time that is none".to_owned())
    };
    Ok(Certificate {
        subject: name(&of.subject),
        issuer: name(&of.issuer),
        serial: serial.join(":").to_uppercase(),
        not_before: at(of.validity.not_before)?,
        not_after: at(of.validity.not_after)?,
    })
}

/// The common name, or the whole of a name without.
fn name(name: &Name) -> String {
    let parts = name.0.iter().flat_map(|part| part.0.iter()).filter(|part| part.oid == COMMON_NAME);
    let text = parts.into_iter().find_map(|part| match part.value.tag() {
        Tag::Utf8String => part.value.decode_as::<Utf8StringRef<'_>>().ok().map(|text| text.as_str().to_owned()),
        Tag::PrintableString => {
            part.value.decode_as::<PrintableStringRef<'_>>().ok().map(|text| text.as_str().to_owned())
        }
        _ => None,
    });
    let text = text.unwrap_or_else(|| name.to_string());
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(200).collect()
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    #[test]
    fn a_signature_of_others_is_proved_by_the_key_of_its_certificate() {
        let folder = tempfile::tempdir().unwrap();
        let openssl = |arguments: &str| {
            let mut command = Command::new("openssl");
            let done = command.args(arguments.split_whitespace()).current_dir(folder.path()).output().unwrap();
            assert!(done.status.success(), "{arguments}: {}", String::from_utf8_lossy(&done.stderr));
        };
        std::fs::write(folder.path().join("paper"), b"laporan").unwrap();
        for (key, digest) in [
            ("rsa:2048", "sha256"),
            ("rsa:3072", "sha384"),
            ("rsa:2048", "sha512"),
            ("ec -pkeyopt ec_paramgen_curve:P-256", "sha384"),
            ("ec -pkeyopt ec_paramgen_curve:P-384", "sha256"),
            ("ec -pkeyopt ec_paramgen_curve:P-384", "sha384"),
        ] {
            openssl(&format!("req -x509 -newkey {key} -nodes -subj /CN=Uji -keyout key -out certificate"));
            openssl(&format!(
                "cms -sign -binary -md {digest} -signer certificate -inkey key -in paper -outform DER -out cms"
            ));
            let mut cms = std::fs::read(folder.path().join("cms")).unwrap();
            assert_eq!(read(&cms, &[b"lapo", b"ran"]).unwrap().subject, "Uji", "{key} {digest}");
            assert!(read(&cms, &[b"lapo", b"ran!"]).is_err(), "{key} {digest}");
            *cms.last_mut().unwrap() ^= 1;
            let refused = read(&cms, &[b"lapo", b"ran"]);
            assert_eq!(refused, Err("the signature is not by its certificate".to_owned()), "{key} {digest}");
        }
    }
}
