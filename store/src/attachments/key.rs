//! Owns the keys of attachments: safe as paths on every system, whatever a monitor is called.

use crate::attachments::NewAttachment;

/// Longest part of a key that is made of a name.
const MAX_PART: usize = 100;

/// Makes the key of a file: `<monitor>/<yyyy>/<mm>/<dd>/<run>/<hash>.<extension>`.
pub(super) fn key(new: &NewAttachment, sha256: &str) -> String {
    let day = new.at.strftime("%Y/%m/%d");
    let extension = extension(&new.name, &new.media_type);
    format!("{}/{day}/{}/{sha256}.{extension}", part(&new.monitor), part(new.run.as_str()))
}

/// Returns the hash that a key carries.
pub(super) fn hash_of(key: &str) -> Option<&str> {
    let file = key.rsplit('/').next()?;
    Some(file.split_once('.').map_or(file, |(hash, _)| hash))
}

/// Tells whether a text is a key that [`key`] may have made: no part of it leads elsewhere.
pub(super) fn is_key(key: &str) -> bool {
    let is_part = |part: &str| !part.is_empty() && !part.starts_with('.') && part.chars().all(is_safe);
    key.split('/').count() == 6 && key.split('/').all(is_part)
}

fn is_safe(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-')
}

fn part(name: &str) -> String {
    let safe: String = name.chars().take(MAX_PART).map(|c| if is_safe(c) { c } else { '_' }).collect();
    match safe.strip_prefix('.') {
        Some(rest) => format!("_{rest}"),
        None if safe.is_empty() => "_".into(),
        None => safe,
    }
}

/// Takes the extension of the file's own name where it is a plain one, else one for the media type.
fn extension(name: &str, media_type: &str) -> String {
    let own = name.rsplit_once('.').map(|(_, extension)| extension);
    if let Some(own) =
        own.filter(|own| (1..=8).contains(&own.len()) && own.chars().all(|c| c.is_ascii_alphanumeric()))
    {
        return own.to_ascii_lowercase();
    }
    match media_type {
        "image/png" => "png",
        "image/jpeg" => "jpg",
        "image/webp" => "webp",
        "text/html" => "html",
        "application/json" => "json",
        "application/zip" => "zip",
        "text/plain" => "txt",
        _ => "bin",
    }
    .into()
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;
    use crate::document::AttachmentKind;

    fn check(monitor: &str, name: &str, expected: &str) {
        let new = NewAttachment {
            monitor: monitor.into(),
            run: "r/../1".into(),
            at: "2026-01-02T03:04:05Z".parse().unwrap(),
            name: name.into(),
            kind: AttachmentKind::Other,
            media_type: "image/png".into(),
            content: Bytes::new(),
        };
        let key = key(&new, "00ff");
        assert_eq!(key, expected);
        assert!(is_key(&key));
        assert_eq!(hash_of(&key), Some("00ff"));
    }

    #[test]
    fn names_become_safe_parts() {
        check("shop", "a.PNG", "shop/2026/01/02/r_.._1/00ff.png");
        check("../../etc", "passwd", "_._.._etc/2026/01/02/r_.._1/00ff.png");
        check("kůň a/b", "x./..", "k___a_b/2026/01/02/r_.._1/00ff.png");
        check("", "a.sh;rm", "_/2026/01/02/r_.._1/00ff.png");
    }

    #[test]
    fn other_texts_are_no_keys() {
        for key in [
            "",
            "a",
            "../2026/01/02/r/x.png",
            "a/2026/01/02/r/.x",
            "a//01/02/r/x",
            "/a/b/c/d/e",
            "a/b/c/d/e/f/g",
        ] {
            assert!(!is_key(key), "{key}");
        }
    }
}
