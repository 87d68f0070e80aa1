//! What is asked of the place that an answer redirects to?

use reqwest::{
    Method, StatusCode,
    header::{ACCEPT, ACCEPT_LANGUAGE, CONTENT_TYPE, HeaderMap, LOCATION, USER_AGENT},
};
use url::Url;

use super::EgressError;

/// A request, as far as redirects change it.
#[derive(Clone, Debug, PartialEq)]
pub struct Asked {
    pub url: Url,
    pub method: Method,
    pub headers: HeaderMap,
    /// Whether the body goes along.
    pub body: bool,
}

/// The request that follows from an answer, or `None` if the answer is no redirect.
pub fn next(asked: &Asked, status: StatusCode, answer: &HeaderMap) -> Result<Option<Asked>, EgressError> {
    if !matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308) {
        return Ok(None);
    }
    let Some(location) = answer.get(LOCATION) else { return Ok(None) };
    let host = asked.url.host_str().unwrap_or_default();
    let url = location.to_str().ok().and_then(|location| asked.url.join(location).ok());
    let Some(mut url) = url else {
        return Err(EgressError::Refused(format!("{host} redirects to something that is no address")));
    };
    if asked.url.scheme() == "https" && url.scheme() == "http" {
        return Err(EgressError::Refused(format!(
            "{host} redirects from https to http: what was meant to be encrypted would not be"
        )));
    }
    if url.fragment().is_none() {
        url.set_fragment(asked.url.fragment());
    }
    let mut next = Asked { url, ..asked.clone() };
    let becomes_get = match status.as_u16() {
        303 => next.method != Method::HEAD,
        301 | 302 => next.method == Method::POST,
        _ => false,
    };
    if becomes_get {
        next.method = Method::GET;
        next.body = false;
        let describing: Vec<_> =
            next.headers.keys().filter(|name| name.as_str().starts_with("content-")).cloned().collect();
        for name in describing {
            next.headers.remove(name);
        }
    }
    if next.url.origin() != asked.url.origin() {
        // Any header of the author's may be a key: only those that cannot be go to another origin.
        let harmless = [ACCEPT, ACCEPT_LANGUAGE, CONTENT_TYPE, USER_AGENT];
        let kept =
            harmless.into_iter().filter_map(|name| Some((name.clone(), next.headers.get(&name)?.clone())));
        next.headers = kept.collect();
    }
    Ok(Some(next))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let pair = |(name, value): &(&'static str, &'static str)| {
            (name.parse().expect("a name"), value.parse().expect("a value"))
        };
        pairs.iter().map(pair).collect()
    }

    fn follow(method: Method, status: u16, from: &str, to: &str) -> Result<Option<Asked>, EgressError> {
        let headers_sent = headers(&[
            ("authorization", "secret"),
            ("cookie", "secret"),
            ("x-api-key", "secret"),
            ("content-type", "application/json"),
            ("accept", "*/*"),
        ]);
        let asked = Asked { url: from.parse().expect("a URL"), method, headers: headers_sent, body: true };
        let status = StatusCode::from_u16(status).expect("a status");
        next(&asked, status, &HeaderMap::from_iter([(LOCATION, to.parse().expect("a value"))]))
    }

    #[test]
    fn methods_change_as_the_standard_says() {
        let check = |method: Method, status, expected: Option<(Method, bool)>| {
            let followed = follow(method.clone(), status, "http://a.example/x", "/y").expect("followed");
            let found = followed.map(|next| {
                assert_eq!(next.url.as_str(), "http://a.example/y");
                assert_eq!(next.headers.contains_key("content-type"), next.body, "{method} {status}");
                (next.method, next.body)
            });
            assert_eq!(found, expected, "{method} {status}");
        };
        for status in [301, 302] {
            check(Method::POST, status, Some((Method::GET, false)));
            check(Method::PUT, status, Some((Method::PUT, true)));
        }
        check(Method::POST, 303, Some((Method::GET, false)));
        check(Method::DELETE, 303, Some((Method::GET, false)));
        check(Method::HEAD, 303, Some((Method::HEAD, true)));
        for status in [307, 308] {
            check(Method::POST, status, Some((Method::POST, true)));
        }
        for status in [200, 300, 304, 404] {
            check(Method::GET, status, None);
        }
    }

    #[test]
    fn secrets_stay_with_their_origin() {
        let check = |from: &str, to: &str, kept: bool| {
            let next = follow(Method::GET, 307, from, to).expect("followed").expect("a redirect");
            for name in ["authorization", "cookie", "x-api-key"] {
                assert_eq!(next.headers.contains_key(name), kept, "{name} from {from} to {to}");
            }
            assert!(next.headers.contains_key("accept") && next.headers.contains_key("content-type"));
        };
        check("https://a.example/", "/other", true);
        check("https://a.example/", "https://A.EXAMPLE:443/other", true);
        check("https://a.example/", "https://b.example/", false);
        check("https://a.example/", "https://a.example:8443/", false);
        check("http://a.example/", "https://a.example/", false);
        check("https://a.example/", "//b.example/", false);
    }

    #[test]
    fn encryption_is_not_given_up() {
        let refused = follow(Method::GET, 302, "https://a.example/", "http://a.example/");
        assert!(matches!(refused, Err(EgressError::Refused(reason)) if reason.contains("https to http")));
    }
}
