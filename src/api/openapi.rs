//! The OpenAPI 3.1 document, generated from the handlers, with what all operations have in common
//! added in one place; and a page to browse it that needs no network.

use std::sync::LazyLock;

use actix_web::http::{StatusCode, header};
use actix_web::{App, HttpRequest, HttpResponse, web};
use serde_json::{Map, Value, json};
use utoipa::{OpenApi, PartialSchema, ToSchema};
use utoipa_actix_web::{AppExt, scope};
use utoipa_swagger_ui::SwaggerUi;

use super::routes;
use crate::http::Problem;
use crate::http::status::{FieldProblem, ProblemDocument};

/// Where version 1 is.
pub const BASE: &str = "/api/v1";

/// What an operation is called, in path and method: the rows of the table of routes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OperationName {
    /// Upper case.
    pub method: String,
    /// With `{name}` where a value goes.
    pub path: String,
    /// The operation's id.
    pub id: String,
}

#[derive(OpenApi)]
#[openapi(info(
    title = "Kentongan",
    description = "Service desk of a local government: tickets from Tier 1 at every Perangkat Daerah to Tier 2 at the Dinas.",
    license(name = "Apache-2.0", identifier = "Apache-2.0")
))]
struct Base;

static DOCUMENT: LazyLock<Value> = LazyLock::new(generate);

/// The document.
pub fn document() -> &'static Value {
    &DOCUMENT
}

/// The document as text, the same on every instance.
pub fn text() -> String {
    serde_json::to_string_pretty(document()).expect("a JSON value is JSON")
}

/// Every operation, in the document's order.
pub fn operations() -> Vec<OperationName> {
    let paths = document()["paths"].as_object().into_iter().flatten();
    paths
        .flat_map(|(path, item)| {
            item.as_object().into_iter().flatten().map(move |(method, operation)| OperationName {
                method: method.to_uppercase(),
                path: path.clone(),
                id: operation["operationId"].as_str().unwrap_or_default().to_owned(),
            })
        })
        .collect()
}

/// Adds the document and the page to browse it: Swagger UI from its crate, nothing from elsewhere.
pub fn configure(config: &mut web::ServiceConfig) {
    static TEXT: LazyLock<String> = LazyLock::new(text);
    let serve = || async { HttpResponse::Ok().content_type("application/json").body(TEXT.as_str()) };
    config
        .service(web::resource("/api/v1/openapi.json").route(web::get().to(serve)))
        .service(web::redirect("/api/docs", "/api/docs/"))
        .service(
            SwaggerUi::new("/api/docs/{_:.*}").external_url_unchecked("/api/docs/openapi.json", document().clone()),
        );
}

/// Answers where no operation is: 405 if another method would find one, 404 otherwise.
pub async fn nothing_here(request: HttpRequest) -> Result<HttpResponse, Problem> {
    let allowed: Vec<String> =
        operations().into_iter().filter(|op| fits(&op.path, request.path())).map(|op| op.method).collect();
    if allowed.is_empty() {
        return Err(Problem::not_found());
    }
    let problem = Problem::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "method_not_allowed",
        format!("Alamat ini hanya menerima {}.", allowed.join(", ")),
    );
    let mut response = HttpResponse::from_error(problem);
    if let Ok(value) = header::HeaderValue::from_str(&allowed.join(", ")) {
        response.headers_mut().insert(header::ALLOW, value);
    }
    Ok(response)
}

fn fits(pattern: &str, path: &str) -> bool {
    let (pattern, path): (Vec<_>, Vec<_>) = (pattern.split('/').collect(), path.split('/').collect());
    pattern.len() == path.len()
        && pattern.iter().zip(path).all(|(part, actual)| part.starts_with('{') && !actual.is_empty() || *part == actual)
}

