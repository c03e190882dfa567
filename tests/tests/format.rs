//! The second reader: it knows `crates/replica/FORMAT.md` and nothing of the product's code, so that the
//! format is what the document says and not what the code happens to do.

#![allow(clippy::unwrap_used, reason = "a test stops where something is missing")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use argon2::{Algorithm, Argon2, Params, Version};
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305};
use ciborium::Value;
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};

/// Shapes in the words of FORMAT.md. A map is `{key:type …}`, an array of fixed places `(type …)`, `?` marks
/// what may be absent. `[t` is a list of t, `a|b` one of two, `e6` an enum of 1 to 6, `b16` bytes.
const SHAPES: &[(&str, &str)] = &[
    ("common", "{0:b16 1:b16 ?2:b16 ?3:b16 ?4:b16 5:i ?6:t 7:[b16 8:[posting}"),
    ("posting", "(u dimension unit i)"),
    ("dimension", "null|b16|t"),
    ("unit", "t|goods"),
    ("goods", "(b16 t|null e4)"),
    ("sealed_ref", "(b16 e8 u)"),
    ("scope", "(u b16)"),
    ("stream_head", "(b16 b8 u b32)"),
    ("denomination", "(i i)"),
    ("cash_at", "(e14 b16)"),
    ("transfer_found", "(b16 i)"),
    ("discount", "(e2 [i)"),
    ("tax_line", "{0:t 1:i 2:i 3:i}"),
    ("tender_line", "{0:e4 1:b16 2:i 3:i 4:i ?5:b16}"),
    (
        "line",
        "{0:u 1:b16 ?2:t 3:i 4:e4 ?5:i ?6:t 7:i ?8:i ?9:t ?10:discount 11:i 12:i 13:i 14:t 15:i 16:f \
         ?17:refund_of ?18:t ?19:b 20:f ?21:i ?22:[line_lot ?23:t}",
    ),
    ("line_lot", "{?0:t ?1:i 2:i}"),
    ("refund_of", "(b16 u)"),
    ("voided", "(b16 i i)"),
    ("counted", "(e4 i)"),
    ("result", "(e4 i i i)"),
    ("tender_figure", "(e4 i i)"),
    (
        "figures",
        "{0:i 1:i 2:i 3:i 4:i 5:i 6:i 7:i 8:[tax_line 9:[tender_figure 10:i 11:i 12:i 13:i 14:i 15:i 16:i \
         17:u 18:u 19:i 20:i 21:i ?22:i ?23:i}",
    ),
    ("received", "{0:b16 ?1:t ?2:i 3:i ?4:i ?5:i ?6:i}"),
    ("moved", "{0:b16 ?1:t ?2:i 3:i}"),
    ("header", "(u b16 b8 scope u b32 u u i i u b32 [b32)"),
    ("sealed_part", "(b16 b24 b)"),
    ("record", "(b b [sealed_part|null)"),
    ("signed_stream", "(b16 b8 scope u b32 b64 [record)"),
    ("rank", "(u b16 b8)"),
    ("invitation_file", "(t b b16 b24 b)"),
    ("invitation", "{0:b32 1:b16 2:b16 3:b16 4:b16 5:u 6:[signed_stream ?7:[signed_head}"),
    ("signed_head", "((b16 b8 scope u b32) b64)"),
    ("invitation_secrets", "{0:b32 1:b32 2:[subject_key}"),
    ("subject_key", "(b16 b32)"),
    ("receipt", "{0:common 1:[sealed_ref 2:u 3:[line ?4:discount 5:[tax_line 6:[tender_line 7:i 8:i ?32:i}"),
    ("movement", "{0:common 1:[sealed_ref 2:t 3:i}"),
];

