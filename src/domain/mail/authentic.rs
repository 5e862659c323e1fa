//! Whether the mail server found that a message is from the domain of its author
//! (Authentication-Results, RFC 8601). Only what our own server wrote counts: anybody can write such a line.

use super::incoming::Incoming;

/// Whether `server` confirms the author of a message: DMARC passed, or SPF or DKIM for the author's domain.
pub fn is_authentic(message: &Incoming, server: &str) -> bool {
    let Some((_, domain)) = message.sender().rsplit_once('@') else { return false };
    // The topmost line of our server: what stands below it came with the message.
    let ours = message.all("authentication-results").find(|value| server_of(value).eq_ignore_ascii_case(server));
    ours.is_some_and(|value| without_comments(value).split(';').skip(1).any(|result| confirms(result, domain)))
}

fn server_of(value: &str) -> &str {
    value.split(';').next().unwrap_or_default().split_whitespace().next().unwrap_or_default()
}

/// One result: `dkim=pass header.d=contoh.go.id header.s=mail`.
fn confirms(result: &str, domain: &str) -> bool {
    let mut words = result.split_whitespace().filter_map(|word| word.split_once('='));
    let Some((method, "pass")) = words.next() else { return false };
    let facts: Vec<(&str, &str)> = words.collect();
    let named = |key: &str| facts.iter().find(|(name, _)| *name == key).map(|(_, value)| value.trim_matches('"'));
    match method {
        "dmarc" => named("header.from").is_none_or(|from| from.eq_ignore_ascii_case(domain)),
        "dkim" => [named("header.d"), named("header.i")].into_iter().flatten().any(|by| is_aligned(by, domain)),
        "spf" => named("smtp.mailfrom").is_some_and(|by| is_aligned(by, domain)),
        _ => false,
    }
}

/// The same domain, or the author's is below the one that signed (RFC 7489, 3.1, more narrowly).
fn is_aligned(by: &str, domain: &str) -> bool {
    let by = by.rsplit('@').next().unwrap_or_default().to_lowercase();
    !by.is_empty() && by.contains('.') && (domain == by || domain.ends_with(&format!(".{by}")))
}

fn without_comments(value: &str) -> String {
    let mut depth = 0_u32;
    value
        .chars()
        .filter(|c| {
            match c {
                '(' => depth += 1,
                ')' if depth > 0 => {
                    depth -= 1;
                    return false;
                }
                _ => {}
            }
            depth == 0
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_servers_word_for_the_authors_domain_counts() {
        for (lines, expected) in [
            (vec![], false),
            (vec!["mx.contoh.go.id; dmarc=pass (p=REJECT) header.from=contoh.go.id"], true),
            (vec!["MX.contoh.go.id 1; dmarc=pass header.from=contoh.go.id"], true),
            (vec!["mx.contoh.go.id; dmarc=fail header.from=contoh.go.id"], false),
            (vec!["mx.contoh.go.id; dmarc=pass header.from=lain.example"], false),
            (vec!["mx.lain.example; dmarc=pass header.from=contoh.go.id"], false),
            (vec!["mx.contoh.go.id; spf=pass smtp.mailfrom=budi@contoh.go.id"], true),
            (vec!["mx.contoh.go.id; spf=pass smtp.mailfrom=bounce@mail.lain.example"], false),
            (vec!["mx.contoh.go.id; dkim=pass header.d=contoh.go.id; spf=fail smtp.mailfrom=x@y.example"], true),
            (vec!["mx.contoh.go.id; dkim=pass header.d=go.id"], true),
            (vec!["mx.contoh.go.id; dkim=pass header.d=id"], false),
            (vec!["mx.contoh.go.id; dkim=pass header.d=xcontoh.go.id"], false),
            (vec!["mx.contoh.go.id; dkim=fail (dmarc=pass header.from=contoh.go.id)"], false),
            (vec!["mx.contoh.go.id; none"], false),
            // The upper line is our server's; the lower came with the message.
            (vec!["mx.contoh.go.id; dmarc=fail", "mx.contoh.go.id; dmarc=pass header.from=contoh.go.id"], false),
        ] {
            let headers = lines.iter().map(|line| ("authentication-results".to_owned(), (*line).to_owned())).collect();
            let from = Some(("budi@contoh.go.id".to_owned(), String::new()));
            let message = Incoming { headers, from, ..Incoming::default() };
            assert_eq!(is_authentic(&message, "mx.contoh.go.id"), expected, "{lines:?}");
        }
    }
}
