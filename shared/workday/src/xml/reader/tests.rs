//! The reader on honest, odd and hostile documents.

use super::*;

fn refused(document: &str) -> ReadError {
    parse(document).unwrap_err()
}

#[test]
fn any_prefix_and_the_default_namespace_mean_the_same() {
    for document in [
        "<wd:a xmlns:wd='urn:com.workday/bsvc'><wd:b wd:type='t'>x</wd:b></wd:a>",
        "<bsvc:a xmlns:bsvc='urn:com.workday/bsvc'><bsvc:b bsvc:type='t'>x</bsvc:b></bsvc:a>",
        "<a xmlns='urn:com.workday/bsvc'><b type='t'>x</b></a>",
        "<a xmlns='urn:com.workday/bsvc' xmlns:n='urn:com.workday/bsvc'><b n:type='t'>x</b></a>",
        "\u{feff}<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<a xmlns='urn:com.workday/bsvc'><!-- c --><?p i?><b type='t'>x</b></a>\n",
    ] {
        let root = parse(document).unwrap();
        assert!(root.is(Namespace::Workday, "a"), "{document}");
        let child = root.child("b").unwrap();
        assert_eq!((child.text(), child.attribute("type")), (Some("x"), Some("t")), "{document}");
    }
}

#[test]
fn other_namespaces_are_told_apart() {
    let root = parse(
        "<S:a xmlns:S='http://schemas.xmlsoap.org/soap/envelope/' xmlns:f='urn:f' f:type='foreign' xml:lang='en'>
         <b>none</b><f:b>foreign</f:b><b xmlns='urn:com.workday/bsvc'>workday</b></S:a>",
    )
    .unwrap();
    assert!(root.is(Namespace::Soap, "a"));
    assert_eq!(root.attribute("type"), None);
    assert_eq!(root.text_of("b").as_deref(), Some("workday"));
    let namespaces: Vec<_> = root.all().map(|child| child.namespace).collect();
    assert_eq!(namespaces, [Namespace::None, Namespace::Foreign, Namespace::Workday]);
}

#[test]
fn text_is_unescaped_joined_and_cleaned() {
    let root = parse("<a b='&lt;&#65;&quot;'> &lt;&gt;&amp;&quot;&apos;&#x41;&#66;<![CDATA[<&amp;>]]>&#x8;&#xFFFE;\r\nz </a>").unwrap();
    assert_eq!(root.text(), Some("<>&\"'AB<&amp;>\nz"));
    assert_eq!(root.attribute("b"), Some("<A\""));
    assert_eq!(parse("<a> \n </a>").unwrap().text(), None);
}

#[test]
fn flags_and_paths() {
    let root = parse("<a xmlns='urn:com.workday/bsvc'><b><c>1</c><d>true</d><e>0</e><f>yes</f><g/></b></a>").unwrap();
    let b = root.at(&["b"]).unwrap();
    assert!(b.flag_of("c") && b.flag_of("d"));
    assert!(!b.flag_of("e") && !b.flag_of("f") && !b.flag_of("g") && !b.flag_of("h"));
    assert_eq!(root.at(&["b", "c"]).unwrap().text(), Some("1"));
    assert!(root.at(&["c", "b"]).is_none());
    assert!(!format!("{root:?}").contains("true"), "texts stay out of Debug");
}

#[test]
fn document_types_and_entities_are_refused() {
    let bomb = "<!DOCTYPE a [<!ENTITY x 'xxxxxxxxxx'><!ENTITY y '&x;&x;'>]><a>&y;</a>";
    assert_eq!(refused(bomb), ReadError::DocumentType);
    assert_eq!(refused("<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>"), ReadError::DocumentType);
    assert_eq!(refused("<!DOCTYPE a [<!ENTITY "), ReadError::DocumentType);
    assert_eq!(refused("<a/><!DOCTYPE a>"), ReadError::DocumentType);
    assert_eq!(refused("<a>&nbsp;</a>"), ReadError::UnknownEntity);
    assert_eq!(refused("<a b='&nbsp;'/>"), ReadError::NotWellFormed);
}