/// The kinds and their bodies.
const KINDS: &[(u64, &str)] = &[
    (1, "{2:b16 3:b8 4:b32 5:b32 6:scope ?7:t ?8:stream_head ?9:b64}"),
    (2, "{0:common 1:[sealed_ref 2:b16 3:b16}"),
    (3, "{0:common 1:[sealed_ref 2:b16 3:t 4:t 5:t 6:t 7:u}"),
    (4, "{0:common 1:[sealed_ref 2:b16 3:e6}"),
    (5, "{0:common 1:[sealed_ref 2:b16 3:e6}"),
    (6, "{0:common 1:[sealed_ref 2:b16}"),
    (7, "{0:common 1:[sealed_ref 2:b16 3:b32 4:b16 5:b16 6:u 7:b32}"),
    (8, "{0:common 1:[sealed_ref 2:b16 3:b8 4:b32 5:b32 6:b16 7:b16 8:u ?9:b16 ?10:b64}"),
    (9, "{0:common 1:[sealed_ref 2:b16 3:b8 4:u 5:u}"),
    (10, "{2:t 3:u 4:b 5:b16}"),
    (20, "{0:common 1:[sealed_ref 2:b16 3:b16 4:[denomination 5:i 6:i ?7:i ?8:[transfer_found}"),
    (21, "receipt"),
    (22, "receipt"),
    (23, "receipt"),
    (24, "{0:common 1:[sealed_ref 2:b16 3:u 4:b16 5:i 6:i}"),
    (25, "{0:common 1:[sealed_ref 2:b16 3:[voided 4:i}"),
    (26, "{0:common 1:[sealed_ref 2:b16 3:u 4:i}"),
    (27, "{0:common 1:[sealed_ref 2:b16}"),
    (28, "movement"),
    (29, "movement"),
    (32, "movement"),
    (33, "{0:common 1:[sealed_ref 2:u 3:b16 4:[denomination 5:i 6:[counted ?7:t 8:f ?9:[b16}"),
    (34, "{0:common 1:[sealed_ref 2:b16 3:b16 4:[result ?5:t 6:[denomination 7:i 8:i 9:[stream_head ?10:t}"),
    (35, "{0:common 1:[sealed_ref 2:u 3:u 4:u 5:figures 6:i 7:i}"),
    (36, "{0:common 1:[sealed_ref 2:b16 3:[tender_line 4:[tender_line}"),
    (37, "{0:common 1:[sealed_ref 2:b16}"),
    (38, "{0:common 1:[sealed_ref 2:b16 3:e4 4:i}"),
    (39, "{0:common 1:[sealed_ref 2:b16 3:u}"),
    (40, "{0:common 1:[sealed_ref 2:[received ?3:t ?4:t}"),
    (41, "{0:common 1:[sealed_ref 2:b16 3:t}"),
    (42, "{0:common 1:[sealed_ref 2:t 3:b 4:i 5:t}"),
    (43, "{0:common 1:[sealed_ref 2:b16 3:e2 4:f}"),
    (44, "{0:common 1:[sealed_ref 2:t 3:i ?4:b16}"),
    (45, "{0:common 1:[sealed_ref 2:b16 3:t 4:i ?5:b16 ?6:b16 7:f ?8:i}"),
    (46, "{0:common 1:[sealed_ref}"),
    (47, "{0:common 1:[sealed_ref 2:cash_at 3:cash_at 4:i 5:[denomination 6:t}"),
    (48, "{0:common 1:[sealed_ref 2:b16 3:cash_at 4:cash_at 5:i 6:i 7:[denomination}"),
    (49, "{0:common 1:[sealed_ref 2:b16 3:t}"),
    (50, "{0:common 1:[sealed_ref 2:b16}"),
    (51, "{0:common 1:[sealed_ref 2:b16}"),
    (52, "{0:common 1:[sealed_ref 2:b16 3:f}"),
    (53, "{0:common 1:[sealed_ref 2:b16 3:[denomination 4:i ?5:b16}"),
    (54, "{0:common 1:[sealed_ref 2:b16 3:t 4:i 5:[b16}"),
    (55, "{0:common 1:[sealed_ref 2:b16 3:b16 4:[b16}"),
    (56, "{0:common 1:[sealed_ref 2:t ?3:b16 4:u}"),
    (57, "{0:common 1:[sealed_ref 2:b16 3:[t 4:t ?5:t}"),
    (58, "{0:common 1:[sealed_ref 2:b16}"),
    (59, "{0:common 1:[sealed_ref 2:[moved 3:t ?4:t}"),
];

/// What every sealed part of the golden files is sealed under.
const SUBJECT_KEY: [u8; 32] = [0x42; 32];

