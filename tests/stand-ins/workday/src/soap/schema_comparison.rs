//! Compares the hand-made tables with Workday's schema, element by element, where the schema is at hand.

use std::path::{Path, PathBuf};

use roxmltree::{Document, Node};

use super::{
    schema::{Element, Kind, Particle, Type},
    simple::Simple,
    tables::request_type,
};

const OPERATIONS: [&str; 8] = [
    "Get_Job_Requisitions",
    "Get_Evergreen_Requisitions",
    "Get_Candidates",
    "Get_Assess_Candidate",
    "Assess_Candidate",
    "Put_Candidate_Attachment",
    "Get_Candidate_Attachments",
    "Move_Candidate",
];

#[test]
fn the_tables_say_what_the_schema_says() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..");
    let shared = std::env::var_os("CONTRACT_SHARED").map_or_else(|| root.join("../shared"), PathBuf::from);
    let Ok(text) = std::fs::read_to_string(shared.join("workday/Recruiting_v45.2.xsd")) else {
        eprintln!("notice: Workday's schema is not at hand, the tables are not compared with it");
        return;
    };
    let document = Document::parse(&text).unwrap();
    let schema = document.root_element();
    for operation in OPERATIONS {
        let (name, rule) = request_type(&format!("{operation}_Request")).unwrap();
        assert_eq!(name, operation);
        compare(schema, &format!("{operation}_RequestType"), rule);
    }
}

fn compare(schema: Node<'_, '_>, type_name: &str, rule: &Type) {
    let definition = named(schema, "complexType", type_name);
    let attributes: Vec<&str> = parts(definition, "attribute")
        .map(|attribute| local(attribute.attribute("name").or(attribute.attribute("ref")).unwrap()))
        .collect();
    let known: Vec<&str> = rule.attributes.iter().map(|(name, _)| *name).collect();
    assert_eq!(attributes, known, "attributes of {type_name}");
    let sequence = parts(definition, "sequence").next().unwrap();
    let places: Vec<Node<'_, '_>> = sequence
        .children()
        .filter(|place| ["element", "choice"].contains(&place.tag_name().name()))
        .collect();
    assert_eq!(places.len(), rule.content.len(), "{type_name}");
    for (place, particle) in places.into_iter().zip(rule.content) {
        match particle {
            Particle::One(element) => compare_element(schema, type_name, place, element),
            Particle::Choice(options) => {
                assert_eq!(place.tag_name().name(), "choice", "{type_name}");
                let declared: Vec<Node<'_, '_>> = parts(place, "element").collect();
                assert_eq!(declared.len(), options.len(), "choice of {type_name}");
                for (declaration, option) in declared.into_iter().zip(*options) {
                    compare_element(schema, type_name, declaration, option);
                }
            }
        }
    }
}

fn compare_element(schema: Node<'_, '_>, parent: &str, declaration: Node<'_, '_>, element: &Element) {
    let place = format!("{} of {parent}", element.name);
    assert_eq!(declaration.attribute("name"), Some(element.name), "{place}");
    let least = declaration.attribute("minOccurs").map_or(1, |text| text.parse().unwrap());
    assert_eq!(least, element.least, "{place}");
    let most = match declaration.attribute("maxOccurs") {
        None => 1,
        Some("unbounded") => usize::MAX,
        Some(text) => text.parse().unwrap(),
    };
    assert_eq!(most, element.most, "{place}");
    let declared = declaration.attribute("type").map(local);
    match &element.kind {
        Kind::Complex(rule) => compare(schema, declared.unwrap(), rule),
        Kind::Reference(id_types) => compare_id_types(schema, declared.unwrap(), id_types, &place),
        Kind::Simple(simple) => compare_simple(declaration, declared, *simple, &place),
    }
}

fn compare_id_types(schema: Node<'_, '_>, declared: &str, id_types: &[&str], place: &str) {
    let kind = declared.strip_suffix("ObjectType").unwrap();
    let definition = named(schema, "simpleType", &format!("{kind}ReferenceEnumeration"));
    let mut allowed: Vec<&str> = definition.descendants().filter_map(|node| node.attribute("value")).collect();
    let mut known = id_types.to_vec();
    allowed.sort_unstable();
    known.sort_unstable();
    assert_eq!(allowed, known, "{place}");
}

fn compare_simple(declaration: Node<'_, '_>, declared: Option<&str>, simple: Simple, place: &str) {
    let facet = |name: &str| -> Option<usize> {
        declaration
            .descendants()
            .find(|node| node.tag_name().name() == name)
            .and_then(|node| node.attribute("value"))
            .map(|text| text.parse().unwrap())
    };
    match simple {
        Simple::Text => assert_eq!(declared, Some("string"), "{place}"),
        Simple::Boolean => assert_eq!(declared, Some("boolean"), "{place}"),
        Simple::Date => assert_eq!(declared, Some("date"), "{place}"),
        Simple::Moment => assert_eq!(declared, Some("dateTime"), "{place}"),
        Simple::Base64 => assert_eq!(declared, Some("base64Binary"), "{place}"),
        Simple::TextUpTo(most) => assert_eq!(facet("maxLength"), Some(most), "{place}"),
        Simple::Decimal { digits, fraction } => {
            assert_eq!(
                (facet("totalDigits"), facet("fractionDigits")),
                (Some(digits), Some(fraction)),
                "{place}"
            );
            assert_eq!(facet("minInclusive"), None, "{place}");
        }
        Simple::Whole { digits } => {
            assert_eq!((facet("totalDigits"), facet("fractionDigits")), (Some(digits), Some(0)), "{place}");
            assert_eq!(facet("minInclusive"), Some(0), "{place}");
        }
    }
}

fn named<'a, 'i>(schema: Node<'a, 'i>, tag: &str, name: &str) -> Node<'a, 'i> {
    schema
        .children()
        .find(|node| node.tag_name().name() == tag && node.attribute("name") == Some(name))
        .unwrap_or_else(|| panic!("{tag} {name} is not in the schema"))
}

fn parts<'a, 'i: 'a>(node: Node<'a, 'i>, tag: &'static str) -> impl Iterator<Item = Node<'a, 'i>> {
    node.children().filter(move |child| child.tag_name().name() == tag)
}

fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}
