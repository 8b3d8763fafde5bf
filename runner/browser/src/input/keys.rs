//! The keys of a US keyboard: their place (`code`), what they mean (`key`), what they write.

use super::Modifier;

/// A key as it is pressed: with or without shift.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Key {
    /// Its place, as `KeyA`.
    pub(super) code: &'static str,
    /// What it means, as `a`.
    pub(super) key: &'static str,
    /// What it writes; nothing for keys that write nothing.
    pub(super) text: &'static str,
    /// Windows' number of it.
    pub(super) virtual_code: i64,
    /// 1 left, 2 right, 3 keypad, else 0.
    pub(super) location: i64,
}

impl Key {
    pub(super) fn modifier(&self) -> Option<Modifier> {
        match self.key {
            "Alt" => Some(Modifier::Alt),
            "Control" => Some(Modifier::Control),
            "Meta" => Some(Modifier::Meta),
            "Shift" => Some(Modifier::Shift),
            _ => None,
        }
    }

    /// The number that pages see makes no difference between left and right.
    pub(super) fn virtual_code_without_location(&self) -> i64 {
        match self.virtual_code {
            160 | 161 => 16,
            162 | 163 => 17,
            164 | 165 => 18,
            code => code,
        }
    }
}

/// Keys that write: place, plain, shifted, number.
const WRITING: [(&str, &str, &str, i64); 48] = [
    ("Backquote", "`", "~", 192),
    ("Digit1", "1", "!", 49),
    ("Digit2", "2", "@", 50),
    ("Digit3", "3", "#", 51),
    ("Digit4", "4", "$", 52),
    ("Digit5", "5", "%", 53),
    ("Digit6", "6", "^", 54),
    ("Digit7", "7", "&", 55),
    ("Digit8", "8", "*", 56),
    ("Digit9", "9", "(", 57),
    ("Digit0", "0", ")", 48),
    ("Minus", "-", "_", 189),
    ("Equal", "=", "+", 187),
    ("Backslash", "\\", "|", 220),
    ("KeyQ", "q", "Q", 81),
    ("KeyW", "w", "W", 87),
    ("KeyE", "e", "E", 69),
    ("KeyR", "r", "R", 82),
    ("KeyT", "t", "T", 84),
    ("KeyY", "y", "Y", 89),
    ("KeyU", "u", "U", 85),
    ("KeyI", "i", "I", 73),
    ("KeyO", "o", "O", 79),
    ("KeyP", "p", "P", 80),
    ("BracketLeft", "[", "{", 219),
    ("BracketRight", "]", "}", 221),
    ("KeyA", "a", "A", 65),
    ("KeyS", "s", "S", 83),
    ("KeyD", "d", "D", 68),
    ("KeyF", "f", "F", 70),
    ("KeyG", "g", "G", 71),
    ("KeyH", "h", "H", 72),
    ("KeyJ", "j", "J", 74),
    ("KeyK", "k", "K", 75),
    ("KeyL", "l", "L", 76),
    ("Semicolon", ";", ":", 186),
    ("Quote", "'", "\"", 222),
    ("KeyZ", "z", "Z", 90),
    ("KeyX", "x", "X", 88),
    ("KeyC", "c", "C", 67),
    ("KeyV", "v", "V", 86),
    ("KeyB", "b", "B", 66),
    ("KeyN", "n", "N", 78),
    ("KeyM", "m", "M", 77),
    ("Comma", ",", "<", 188),
    ("Period", ".", ">", 190),
    ("Slash", "/", "?", 191),
    ("Space", " ", " ", 32),
];

/// Keys of the keypad: place, what it means without and with shift, the numbers of both.
const KEYPAD: [(&str, &str, &str, i64, i64); 11] = [
    ("Numpad0", "Insert", "0", 45, 96),
    ("Numpad1", "End", "1", 35, 97),
    ("Numpad2", "ArrowDown", "2", 40, 98),
    ("Numpad3", "PageDown", "3", 34, 99),
    ("Numpad4", "ArrowLeft", "4", 37, 100),
    ("Numpad5", "Clear", "5", 12, 101),
    ("Numpad6", "ArrowRight", "6", 39, 102),
    ("Numpad7", "Home", "7", 36, 103),
    ("Numpad8", "ArrowUp", "8", 38, 104),
    ("Numpad9", "PageUp", "9", 33, 105),
    ("NumpadDecimal", "Delete", ".", 46, 110),
];