type Checked<T> = Result<T, &'static str>;

fn golden(name: &str) -> Vec<u8> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("golden").join(name);
    std::fs::read(path).unwrap()
}

/// Reads one item and nothing after it. What ciborium writes again is in shortest form and of definite
/// length, so equal bytes are deterministic if the keys ascend.
fn read(bytes: &[u8]) -> Checked<Value> {
    let value: Value = ciborium::from_reader(bytes).map_err(|_| "not CBOR")?;
    if write(&value) != bytes {
        return Err("not deterministic");
    }
    ascending(&value)?;
    Ok(value)
}

fn write(value: &Value) -> Vec<u8> {
    let mut bytes = Vec::new();
    ciborium::into_writer(value, &mut bytes).unwrap();
    bytes
}

fn ascending(value: &Value) -> Checked<()> {
    match value {
        Value::Array(items) => items.iter().try_for_each(ascending),
        Value::Map(pairs) => {
            let keys: Vec<u64> = pairs.iter().map(|(key, _)| uint(key)).collect::<Checked<_>>()?;
            if !keys.is_sorted_by(|a, b| a < b) {
                return Err("keys do not ascend");
            }
            pairs.iter().try_for_each(|(_, value)| ascending(value))
        }
        Value::Float(_) | Value::Tag(..) => Err("float or tag"),
        _ => Ok(()),
    }
}

fn uint(value: &Value) -> Checked<u64> {
    value.as_integer().and_then(|value| u64::try_from(value).ok()).ok_or("not an unsigned integer")
}

fn int(value: &Value) -> Checked<i128> {
    value.as_integer().map(i128::from).ok_or("not an integer")
}

fn bytes(value: &Value) -> Checked<&[u8]> {
    value.as_bytes().map(Vec::as_slice).ok_or("not bytes")
}

fn list(value: &Value) -> Checked<&[Value]> {
    value.as_array().map(Vec::as_slice).ok_or("not an array")
}

fn at(map: &Value, key: u64) -> Checked<&Value> {
    let pairs = map.as_map().ok_or("not a map")?;
    pairs.iter().find(|(there, _)| uint(there) == Ok(key)).map(|(_, value)| value).ok_or("a key is missing")
}

/// Whether a value has a shape of [`SHAPES`].
fn has_shape(value: &Value, shape: &str) -> Checked<()> {
    if let Some(of) = shape.strip_prefix('[') {
        return list(value)?.iter().try_for_each(|item| has_shape(item, of));
    }
    if let Some(places) = shape.strip_prefix('(').and_then(|shape| shape.strip_suffix(')')) {
        let (places, items): (Vec<&str>, _) = (places.split_whitespace().collect(), list(value)?);
        if places.len() != items.len() {
            return Err("another number of places");
        }
        return places.iter().zip(items).try_for_each(|(shape, item)| has_shape(item, shape));
    }
    if let Some(keys) = shape.strip_prefix('{').and_then(|shape| shape.strip_suffix('}')) {
        return has_keys(value, keys);
    }
    if let Some((one, other)) = shape.split_once('|') {
        return has_shape(value, one).or_else(|_| has_shape(value, other));
    }
    let holds = match shape {
        "u" => uint(value).is_ok(),
        "i" => int(value).is_ok_and(|value| value.abs() < 1 << 53),
        "t" => value.is_text(),
        "b" => value.is_bytes(),
        "f" => value.is_bool(),
        "null" => value.is_null(),
        _ => {
            let number =
                |prefix| shape.strip_prefix(prefix).and_then(|digits: &str| digits.parse::<usize>().ok());
            if let Some(len) = number('b') {
                bytes(value)?.len() == len
            } else if let Some(last) = number('e') {
                (1..=last as u64).contains(&uint(value)?)
            } else {
                let (_, shape) = SHAPES.iter().find(|(name, _)| *name == shape).ok_or("an unknown shape")?;
                return has_shape(value, shape);
            }
        }
    };
    if holds { Ok(()) } else { Err("another type") }
}

