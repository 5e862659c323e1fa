//! The one place where an error becomes a status, a stable code and a sentence for people.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, HttpResponseBuilder, ResponseError};
use serde::Serialize;

use crate::domain::signing;
use crate::services::{AuthProblem, Error, FieldError};

/// A mistake in one field.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct FieldProblem {
    /// JSON pointer (RFC 6901) to the field.
    pub pointer: String,
    /// Stable snake_case code.
    pub code: String,
    /// What to do, in Bahasa Indonesia.
    pub detail: String,
}

/// A problem document (RFC 9457).
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct ProblemDocument {
    /// `urn:kentongan:problem:` and the code.
    pub r#type: String,
    /// What happened, in Bahasa Indonesia.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// Stable snake_case code; listed in docs/errors.md.
    pub code: String,
    /// What happened and what to do next, in Bahasa Indonesia.
    pub detail: String,
    /// Mistakes by field.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldProblem>,
    /// Names this request in the log.
    pub request_id: String,
}

/// An error on its way out.
#[derive(Clone, Debug)]
pub struct Problem {
    pub status: StatusCode,
    pub code: &'static str,
    pub detail: String,
    pub errors: Vec<FieldProblem>,
    /// Seconds after which trying again makes sense.
    pub retry_after: Option<u64>,
}

impl Problem {
    /// A problem with a status, a code and a sentence.
    pub fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        Self { status, code, detail: detail.into(), errors: Vec::new(), retry_after: None }
    }

    /// A mistake in one field.
    pub fn field(pointer: String, code: &'static str, detail: impl Into<String>) -> Self {
        Error::Invalid(vec![FieldError { pointer, code, message: detail.into() }]).into()
    }

    /// No such thing.
    pub fn not_found() -> Self {
        Error::NotFound.into()
    }

    /// What happened, in a few words.
    pub fn title(&self) -> &'static str {
        match self.status {
            StatusCode::BAD_REQUEST => "Permintaan tidak dapat dibaca",
            StatusCode::UNAUTHORIZED => "Belum masuk",
            StatusCode::FORBIDDEN => "Tidak berwenang",
            StatusCode::NOT_FOUND => "Tidak ditemukan",
            StatusCode::METHOD_NOT_ALLOWED => "Metode tidak didukung",
            StatusCode::CONFLICT => "Tidak dapat dilakukan pada keadaan ini",
            StatusCode::PRECONDITION_FAILED => "Data sudah berubah",
            StatusCode::PAYLOAD_TOO_LARGE => "Terlalu besar",
            StatusCode::UNSUPPORTED_MEDIA_TYPE => "Jenis isi tidak diterima",
            StatusCode::UNPROCESSABLE_ENTITY => "Isian belum benar",
            StatusCode::TOO_MANY_REQUESTS => "Terlalu banyak percobaan",
            StatusCode::SERVICE_UNAVAILABLE => "Sedang tidak tersedia",
            _ => "Terjadi kesalahan",
        }
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::Refused(refusal) => Self::new(StatusCode::CONFLICT, refusal.code(), refusal.to_string()),
            Error::Forbidden => {
                Self::new(StatusCode::FORBIDDEN, "forbidden", "Peran Anda tidak mengizinkan tindakan ini.")
            }
            Error::Scope(scope) => Self::new(
                StatusCode::FORBIDDEN,
                "insufficient_scope",
                format!("Kunci API ini tidak memiliki cakupan yang diperlukan: {scope}."),
            ),
            Error::NotFound => Self::new(
                StatusCode::NOT_FOUND,
                "not_found",
                "Yang Anda minta tidak ada, atau Anda tidak dapat melihatnya.",
            ),
            Error::Invalid(fields) => Self {
                errors: fields
                    .into_iter()
                    .map(|field| FieldProblem {
                        pointer: field.pointer,
                        code: field.code.to_owned(),
                        detail: field.message,
                    })
                    .collect(),
                ..Self::new(
                    StatusCode::UNPROCESSABLE_ENTITY,
                    "invalid_input",
                    "Periksa kembali isian yang ditandai, lalu kirim lagi.",
                )
            },
            Error::Cursor => Self::new(
                StatusCode::BAD_REQUEST,
                "bad_cursor",
                "Penanda halaman tidak berlaku untuk permintaan ini. Mulai lagi dari halaman pertama.",
            ),
            Error::File(problem) => Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, problem.code(), problem.message()),
            Error::Signing(problem) => not_signed(&problem),
            Error::TooLarge(most) => Self::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                "too_large",
                format!("Terlalu besar: paling besar {}. Perkecil atau bagi, lalu kirim lagi.", size(most)),
            ),
            Error::VersionChanged => Self::new(
                StatusCode::PRECONDITION_FAILED,
                "version_changed",
                "Data ini sudah diubah orang lain. Muat ulang, lalu ulangi perubahan Anda.",
            ),
            Error::Conflict => Self {
                retry_after: Some(1),
                ..Self::new(
                    StatusCode::CONFLICT,
                    "conflict",
                    "Data ini sedang diubah orang lain. Muat ulang, lalu coba lagi.",
                )
            },
            Error::IdempotencyReused => Self::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "idempotency_key_reused",
                "Idempotency-Key ini sudah dipakai untuk permintaan lain. Gunakan kunci baru.",
            ),
            Error::Unauthenticated(problem) => unauthenticated(problem),
            Error::Locked(seconds) => Self {
                retry_after: Some(seconds),
                ..Self::new(
                    StatusCode::TOO_MANY_REQUESTS,
                    "locked",
                    format!("Terlalu banyak percobaan yang salah. Coba lagi dalam {seconds} detik."),
                )
            },
            Error::Unavailable(cause) => {
                tracing::error!(%cause, "the database is unavailable");
                Self {
                    retry_after: Some(5),
                    ..Self::new(
                        StatusCode::SERVICE_UNAVAILABLE,
                        "unavailable",
                        "Layanan sedang tidak dapat menjangkau datanya. Tidak ada yang berubah; coba lagi sebentar lagi.",
                    )
                }
            }
            Error::OutcomeUnknown(cause) => {
                tracing::error!(%cause, "the database went away while committing");
                Self {
                    retry_after: Some(5),
                    ..Self::new(
                        StatusCode::SERVICE_UNAVAILABLE,
                        "outcome_unknown",
                        "Sambungan ke data terputus saat menyimpan: perubahan mungkin sudah tersimpan, mungkin belum. \
                         Periksa dahulu, atau ulangi dengan Idempotency-Key yang sama.",
                    )
                }
            }
            Error::Misconfigured { key, cause } => {
                tracing::error!(key, %cause, "what the configuration names cannot be read");
                Self::new(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "misconfigured",
                    format!("Berkas atau folder menurut pengaturan {key} tidak dapat dibaca. Sampaikan kepada admin."),
                )
            }
            Error::Internal(cause) => {
                tracing::error!(%cause, "internal error");
                Self::new(
                    StatusCode::INTERNAL_SERVER_ERROR,
                    "internal",
                    "Terjadi kesalahan pada layanan. Tidak ada yang berubah; sampaikan nomor permintaan kepada admin.",
                )
            }
        }
    }
}