/// Keys that have one meaning: place, meaning, text, number, location.
const PLAIN: [(&str, &str, &str, i64, i64); 72] = [
    ("Escape", "Escape", "", 27, 0),
    ("F1", "F1", "", 112, 0),
    ("F2", "F2", "", 113, 0),
    ("F3", "F3", "", 114, 0),
    ("F4", "F4", "", 115, 0),
    ("F5", "F5", "", 116, 0),
    ("F6", "F6", "", 117, 0),
    ("F7", "F7", "", 118, 0),
    ("F8", "F8", "", 119, 0),
    ("F9", "F9", "", 120, 0),
    ("F10", "F10", "", 121, 0),
    ("F11", "F11", "", 122, 0),
    ("F12", "F12", "", 123, 0),
    ("F13", "F13", "", 124, 0),
    ("F14", "F14", "", 125, 0),
    ("F15", "F15", "", 126, 0),
    ("F16", "F16", "", 127, 0),
    ("F17", "F17", "", 128, 0),
    ("F18", "F18", "", 129, 0),
    ("F19", "F19", "", 130, 0),
    ("F20", "F20", "", 131, 0),
    ("F21", "F21", "", 132, 0),
    ("F22", "F22", "", 133, 0),
    ("F23", "F23", "", 134, 0),
    ("F24", "F24", "", 135, 0),
    ("Backspace", "Backspace", "", 8, 0),
    ("Tab", "Tab", "", 9, 0),
    ("Enter", "Enter", "\r", 13, 0),
    ("CapsLock", "CapsLock", "", 20, 0),
    ("ShiftLeft", "Shift", "", 160, 1),
    ("ShiftRight", "Shift", "", 161, 2),
    ("ControlLeft", "Control", "", 162, 1),
    ("ControlRight", "Control", "", 163, 2),
    ("AltLeft", "Alt", "", 164, 1),
    ("AltRight", "Alt", "", 165, 2),
    ("MetaLeft", "Meta", "", 91, 1),
    ("MetaRight", "Meta", "", 92, 2),
    ("ContextMenu", "ContextMenu", "", 93, 0),
    ("PrintScreen", "PrintScreen", "", 44, 0),
    ("ScrollLock", "ScrollLock", "", 145, 0),
    ("Pause", "Pause", "", 19, 0),
    ("Insert", "Insert", "", 45, 0),
    ("Delete", "Delete", "", 46, 0),
    ("Home", "Home", "", 36, 0),
    ("End", "End", "", 35, 0),
    ("PageUp", "PageUp", "", 33, 0),
    ("PageDown", "PageDown", "", 34, 0),
    ("ArrowLeft", "ArrowLeft", "", 37, 0),
    ("ArrowUp", "ArrowUp", "", 38, 0),
    ("ArrowRight", "ArrowRight", "", 39, 0),
    ("ArrowDown", "ArrowDown", "", 40, 0),
    ("NumLock", "NumLock", "", 144, 0),
    ("NumpadDivide", "/", "/", 111, 3),
    ("NumpadMultiply", "*", "*", 106, 3),
    ("NumpadSubtract", "-", "-", 109, 3),
    ("NumpadAdd", "+", "+", 107, 3),
    ("NumpadEnter", "Enter", "\r", 13, 3),
    ("BrowserBack", "BrowserBack", "", 166, 0),
    ("BrowserForward", "BrowserForward", "", 167, 0),
    ("BrowserRefresh", "BrowserRefresh", "", 168, 0),
    ("BrowserSearch", "BrowserSearch", "", 170, 0),
    ("BrowserHome", "BrowserHome", "", 172, 0),
    ("AudioVolumeMute", "AudioVolumeMute", "", 173, 0),
    ("AudioVolumeDown", "AudioVolumeDown", "", 174, 0),
    ("AudioVolumeUp", "AudioVolumeUp", "", 175, 0),
    ("MediaTrackNext", "MediaTrackNext", "", 176, 0),
    ("MediaTrackPrevious", "MediaTrackPrevious", "", 177, 0),
    ("MediaStop", "MediaStop", "", 178, 0),
    ("MediaPlayPause", "MediaPlayPause", "", 179, 0),
    ("Convert", "Convert", "", 28, 0),
    ("NonConvert", "NonConvert", "", 29, 0),
    ("Help", "Help", "", 6, 0),
];