fn has_keys(value: &Value, keys: &str) -> Checked<()> {
    let mut left: BTreeMap<u64, &Value> = value
        .as_map()
        .ok_or("not a map")?
        .iter()
        .map(|(key, value)| Ok((uint(key)?, value)))
        .collect::<Checked<_>>()?;
    for field in keys.split_whitespace() {
        let (key, shape) = field.split_once(':').ok_or("an unknown shape")?;
        let (optional, key) = (key.starts_with('?'), key.trim_start_matches('?'));
        match left.remove(&key.parse().map_err(|_| "an unknown shape")?) {
            Some(value) => has_shape(value, shape)?,
            None if optional => {}
            None => return Err("a key is missing"),
        }
    }
    if left.is_empty() { Ok(()) } else { Err("an unknown key") }
}

fn hash(parts: &[&[u8]]) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new();
    for part in parts {
        hasher.update(part);
    }
    *hasher.finalize().as_bytes()
}

fn verify(key: &[u8], message: &Value, signature: &[u8]) -> Checked<()> {
    let key = <[u8; 32]>::try_from(key)
        .ok()
        .and_then(|key| VerifyingKey::from_bytes(&key).ok())
        .ok_or("bad key")?;
    let signature = Signature::from_slice(signature).map_err(|_| "bad signature")?;
    key.verify_strict(&write(message), &signature).map_err(|_| "the signature does not hold")
}

fn message(context: &str, parts: &[&Value]) -> Value {
    Value::Array([vec![Value::from(context)], parts.iter().map(|part| (*part).clone()).collect()].concat())
}

/// What was found in a stream that holds.
#[derive(Default)]
struct Found {
    kinds: BTreeSet<u64>,
    bodies: Vec<(u64, Value)>,
    hashes: Vec<[u8; 32]>,
    plain: Vec<String>,
    documents: usize,
}

/// Checks a signed stream from its first record to its signature.
fn check_stream(stream: &Value) -> Checked<Found> {
    has_shape(stream, "signed_stream")?;
    let stream = list(stream)?;
    let (identity, records) = (&stream[..3], list(&stream[6])?);
    let mut found = Found::default();
    let mut previous = [0; 32];
    let mut hlc = 0;
    let mut signing_key = Vec::new();
    for (seq, record) in (1_u64..).zip(records) {
        let record = list(record)?;
        let (header_bytes, body_bytes) = (bytes(&record[0])?, bytes(&record[1])?);
        let header = read(header_bytes)?;
        has_shape(&header, "header")?;
        let header = list(&header)?.to_vec();
        if uint(&header[0])? != 1 || header[1..4] != *identity {
            return Err("another format or stream");
        }
        if uint(&header[4])? != seq || bytes(&header[5])? != previous {
            return Err("the chain is broken");
        }
        if uint(&header[10])? <= hlc || uint(&header[7])? != 1 {
            return Err("a clock that stands, or another version");
        }
        hlc = uint(&header[10])?;
        if bytes(&header[11])? != hash(&[body_bytes]) {
            return Err("the body has another hash");
        }
        let (kind, body) = (uint(&header[6])?, read(body_bytes)?);
        let (_, shape) = KINDS.iter().find(|(number, _)| *number == kind).ok_or("an unknown kind")?;
        has_shape(&body, shape)?;
        match kind {
            1 if seq == 1 => {
                if [at(&body, 2)?, at(&body, 3)?, at(&body, 6)?] != [&identity[0], &identity[1], &identity[2]]
                {
                    return Err("it opens another stream");
                }
                signing_key = bytes(at(&body, 4)?)?.to_vec();
            }
            10 => {
                check_document(&body, &header)?;
                found.documents += 1;
            }
            1 => return Err("opened twice"),
            _ => found.plain.extend(check_entry(&body, list(&header[12])?, list(&record[2])?)?),
        }
        previous = hash(&[header_bytes]);
        found.kinds.insert(kind);
        found.hashes.push(previous);
        found.bodies.push((kind, body));
    }
    if uint(&stream[3])? != records.len() as u64 || bytes(&stream[4])? != previous {
        return Err("another head");
    }
    let checkpoint =
        message("pharmatill checkpoint 1", &[&stream[0], &stream[1], &stream[2], &stream[3], &stream[4]]);
    verify(&signing_key, &checkpoint, bytes(&stream[5])?)?;
    Ok(found)
}

