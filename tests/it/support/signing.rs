//! An authority of its own for each test, made by openssl, and what other people's programs say of signatures.

use std::path::{Path, PathBuf};
use std::process::Command;

use kentongan::config::{Secret, Signing};
use tempfile::TempDir;

/// The passphrase of every key.
pub const PASSPHRASE: &str = "gendang bertalu-talu";

/// Certificates hold from and until then, unless a test says otherwise.
pub const HOLDS: (&str, &str) = ("20260101000000Z", "20490101000000Z");

const RULES: &str = "\
[ca]\ndefault_ca = own\n\
[own]\nnew_certs_dir = .\ndatabase = index.txt\nserial = serial\ndefault_md = sha256\npolicy = any\n\
unique_subject = no\nemail_in_dn = no\n\
[any]\ncommonName = supplied\norganizationName = optional\n\
[authority]\nbasicConstraints = critical,CA:TRUE\nkeyUsage = critical,keyCertSign,cRLSign\n\
subjectKeyIdentifier = hash\n\
[signer]\nbasicConstraints = critical,CA:FALSE\nkeyUsage = critical,digitalSignature,nonRepudiation\n\
authorityKeyIdentifier = keyid\n";

/// An authority with its folder.
pub struct Authority {
    folder: TempDir,
}

impl Authority {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (name, content) in [("rules", RULES), ("index.txt", ""), ("serial", "1000")] {
            std::fs::write(folder.path().join(name), content).unwrap();
        }
        let own = Self { folder };
        own.request("ca", "rsa:2048", "CA Uji");
        own.openssl(&format!(
            "ca -batch -config rules -selfsign -keyfile ca.key -in ca.csr -out ca.pem -extensions authority -startdate {} \
             -enddate {} -notext",
            HOLDS.0, HOLDS.1
        ));
        own
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn run(&self, program: &str, arguments: &[&str]) {
        let done = Command::new(program).args(arguments).current_dir(self.folder.path()).output().unwrap();
        assert!(done.status.success(), "{program} {arguments:?}: {}", String::from_utf8_lossy(&done.stderr));
    }

    fn openssl(&self, arguments: &str) {
        self.run("openssl", &arguments.split_whitespace().collect::<Vec<_>>());
    }

    fn request(&self, name: &str, kind: &str, subject: &str) {
        let (key, request) = (format!("{name}.key"), format!("{name}.csr"));
        let subject = format!("/CN={subject}");
        let curve = ["-pkeyopt", "ec_paramgen_curve:prime256v1"];
        let more = if kind == "ec" { curve.as_slice() } else { &[] };
        let plain = ["req", "-new", "-newkey", kind, "-nodes", "-subj", &subject, "-keyout", &key, "-out", &request];
        self.run("openssl", &[&plain[..], more].concat());
    }

    /// A key with a certificate that holds for this time, as openssl writes PKCS#12 today; gives its file.
    pub fn key(&self, name: &str, kind: &str, (from, until): (&str, &str)) -> PathBuf {
        self.request(name, kind, "Kepala Dinas (uji)");
        self.openssl(&format!(
            "ca -batch -config rules -cert ca.pem -keyfile ca.key -in {name}.csr -out {name}.pem -extensions signer \
             -startdate {from} -enddate {until} -notext"
        ));
        self.pack(name, name, &["-certfile", "ca.pem"])
    }

    /// A key as PKCS#12 under another name, with other arguments.
    pub fn pack(&self, key: &str, name: &str, more: &[&str]) -> PathBuf {
        let (inkey, certificate, out) = (format!("{key}.key"), format!("{key}.pem"), format!("{name}.p12"));
        let pass = format!("pass:{PASSPHRASE}");
        let plain = [
            "pkcs12",
            "-export",
            "-inkey",
            &inkey,
            "-in",
            &certificate,
            "-passout",
            &pass,
            "-out",
            &out,
            "-name",
            name,
        ];
        self.run("openssl", &[&plain[..], more].concat());
        self.path(&out)
    }

    /// What a program of other people says of the last signature, trusting this authority.
    pub fn pdfsig(&self, pdf: &[u8]) -> String {
        let store = self.path("nss");
        if !store.exists() {
            std::fs::create_dir(&store).unwrap();
            self.run("certutil", &["-N", "-d", "sql:nss", "--empty-password"]);
            self.run("certutil", &["-A", "-d", "sql:nss", "-n", "ca", "-t", "CT,C,C", "-i", "ca.pem"]);
        }
        let file = self.path("to-check.pdf");
        std::fs::write(&file, pdf).unwrap();
        let mut command = Command::new("pdfsig");
        command.args(["-nssdir", "sql:nss"]).arg(&file).current_dir(self.folder.path());
        let said = command.output().unwrap();
        String::from_utf8_lossy(&said.stdout).into_owned()
    }
}

/// Settings to sign with a key.
pub fn with_key(key: &Path) -> Signing {
    Signing {
        method: "pkcs12".to_owned(),
        key: key.display().to_string(),
        passphrase: Secret::new(PASSPHRASE),
        ..Signing::default()
    }
}

/// The text of a PDF, as another program reads it.
pub fn text_of(pdf: &[u8]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("x.pdf");
    std::fs::write(&file, pdf).unwrap();
    let read = Command::new("pdftotext").args(["-layout"]).arg(&file).arg("-").output().unwrap();
    assert!(read.status.success(), "{}", String::from_utf8_lossy(&read.stderr));
    String::from_utf8(read.stdout).unwrap()
}
