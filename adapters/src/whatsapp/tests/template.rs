//! Templates: what is checked before anything leaves, and what leaves.

use std::collections::BTreeMap;

use serde_json::json;
use studio_core::content::{Header, Parameters, Source, Template};

use super::super::{KnownTemplate, outbound::Found, template::Fill as _};

fn known() -> Vec<KnownTemplate> {
    serde_json::from_value(json!([
        {
            "id": "1", "name": "order", "language": "en_US", "status": "APPROVED", "category": "UTILITY",
            "components": [
                { "type": "HEADER", "format": "DOCUMENT" },
                { "type": "BODY", "text": "Hi {{1}}, your order {{2}} is on its way, {{1}}." },
                { "type": "FOOTER", "text": "Reply STOP to get none" },
                { "type": "BUTTONS", "buttons": [
                    { "type": "QUICK_REPLY", "text": "Stop" },
                    { "type": "URL", "text": "Track", "url": "https://shop.example/{{1}}" },
                    { "type": "PHONE_NUMBER", "text": "Call", "phone_number": "+4930" },
                    { "type": "COPY_CODE", "text": "Copy", "example": ["X"] },
                ] },
            ],
        },
        {
            "id": "2", "name": "hello", "language": "de", "status": "APPROVED", "category": "MARKETING",
            "parameter_format": "NAMED",
            "components": [
                { "type": "HEADER", "format": "TEXT", "text": "Hallo {{name}}" },
                { "type": "BODY", "text": "Bis {{day}}!" },
            ],
        },
        { "id": "3", "name": "plain", "language": "en", "status": "APPROVED", "components": [{ "type": "BODY", "text": "Hello" }] },
        { "id": "4", "name": "paused", "language": "en", "status": "PAUSED", "components": [{ "type": "BODY", "text": "Hello" }] },
        {
            "id": "5", "name": "visit", "language": "en", "status": "APPROVED",
            "components": [{ "type": "HEADER", "format": "LOCATION" }, { "type": "BODY", "text": "Visit us" }],
        },
    ]))
    .expect("templates as Meta lists them")
}