/// Checks the postings and opens the sealed parts; gives their plain texts.
fn check_entry(body: &Value, hashes: &[Value], parts: &[Value]) -> Checked<Vec<String>> {
    let mut sums: BTreeMap<Vec<u8>, i128> = BTreeMap::new();
    for posting in list(at(at(body, 0)?, 8)?)? {
        let posting = list(posting)?;
        *sums.entry(write(&posting[2])).or_default() += int(&posting[3])?;
    }
    if sums.values().any(|sum| *sum != 0) {
        return Err("the postings do not sum to zero");
    }
    let refs = list(at(body, 1)?)?;
    if refs.len() != hashes.len() || parts.len() != hashes.len() {
        return Err("another number of sealed parts");
    }
    refs.iter()
        .zip(hashes.iter().zip(parts))
        .map(|(of, (expected, part))| {
            let part = list(part)?;
            let (salt, nonce, ciphertext) = (bytes(&part[0])?, bytes(&part[1])?, bytes(&part[2])?);
            if bytes(expected)? != hash(&[salt, nonce, ciphertext]) {
                return Err("a sealed part has another hash");
            }
            let key =
                blake3::derive_key("PharmaTill 2026 sealed part v1", &[&SUBJECT_KEY[..], salt].concat());
            open(&key, nonce, ciphertext, bytes(&list(of)?[0])?)
        })
        .map(|plain| String::from_utf8(plain?).map_err(|_| "not text"))
        .collect()
}

fn open(key: &[u8; 32], nonce: &[u8], ciphertext: &[u8], aad: &[u8]) -> Checked<Vec<u8>> {
    XChaCha20Poly1305::new(key.into())
        .decrypt(nonce.into(), Payload { msg: ciphertext, aad })
        .map_err(|_| "a sealed part does not open")
}

/// Checks what can be seen of a document's change without Automerge: its magic, that it is one uncompressed
/// change, and that the values in it, which stand there as they are, have the record's rank.
fn check_document(body: &Value, header: &[Value]) -> Checked<()> {
    let change = bytes(at(body, 4)?)?;
    if !change.starts_with(&[0x85, 0x6f, 0x4a, 0x83]) || change.get(8) != Some(&1) {
        return Err("not an Automerge change");
    }
    let front =
        [&[0x86][..], &write(&header[10]), &write(&header[1]), &write(&header[2]), &write(at(body, 5)?)]
            .concat();
    if change.windows(front.len()).any(|window| window == front) {
        Ok(())
    } else {
        Err("no value of this record")
    }
}

fn check_file(name: &str) -> Checked<Found> {
    check_stream(&read(&golden(name))?)
}

#[test]
fn every_kind_is_there_and_holds() {
    let organisation = check_file("organisation.cbor").unwrap();
    let branch = check_file("branch.cbor").unwrap();
    let successor = check_file("successor.cbor").unwrap();
    let seen: BTreeSet<u64> = organisation.kinds.union(&branch.kinds).copied().collect();
    assert_eq!(seen, KINDS.iter().map(|(number, _)| *number).collect());
    assert_eq!(organisation.plain, ["Zoé Müller", "Anna"]);
    assert_eq!(branch.plain.len(), 9);
    assert_eq!(branch.plain[7..], ["a.durand@example.org", "card 4711"]);
    assert_eq!((organisation.documents, branch.documents, successor.documents), (3, 1, 0));
}

#[test]
fn a_new_incarnation_is_endorsed_by_the_old_one() {
    let branch = check_file("branch.cbor").unwrap();
    let successor = check_file("successor.cbor").unwrap();
    let old_key = bytes(at(&branch.bodies[0].1, 4).unwrap()).unwrap();
    let opened = &successor.bodies[0].1;
    let predecessor = at(opened, 8).unwrap();
    assert_eq!(bytes(&list(predecessor).unwrap()[3]).unwrap(), branch.hashes.last().unwrap());
    let parts = [2, 3, 4, 5, 6].map(|key| at(opened, key).unwrap());
    let endorsed = message("pharmatill succession 1", &[&[predecessor][..], &parts].concat());
    let signature = bytes(at(opened, 9).unwrap()).unwrap();
    verify(old_key, &endorsed, signature).unwrap();
    assert!(verify(bytes(parts[2]).unwrap(), &endorsed, signature).is_err());
}

