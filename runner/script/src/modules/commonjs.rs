//! Where ES modules and CommonJS meet.

/// The built-in module that runs CommonJS files.
pub(crate) const FACADE: &str = "canary:modules/commonjs";

/// Returns an ES module that exports what the CommonJS file `name` does.
pub(crate) fn facade(name: &str, exports: &[String]) -> String {
    let name = serde_json::Value::from(name);
    let mut text = format!("import {{ defaultOf, load }} from '{FACADE}';\nconst exported = load({name});\n");
    text.push_str("export default defaultOf(exported);\n");
    for (index, export) in exports.iter().filter(|export| *export != "default").enumerate() {
        let key = serde_json::Value::from(export.as_str());
        text.push_str(&format!("const own{index} = exported[{key}];\nexport {{ own{index} as {key} }};\n"));
    }
    text
}