#[expect(clippy::indexing_slicing, reason = "a missing key of a JSON object is made by writing to it")]
fn generate() -> Value {
    let (_, generated) = App::new()
        .into_utoipa_app()
        .openapi(Base::openapi())
        .service(scope::scope(BASE).configure(routes::v1))
        .split_for_parts();
    let mut document = serde_json::to_value(generated).expect("the document has only string keys");
    let schemas = &mut document["components"]["schemas"];
    for (name, schema) in
        [(ProblemDocument::name(), ProblemDocument::schema()), (FieldProblem::name(), FieldProblem::schema())]
    {
        schemas[name.as_ref()] = serde_json::to_value(schema).expect("a schema has only string keys");
    }
    document["components"]["securitySchemes"] = json!({"bearer": {
        "type": "http",
        "scheme": "bearer",
        "description": "An access token of POST /api/v1/auth/token, or a personal API key.",
    }});
    for (path, item) in document["paths"].as_object_mut().into_iter().flatten() {
        for (method, operation) in item.as_object_mut().into_iter().flatten() {
            complete(path, method, operation);
        }
    }
    document
}

/// Adds what every operation of this kind has: security, headers, problem answers.
fn complete(path: &str, method: &str, operation: &mut Value) {
    let public = path.contains("/auth/");
    let writes = method != "get";
    let has_body = operation.get("requestBody").is_some();
    let in_ticket = path.contains("{ticket}");
    if !public {
        operation["security"] = json!([{"bearer": []}]);
    }
    let mut statuses = vec![400, 503];
    if public {
        statuses.extend([401, 429]);
    } else {
        statuses.extend([401, 403]);
    }
    if path.contains('{') {
        statuses.push(404);
    }
    if path.contains("{period}") || path.contains("{year}") {
        statuses.push(422);
    }
    if writes && !public {
        statuses.extend([409, 412, 422]);
    }
    if has_body {
        statuses.extend([413, 415, 422]);
    }
    if let Some(responses) = operation["responses"].as_object_mut() {
        for status in statuses {
            responses.entry(status.to_string()).or_insert_with(|| problem_response(status));
        }
    }
    let mut headers = Vec::new();
    if method == "post" && !public {
        headers.push(header_parameter(
            "Idempotency-Key",
            "Chosen by the client: the same key with the same request happens once, however often it is sent.",
            "^[!-~]{1,200}$",
        ));
    }
    if writes && !public && (in_ticket || changes_a_version(path, method, operation)) {
        headers.push(header_parameter(
            "If-Match",
            "The ETag that was read: refused with 412 if somebody changed it since.",
            r#"^(\*|"[0-9]{1,18}")$"#,
        ));
    }
    if !headers.is_empty() {
        let parameters = operation
            .as_object_mut()
            .map(|operation| operation.entry("parameters").or_insert_with(|| json!([])))
            .and_then(Value::as_array_mut);
        parameters.into_iter().for_each(|parameters| parameters.append(&mut headers));
    }
}

/// Whether what is changed has an ETag, as what was read before it.
fn changes_a_version(path: &str, method: &str, operation: &Value) -> bool {
    let responses = operation["responses"].as_object();
    let tagged = responses.is_some_and(|all| all.values().any(|one| one.pointer("/headers/ETag").is_some()));
    let adds = method == "post" && !path.contains('{');
    tagged && !adds
}

fn header_parameter(name: &str, description: &str, pattern: &str) -> Value {
    json!({
        "name": name,
        "in": "header",
        "required": false,
        "description": description,
        "schema": {"type": "string", "pattern": pattern},
    })
}

fn problem_response(status: u16) -> Value {
    let description = StatusCode::from_u16(status).ok().and_then(|s| s.canonical_reason()).unwrap_or("Problem");
    let mut response = Map::new();
    response.insert("description".to_owned(), json!(description));
    response.insert(
        "content".to_owned(),
        json!({"application/problem+json": {"schema": {"$ref": "#/components/schemas/ProblemDocument"}}}),
    );
    if [429, 503].contains(&status) {
        response.insert(
            "headers".to_owned(),
            json!({"Retry-After": {"description": "Seconds.", "schema": {"type": "integer"}}}),
        );
    }
    Value::Object(response)
}