/// The checkpoint in the code of a Z or receipt, by what it begins with and what its check is over: device, incarnation, scope, seq, head, signature.
fn open_paper_code(code: &str, (prefix, context): (&str, &str)) -> Checked<Value> {
    let symbols = code.strip_prefix(prefix).ok_or("not such a code")?;
    let mut bits = Vec::new();
    for symbol in symbols.chars() {
        let value = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ".find(symbol).ok_or("not in the alphabet")?;
        bits.extend((0..5).rev().map(|place| u8::from(value >> place & 1 == 1)));
    }
    let (whole, spare) = bits.as_chunks::<8>();
    if spare.len() > 4 || spare.contains(&1) {
        return Err("bits are left over");
    }
    let code: Vec<u8> = whole.iter().map(|byte| byte.iter().fold(0, |value, bit| value << 1 | bit)).collect();
    let (payload, check) = code.split_last_chunk::<5>().ok_or("too short")?;
    if hash(&[context.as_bytes(), payload])[..5] != *check {
        return Err("damaged");
    }
    let checkpoint = read(payload)?;
    has_shape(&checkpoint, "(b16 b8 scope u b32 b64)")?;
    Ok(checkpoint)
}

const Z_CODE: (&str, &str) = ("PTZ1", "pharmatill z code 1");
const RECEIPT_CODE: (&str, &str) = ("PTR1", "pharmatill receipt code 1");

#[test]
fn the_code_of_a_receipt_is_that_of_a_z_by_another_name() {
    let [z, receipt] =
        ["z_code.txt", "receipt_code.txt"].map(|name| String::from_utf8(golden(name)).unwrap());
    let opened = open_paper_code(&receipt, RECEIPT_CODE).unwrap();
    assert_eq!(opened, open_paper_code(&z, Z_CODE).unwrap());
    assert_eq!(open_paper_code(&receipt.replace("PTR1", "PTZ1"), Z_CODE), Err("damaged"));
}

#[test]
fn the_code_of_a_z_is_a_checkpoint() {
    let text = String::from_utf8(golden("z_code.txt")).unwrap();
    let open_z_code = |code: &str| open_paper_code(code, Z_CODE);
    assert!((248..=260).contains(&text.len()), "{}", text.len());
    let code = open_z_code(&text).unwrap();
    let parts = list(&code).unwrap();
    assert_eq!((uint(&parts[3]), bytes(&parts[4])), (Ok(4_711), Ok(&[0x5a; 32][..])));
    let signed = message("pharmatill checkpoint 1", &parts[..5].iter().collect::<Vec<_>>());
    let key = SigningKey::from_bytes(&[0x42; 32]).verifying_key().to_bytes();
    verify(&key, &signed, bytes(&parts[5]).unwrap()).unwrap();
    assert!(verify(&key, &message("pharmatill checkpoint 2", &[]), bytes(&parts[5]).unwrap()).is_err());
    assert_eq!(open_z_code(&text[..text.len() - 1]), Err("bits are left over"));
    let other = if text.as_bytes()[100] == b'7' { "8" } else { "7" };
    assert_eq!(open_z_code(&format!("{}{other}{}", &text[..100], &text[101..])), Err("damaged"));
    assert_eq!(open_z_code(&text[1..]), Err("not such a code"));
    assert_eq!(open_z_code(&text.replacen("PTZ1", "PTZ10", 1)), Err("not in the alphabet"));
}