/// Names that people use for places.
const ALIASES: [(&str, &str); 8] = [
    ("Shift", "ShiftLeft"),
    ("Control", "ControlLeft"),
    ("Alt", "AltLeft"),
    ("Meta", "MetaLeft"),
    ("ControlOrMeta", "ControlLeft"),
    ("\n", "Enter"),
    ("\r", "Enter"),
    ("Return", "Enter"),
];

/// Finds a key by its place, its meaning or what it writes. `shift` tells whether shift is held.
pub(super) fn find(name: &str, shift: bool) -> Option<Key> {
    let name = ALIASES.iter().find(|(alias, _)| *alias == name).map_or(name, |(_, code)| code);
    writing(name, shift).or_else(|| plain(name)).or_else(|| keypad(name, shift))
}

fn writing(name: &str, shift: bool) -> Option<Key> {
    let (code, plain, shifted, virtual_code) =
        WRITING.into_iter().find(|(code, plain, shifted, _)| [*code, *plain, *shifted].contains(&name))?;
    // A name that is a meaning is meant, whether or not shift is held; a place follows shift.
    let is_shifted = name == shifted && shifted != plain || name == code && shift;
    let key = if is_shifted { shifted } else { plain };
    Some(Key { code, key, text: key, virtual_code, location: 0 })
}

fn plain(name: &str) -> Option<Key> {
    let by_code = PLAIN.into_iter().find(|(code, ..)| *code == name);
    let found = by_code.or_else(|| PLAIN.into_iter().find(|(_, key, ..)| *key == name));
    found.map(|(code, key, text, virtual_code, location)| Key { code, key, text, virtual_code, location })
}

fn keypad(name: &str, shift: bool) -> Option<Key> {
    let (code, plain, shifted, plain_code, shifted_code) =
        KEYPAD.into_iter().find(|(code, plain, ..)| *code == name || *plain == name)?;
    Some(match shift {
        true => Key { code, key: shifted, text: shifted, virtual_code: shifted_code, location: 3 },
        false => Key { code, key: plain, text: "", virtual_code: plain_code, location: 3 },
    })
}

/// Takes a shortcut apart; a plus sign at the end is the key.
pub(super) fn split(keys: &str) -> Vec<String> {
    let mut names = vec![String::new()];
    for character in keys.chars() {
        match names.last_mut() {
            Some(name) if character != '+' || name.is_empty() => name.push(character),
            _ => names.push(String::new()),
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shortcuts_are_taken_apart() {
        let check = |keys: &str, expected: &[&str]| assert_eq!(split(keys), expected, "{keys}");
        check("a", &["a"]);
        check("Control+A", &["Control", "A"]);
        check("Control+Shift+T", &["Control", "Shift", "T"]);
        check("+", &["+"]);
        check("Control++", &["Control", "+"]);
    }

    #[test]
    fn keys_are_found_by_place_meaning_and_text() {
        let check = |name: &str, shift: bool, expected: (&str, &str, &str)| {
            let key = find(name, shift).unwrap_or_else(|| panic!("{name} is a key"));
            assert_eq!((key.code, key.key, key.text), expected, "{name} {shift}");
        };
        check("a", false, ("KeyA", "a", "a"));
        check("A", false, ("KeyA", "A", "A"));
        check("a", true, ("KeyA", "a", "a"));
        check("KeyA", false, ("KeyA", "a", "a"));
        check("KeyA", true, ("KeyA", "A", "A"));
        check("!", false, ("Digit1", "!", "!"));
        check("Enter", false, ("Enter", "Enter", "\r"));
        check("\n", false, ("Enter", "Enter", "\r"));
        check("Shift", false, ("ShiftLeft", "Shift", ""));
        check("ControlOrMeta", false, ("ControlLeft", "Control", ""));
        check("Numpad3", true, ("Numpad3", "3", "3"));
        check("Numpad3", false, ("Numpad3", "PageDown", ""));
        check("ArrowLeft", false, ("ArrowLeft", "ArrowLeft", ""));
        check(" ", false, ("Space", " ", " "));
        check("/", false, ("Slash", "/", "/"));
        assert_eq!(find("ё", false), None);
        assert_eq!(find("NotAKey", false), None);
    }
}