fn not_signed(problem: &signing::Problem) -> Problem {
    let status = match problem {
        signing::Problem::Passphrase => StatusCode::UNPROCESSABLE_ENTITY,
        other if other.is_ours() => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::CONFLICT,
    };
    let mut told = Problem::new(status, problem.code(), problem.message());
    if *problem == signing::Problem::Passphrase {
        told.errors.push(FieldProblem {
            pointer: "/passphrase".to_owned(),
            code: problem.code().to_owned(),
            detail: "passphrase salah".to_owned(),
        });
    }
    told
}

fn unauthenticated(problem: AuthProblem) -> Problem {
    let (code, detail) = match problem {
        AuthProblem::Missing => ("token_required", "Sertakan token: Authorization: Bearer …"),
        AuthProblem::Invalid => ("token_invalid", "Token tidak dikenal atau sudah dicabut. Masuk kembali."),
        AuthProblem::Expired => ("token_expired", "Masa berlaku token habis. Perbarui token atau masuk kembali."),
        AuthProblem::Credentials => ("wrong_credentials", "E-mail atau kata sandi salah."),
        AuthProblem::Reused => (
            "refresh_token_reused",
            "Token pembaruan ini sudah pernah dipakai. Demi keamanan sesi diakhiri; masuk kembali.",
        ),
    };
    Problem::new(StatusCode::UNAUTHORIZED, code, detail)
}

/// Every code that API and web can answer with, for docs/errors.md; refusals and file problems beside it.
pub const CODES: &[&str] = &[
    "bad_cursor",
    "bad_header",
    "bad_query",
    "conflict",
    "forbidden",
    "form_expired",
    "idempotency_key_reused",
    "insufficient_scope",
    "internal",
    "invalid_input",
    "locked",
    "malformed_form",
    "malformed_json",
    "malformed_multipart",
    "method_not_allowed",
    "misconfigured",
    "not_found",
    "outcome_unknown",
    "refresh_token_reused",
    "token_expired",
    "token_invalid",
    "token_required",
    "too_large",
    "unavailable",
    "unsupported_media_type",
    "version_changed",
    "wrong_credentials",
];

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code)
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.status
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponseBuilder::new(self.status);
        if let Some(seconds) = self.retry_after {
            response.insert_header((header::RETRY_AFTER, seconds));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            response.insert_header((header::WWW_AUTHENTICATE, "Bearer realm=\"kentongan\""));
        }
        let document = ProblemDocument {
            r#type: format!("urn:kentongan:problem:{}", self.code),
            title: self.title().to_owned(),
            status: self.status.as_u16(),
            code: self.code.to_owned(),
            detail: self.detail.clone(),
            errors: self.errors.clone(),
            request_id: super::observe::current_request_id(),
        };
        let text = serde_json::to_string(&document).expect("a problem document has only strings and numbers");
        response.content_type("application/problem+json").body(text)
    }
}

/// A number of bytes as people say it.
fn size(bytes: u64) -> String {
    match bytes {
        0..1_024 => format!("{bytes} bita"),
        1_024..1_048_576 => format!("{} KB", bytes / 1_024),
        _ => format!("{} MB", bytes / 1_048_576),
    }
}