#[test]
fn an_invited_device_proves_itself() {
    let organisation = check_file("organisation.cbor").unwrap();
    let of_kind =
        |kind| organisation.bodies.iter().filter(move |(number, _)| *number == kind).map(|(_, body)| body);
    let invited = of_kind(7).next().unwrap();
    let enrolled = of_kind(8).nth(1).unwrap();
    assert_eq!(bytes(at(invited, 3).unwrap()).unwrap(), organisation.hashes[1]);
    let parts: Vec<&Value> = [2, 3, 4, 5, 6, 7, 8].iter().map(|key| at(enrolled, *key).unwrap()).collect();
    let front = [at(enrolled, 9).unwrap(), at(invited, 3).unwrap()];
    let proof = message("pharmatill enrolment 1", &[&front[..], &parts].concat());
    let signature = bytes(at(enrolled, 10).unwrap()).unwrap();
    verify(bytes(at(invited, 7).unwrap()).unwrap(), &proof, signature).unwrap();
    let other = message("pharmatill enrolment 1", &[&front[..], &parts[1..]].concat());
    assert!(verify(bytes(at(invited, 7).unwrap()).unwrap(), &other, signature).is_err());
}

fn open_invitation(file: &[u8], code: &str) -> Checked<(Value, Value)> {
    let file = read(file)?;
    has_shape(&file, "invitation_file")?;
    let file = list(&file)?;
    let context =
        file[0].as_text().filter(|text| *text == "pharmatill invitation 1").ok_or("no invitation")?;
    let params = Params::new(65_536, 3, 1, Some(32)).unwrap();
    let mut key = [0; 32];
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(code.as_bytes(), bytes(&file[2])?, &mut key)
        .unwrap();
    let clear = bytes(&file[1])?;
    let plain = open(&key, bytes(&file[3])?, bytes(&file[4])?, &hash(&[context.as_bytes(), clear]))?;
    let (clear, secrets) = (read(clear)?, read(&plain)?);
    has_shape(&clear, "invitation")?;
    has_shape(&secrets, "invitation_secrets")?;
    Ok((clear, secrets))
}

#[test]
fn an_invitation_opens_with_its_code_only() {
    let file = golden("invitation.cbor");
    let (clear, secrets) = open_invitation(&file, "ABCDEFGH2345").unwrap();
    let stream = check_stream(&list(at(&clear, 6).unwrap()).unwrap()[0]).unwrap();
    assert_eq!(bytes(at(&clear, 0).unwrap()).unwrap(), stream.hashes[1]);
    let invited = stream.bodies.iter().find(|(kind, _)| *kind == 7).unwrap();
    let secret = SigningKey::from_bytes(bytes(at(&secrets, 0).unwrap()).unwrap().try_into().unwrap());
    assert_eq!(bytes(at(&invited.1, 7).unwrap()).unwrap(), secret.verifying_key().as_bytes());
    assert_eq!(bytes(&list(&list(at(&secrets, 2).unwrap()).unwrap()[0]).unwrap()[1]).unwrap(), SUBJECT_KEY);
    assert_eq!(open_invitation(&file, "ABCDEFGH2346").err(), Some("a sealed part does not open"));
    let mut changed = file.clone();
    changed[100] ^= 1;
    assert!(open_invitation(&changed, "ABCDEFGH2345").is_err());
}

/// Every byte of a stream is held by a hash, the signature or the shape. Of the long ones every 29th is
/// tried, to stay quick.
#[test]
fn no_byte_can_be_changed() {
    for (name, step) in [("organisation.cbor", 29), ("branch.cbor", 29), ("successor.cbor", 1)] {
        let file = golden(name);
        for place in (0..file.len()).step_by(step) {
            let mut changed = file.clone();
            changed[place] ^= 1;
            let refused = read(&changed).and_then(|stream| check_stream(&stream).map(drop));
            assert!(refused.is_err(), "{name}: byte {place} can be changed");
        }
    }
}