fn texts(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn order() -> Template {
    let source = Source::Url("https://shop.example/invoice.pdf".into());
    Template {
        name: "order".into(),
        language: "en_US".into(),
        parameters: Parameters {
            header: Some(Header::Document { source, name: "invoice.pdf".into() }),
            body: texts(&[("1", "Ada"), ("2", "17")]),
            buttons: BTreeMap::from([
                (0, "stop".to_owned()),
                (1, "t/17".to_owned()),
                (3, "SAVE10".to_owned()),
            ]),
        },
        when: None,
    }
}

fn hello() -> Template {
    Template {
        name: "hello".into(),
        language: "de".into(),
        parameters: Parameters {
            header: Some(Header::Text("Ada".into())),
            body: texts(&[("day", "Montag")]),
            buttons: BTreeMap::new(),
        },
        when: None,
    }
}

fn visit() -> Template {
    let header = Header::Location {
        latitude_microdegrees: 52_516_300,
        longitude_microdegrees: -13_377_700,
        name: "Shop".into(),
        address: "Pariser Platz, Berlin".into(),
    };
    let parameters = Parameters { header: Some(header), ..Parameters::default() };
    Template { name: "visit".into(), language: "en".into(), parameters, when: None }
}

#[test]
fn a_template_that_fits_is_rendered() {
    let known = known();
    let rendered = [
        order(),
        hello(),
        Template {
            name: "plain".into(),
            language: "en".into(),
            parameters: Parameters::default(),
            when: None,
        },
    ]
    .into_iter()
    .map(|template| {
        let approved = template.find(&known).expect("it exists");
        assert_eq!(template.check(approved), Vec::<String>::new());
        let header = template.file().map(|_| Found::Link("https://shop.example/invoice.pdf".into()));
        template.render(approved, header.as_ref())
    });
    insta::with_settings!({ snapshot_path => "../fixtures", prepend_module_to_snapshot => false }, {
        insta::assert_json_snapshot!("templates", rendered.collect::<Vec<_>>());
    });
}

#[test]
fn what_meta_would_refuse_is_said_before() {
    fn check(template: &Template, expected: &str) {
        let known = known();
        let said = match template.find(&known) {
            Ok(approved) => template.check(approved).join("; "),
            Err(why) => why,
        };
        assert!(said.contains(expected), "{said:?} does not say {expected:?}");
    }
    let with = |change: fn(&mut Template)| {
        let mut template = order();
        change(&mut template);
        template
    };
    check(&with(|template| template.name = "other".into()), "Meta knows no template “other”");
    check(&with(|template| template.language = "fr".into()), "does not exist in fr, only in en_US");
    check(&with(|template| template.parameters.header = None), "the head needs a parameter: document");
    check(
        &with(|template| template.parameters.header = Some(Header::Text("x".into()))),
        "has a head of the kind document",
    );
    check(&with(|template| drop(template.parameters.body.remove("2"))), "the body needs the parameter 2");
    check(
        &with(|template| drop(template.parameters.body.insert("3".into(), "x".into()))),
        "the body has no parameter 3",
    );
    check(&with(|template| drop(template.parameters.body.insert("1".into(), " ".into()))), "is empty");
    check(
        &with(|template| drop(template.parameters.body.insert("1".into(), "a\nb".into()))),
        "no line break",
    );
    check(
        &with(|template| drop(template.parameters.body.insert("1".into(), "a     b".into()))),
        "no more than four spaces",
    );
    check(
        &with(|template| drop(template.parameters.body.insert("1".into(), "x".repeat(600)))),
        "may have 1024",
    );
    check(&with(|template| drop(template.parameters.buttons.remove(&1))), "button 1 needs a parameter");
    check(&with(|template| drop(template.parameters.buttons.remove(&3))), "button 3 needs a parameter");
    check(
        &with(|template| drop(template.parameters.buttons.insert(2, "x".into()))),
        "button 2 takes no parameter",
    );
    check(&with(|template| drop(template.parameters.buttons.insert(9, "x".into()))), "there is no button 9");
    check(
        &with(|template| drop(template.parameters.buttons.insert(0, "x".repeat(129)))),
        "may have 128 bytes",
    );
    check(
        &with(|template| drop(template.parameters.buttons.insert(3, "x".repeat(16)))),
        "button 3 may have 15",
    );
    let zip = Source::Url("https://shop.example/invoice.zip".into());
    let mut packed = order();
    packed.parameters.header = Some(Header::Document { source: zip, name: "invoice.zip".into() });
    check(&packed, "the head takes another file: WhatsApp takes no files of the type application/zip");
    let mut long = hello();
    long.parameters.header = Some(Header::Text("x".repeat(60)));
    check(&long, "the head has 66 characters");
    let paused = Template {
        name: "paused".into(),
        language: "en".into(),
        parameters: Parameters::default(),
        when: None,
    };
    check(&paused, "is paused, and only approved ones can be sent");
    let mut plain = Template {
        name: "plain".into(),
        language: "en".into(),
        parameters: Parameters::default(),
        when: None,
    };
    plain.parameters.header = Some(Header::Image(Source::Url("https://a.example/a.png".into())));
    check(&plain, "has no head");
    plain.name = "visit".into();
    check(&plain, "has a head of the kind location");
    plain.parameters.header = None;
    check(&plain, "the head needs a parameter: location");
    let mut nowhere = visit();
    if let Some(Header::Location { address, .. }) = &mut nowhere.parameters.header {
        address.clear();
    }
    check(&nowhere, "the address of the head's place is empty");
}

#[test]
fn a_place_in_the_head_is_rendered() {
    let known = known();
    let visit = visit();
    let approved = visit.find(&known).expect("it exists");
    assert_eq!(approved.summary().header.as_deref(), Some("location"));
    assert_eq!(visit.check(approved), Vec::<String>::new());
    assert!(visit.file().is_none());
    assert_eq!(visit.text(approved), "Shop\nPariser Platz, Berlin\n\nVisit us");
    let place = json!({
        "latitude": "52.516300", "longitude": "-13.377700", "name": "Shop", "address": "Pariser Platz, Berlin",
    });
    let components = json!([{ "type": "header", "parameters": [{ "type": "location", "location": place }] }]);
    assert_eq!(visit.render(approved, None)["components"], components);
}

#[test]
fn a_value_that_looks_like_a_gap_is_read_as_it_is() {
    let check = |head: &str, body: &str, values: &[(&str, &str)], expected: &str| {
        let known: KnownTemplate = serde_json::from_value(json!({
            "name": "odd", "language": "en", "status": "APPROVED",
            "components": [{ "type": "HEADER", "format": "TEXT", "text": head }, { "type": "BODY", "text": body }],
        }))
        .expect("as Meta lists it");
        let header = head.contains("{{").then(|| Header::Text("{{1}} {{2}}".into()));
        let parameters = Parameters { header, body: texts(values), buttons: BTreeMap::new() };
        let template = Template { name: "odd".into(), language: "en".into(), parameters, when: None };
        assert_eq!((template.check(&known), template.text(&known)), (Vec::new(), expected.to_owned()));
    };
    check("Hi", "A {{1}} B {{2}}", &[("1", "{{2}}"), ("2", "x")], "Hi\n\nA {{2}} B x");
    check(
        "Hi {{1}}",
        "{{2}}{{1}}{{2}}",
        &[("1", "{{2}}"), ("2", "{{1}}")],
        "Hi {{1}} {{2}}\n\n{{1}}{{2}}{{1}}",
    );
    check("Hi", "{{day}} {{not a gap}} {{", &[("day", "{{")], "Hi\n\n{{ {{not a gap}} {{");
    // Filled one after the other it would be longer than Meta takes.
    let long = "x".repeat(600);
    let expected = format!("Hi\n\n{{{{2}}}}{{{{2}}}} {long}");
    check("Hi", "{{1}}{{1}} {{2}}", &[("1", "{{2}}"), ("2", long.as_str())], &expected);
}

#[test]
fn only_kinds_whose_parameters_are_known_are_sent() {
    let check = |components: &[serde_json::Value], expected: Option<&str>| {
        let mut all = vec![json!({ "type": "BODY", "text": "Hello" })];
        all.extend_from_slice(components);
        let known: KnownTemplate = serde_json::from_value(json!({
            "name": "plain", "language": "en", "status": "APPROVED",
            "components": all,
        }))
        .expect("as Meta lists it");
        let template = Template {
            name: "plain".into(),
            language: "en".into(),
            parameters: Parameters::default(),
            when: None,
        };
        let expected = expected.map(|kinds| {
            format!(
                "the studio cannot send a template with {kinds}: use another one, or send it from the WhatsApp Manager"
            )
        });
        assert_eq!(known.summary().unsendable, expected);
        assert_eq!(template.check(&known), expected.into_iter().collect::<Vec<_>>());
    };
    let below = |kind: &str| json!({ "type": "BUTTONS", "buttons": [{ "type": kind, "text": "Go" }] });
    let card = json!({ "components": [{ "type": "HEADER", "format": "IMAGE" }, { "type": "BODY", "text": "{{1}}" }] });
    check(&[json!({ "type": "CAROUSEL", "cards": [card] })], Some("a carousel (CAROUSEL)"));
    check(
        &[
            json!({ "type": "limited_time_offer", "limited_time_offer": { "text": "Soon", "has_expiration": true } }),
        ],
        Some("a limited-time offer (LIMITED_TIME_OFFER)"),
    );
    check(&[json!({ "type": "A_NEW_ONE" })], Some("a component of the kind A_NEW_ONE"));
    check(&[json!({ "type": "HEADER", "format": "PRODUCT" })], Some("a head of the kind PRODUCT"));
    for (kind, expected) in [
        ("FLOW", "a button that opens a form (FLOW)"),
        ("ORDER_DETAILS", "a button to pay an order (ORDER_DETAILS)"),
        ("MPM", "a list of products (MPM)"),
        ("SPM", "a product (SPM)"),
        ("APP", "a button that opens an app (APP)"),
        ("otp", "a button for a code that is used once (OTP)"),
        ("A_NEW_ONE", "a button of the kind A_NEW_ONE"),
    ] {
        check(&[below(kind)], Some(expected));
    }
    for kind in ["PHONE_NUMBER", "VOICE_CALL", "CATALOG"] {
        check(&[below(kind)], None);
    }
    // Each is named once.
    let flow = json!({ "type": "FLOW", "text": "Go" });
    let buttons = json!({ "type": "BUTTONS", "buttons": [flow, flow, { "type": "URL", "text": "Go" }] });
    check(
        &[json!({ "type": "CAROUSEL" }), buttons],
        Some("a button that opens a form (FLOW), a carousel (CAROUSEL)"),
    );
    for kind in ["PHONE_NUMBER", "QUICK_REPLY", "url"] {
        check(&[below(kind), json!({ "type": "FOOTER", "text": "Bye" })], None);
    }
}

/// Made with a button of the kind `OTP`, it is listed by Meta with one of the kind `URL`.
#[test]
fn an_authentication_template_is_sent_with_its_code() {
    let url = "https://www.whatsapp.com/otp/code/?otp_type=COPY_CODE&code=otp{{1}}";
    let known: KnownTemplate = serde_json::from_value(json!({
        "name": "code", "language": "en", "status": "APPROVED", "category": "AUTHENTICATION",
        "components": [
            { "type": "BODY", "text": "*{{1}}* is your verification code.", "add_security_recommendation": true },
            { "type": "BUTTONS", "buttons": [{ "type": "URL", "text": "Copy code", "url": url }] },
        ],
    }))
    .expect("as Meta lists it");
    assert_eq!((known.summary().unsendable, known.summary().buttons), (None, vec![0]));
    let parameters = Parameters {
        header: None,
        body: texts(&[("1", "123456")]),
        buttons: BTreeMap::from([(0, "123456".to_owned())]),
    };
    let template = Template { name: "code".into(), language: "en".into(), parameters, when: None };
    assert_eq!(template.check(&known), Vec::<String>::new());
    let code = json!([{ "type": "text", "text": "123456" }]);
    let expected = json!([
        { "type": "body", "parameters": code },
        { "type": "button", "sub_type": "url", "index": "0", "parameters": code },
    ]);
    assert_eq!(template.render(&known, None)["components"], expected);
}