#[test]
fn half_characters_are_joined_or_replaced_wherever_they_stand() {
    for (written, read) in [
        ("Dana &#55356;&#57221;", "Dana \u{1F385}"),
        ("&#xD83C;&#xdf85;&#65;", "\u{1F385}A"),
        ("Dana &#55356;", "Dana \u{FFFD}"),
        ("&#57221;&#55356; Dana", "\u{FFFD}\u{FFFD} Dana"),
        ("&#55356;&#55356;&#57221;", "\u{FFFD}\u{1F385}"),
        ("&#55356;&amp;&#0;&#x110000;", "\u{FFFD}&\u{FFFD}\u{FFFD}"),
    ] {
        let root = parse(&format!("<a b='{written}'>{written}</a>")).unwrap();
        assert_eq!((root.text(), root.attribute("b")), (Some(read), Some(read)), "{written}");
    }
    for broken in ["&#;", "&#x;", "&#-1;", "&#+65;", "&#9999999999;", "&#65"] {
        assert_eq!(refused(&format!("<a>{broken}</a>")), ReadError::NotWellFormed, "{broken}");
    }
    // In time that grows with the document and no faster.
    let endless = "&#".repeat(500_000);
    assert_eq!(
        parse(&format!("<a><![CDATA[{endless}]]></a>")).unwrap().text(),
        Some(endless.as_str())
    );
}

#[test]
fn what_is_not_well_formed_is_refused() {
    for document in [
        "<a></b>",
        "<a/><b/>",
        "<a/>x",
        "x<a/>",
        "</a>",
        "<a><b></a></b>",
        "<p:a/>",
        "<a p:b='c'/>",
        "<a b='1' b='2'/>",
        "<a b=1/>",
    ] {
        assert_eq!(refused(document), ReadError::NotWellFormed, "{document}");
    }
}

#[test]
fn every_cut_is_noticed() {
    let document = "<wd:a xmlns:wd='urn:com.workday/bsvc'><wd:b wd:t='1'>x&amp;<![CDATA[y]]><!-- z --></wd:b></wd:a>";
    assert!(parse(document).is_ok());
    for length in 0..document.len() {
        assert_eq!(refused(&document[..length]), ReadError::Unfinished, "{length}");
    }
    assert_eq!(refused("<a>b & c</a>"), ReadError::NotWellFormed);
}

#[test]
fn depth_nodes_attributes_and_namespaces_are_limited() {
    let nested = |depth: usize| "<a>".repeat(depth) + &"</a>".repeat(depth);
    assert!(parse(&nested(MAX_DEPTH)).is_ok());
    assert_eq!(refused(&nested(MAX_DEPTH + 1)), ReadError::TooLarge);

    let wide = |nodes: usize| format!("<r>{}</r>", "<a/>".repeat(nodes - 1));
    assert!(parse(&wide(MAX_NODES)).is_ok());
    assert_eq!(refused(&wide(MAX_NODES + 1)), ReadError::TooLarge);

    let attributes = |count: usize| {
        let list: Vec<String> = (0..count).map(|number| format!("a{number}=''")).collect();
        format!("<r {}/>", list.join(" "))
    };
    assert!(parse(&attributes(MAX_ATTRIBUTES)).is_ok());
    assert_eq!(refused(&attributes(MAX_ATTRIBUTES + 1)), ReadError::TooLarge);

    let bindings: Vec<String> = (0..60).map(|number| format!("xmlns:n{number}='urn:{number}'")).collect();
    let bindings = bindings.join(" ");
    assert!(parse(&format!("<r {bindings}/>")).is_ok());
    assert_eq!(
        refused(&format!("<r {bindings}><r {bindings}><r {bindings}/></r></r>")),
        ReadError::NotWellFormed
    );
}

#[test]
fn no_mutation_of_a_document_panics() {
    let document = "<?xml version='1.0'?><S:E xmlns:S='http://schemas.xmlsoap.org/soap/envelope/'><S:B><wd:a \
                    xmlns:wd='urn:com.workday/bsvc' wd:t=\"1\">x&amp;&#65;<![CDATA[y]]><!-- z --><b/></wd:a></S:B></S:E>";
    let alphabet = [
        '<',
        '>',
        '&',
        ';',
        '"',
        '\'',
        '/',
        '!',
        '?',
        '[',
        ']',
        '-',
        '#',
        ':',
        '=',
        ' ',
        'x',
        '\u{0}',
        'é',
        '\u{1F600}',
    ];
    // A linear congruential generator: the same sequence in every run.
    let mut state = 0x2545_F491_4F6C_DD1D_u64;
    let mut random = |bound: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % bound
    };
    for _ in 0..20_000 {
        let mut characters: Vec<char> = document.chars().collect();
        for _ in 0..=random(4) {
            let at = random(characters.len());
            match random(3) {
                0 => characters[at] = alphabet[random(alphabet.len())],
                1 => characters.insert(at, alphabet[random(alphabet.len())]),
                _ => drop(characters.remove(at)),
            }
        }
        let mutated: String = characters.into_iter().collect();
        // Whatever the outcome, it is a value.
        drop(parse(&mutated));
    }
}