/// Takes the golden branch, changes one record's body and writes hashes and signature anew, as a writer
/// would that wrote nonsense: what holds then is the check itself and not a hash.
fn rewritten(kind: u64, change: impl Fn(&mut Value, &mut Vec<Value>)) -> Checked<()> {
    let mut stream = read(&golden("branch.cbor")).unwrap().into_array().unwrap();
    let mut previous = [0; 32];
    let mut records = stream[6].clone().into_array().unwrap();
    for record in &mut records {
        let record = record.as_array_mut().unwrap();
        let mut header = read(bytes(&record[0]).unwrap()).unwrap().into_array().unwrap();
        let mut body = read(bytes(&record[1]).unwrap()).unwrap();
        if uint(&header[6]).unwrap() == kind {
            change(&mut body, &mut header);
        }
        header[5] = Value::Bytes(previous.to_vec());
        header[11] = Value::Bytes(hash(&[&write(&body)]).to_vec());
        record[0] = Value::Bytes(write(&Value::Array(header)));
        record[1] = Value::Bytes(write(&body));
        previous = hash(&[bytes(&record[0]).unwrap()]);
    }
    stream[4] = Value::Bytes(previous.to_vec());
    stream[6] = Value::Array(records);
    let checkpoint =
        message("pharmatill checkpoint 1", &[&stream[0], &stream[1], &stream[2], &stream[3], &stream[4]]);
    let signature = SigningKey::from_bytes(&[0x11; 32]).sign(&write(&checkpoint));
    stream[5] = Value::Bytes(signature.to_bytes().to_vec());
    check_stream(&read(&write(&Value::Array(stream)))?).map(drop)
}

fn set(map: &mut Value, key: u64, value: Value) {
    let pairs = map.as_map_mut().unwrap();
    pairs.retain(|(there, _)| uint(there) != Ok(key));
    pairs.push((Value::from(key), value));
    pairs.sort_by_key(|(there, _)| uint(there).unwrap());
}

#[test]
fn each_check_has_been_seen_to_fail() {
    let check = |expected: Option<&'static str>, kind, change: &dyn Fn(&mut Value, &mut Vec<Value>)| {
        assert_eq!(rewritten(kind, change).err(), expected);
    };
    check(None, 21, &|_, _| {});
    check(Some("the postings do not sum to zero"), 21, &|body, _| {
        let mut common = at(body, 0).unwrap().clone();
        let mut postings = at(&common, 8).unwrap().clone();
        postings.as_array_mut().unwrap()[0].as_array_mut().unwrap()[3] = Value::from(301);
        set(&mut common, 8, postings);
        set(body, 0, common);
    });
    check(Some("a key is missing"), 27, &|body, _| {
        body.as_map_mut().unwrap().pop();
    });
    check(Some("an unknown key"), 20, &|body, _| set(body, 9, Value::from(1)));
    check(Some("another type"), 33, &|body, _| set(body, 8, Value::from(1)));
    check(Some("another type"), 33, &|body, _| set(body, 5, Value::from(1_u64 << 53)));
    check(Some("another type"), 38, &|body, _| set(body, 3, Value::from(5)));
    check(Some("an unknown kind"), 41, &|_, header| header[6] = Value::from(99));
    check(Some("another type"), 43, &|body, _| set(body, 3, Value::from(3)));
    check(Some("a key is missing"), 45, &|body, _| {
        body.as_map_mut().unwrap().retain(|(key, _)| uint(key) != Ok(7));
    });
    check(Some("the chain is broken"), 41, &|_, header| header[4] = Value::from(9));
    check(Some("another format or stream"), 41, &|_, header| header[0] = Value::from(2));
    check(Some("another number of sealed parts"), 41, &|_, header| {
        header[12] = Value::Array(vec![Value::Bytes(vec![0; 32])]);
    });
    check(Some("a sealed part does not open"), 37, &|body, _| {
        let mut refs = at(body, 1).unwrap().clone();
        refs.as_array_mut().unwrap()[0].as_array_mut().unwrap()[0] = Value::Bytes(vec![9; 16]);
        set(body, 1, refs);
    });
    check(Some("it opens another stream"), 1, &|body, _| set(body, 2, Value::Bytes(vec![9; 16])));
    check(Some("the signature does not hold"), 1, &|body, _| {
        let other = SigningKey::from_bytes(&[0x12; 32]).verifying_key();
        set(body, 4, Value::Bytes(other.as_bytes().to_vec()));
    });
    check(Some("not an Automerge change"), 10, &|body, _| set(body, 4, Value::Bytes(vec![0; 64])));
    check(Some("no value of this record"), 10, &|_, header| {
        let hlc = uint(&header[10]).unwrap();
        header[10] = Value::from(hlc + 1);
    });
    check(Some("keys do not ascend"), 27, &|body, _| body.as_map_mut().unwrap().reverse());
}
